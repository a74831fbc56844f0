package dev.fermata.management;

import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import dev.fermata.internal.base.Presence;
import java.lang.management.ManagementFactory;
import javax.management.DynamicMBean;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/**
 * The {@link EventLoopsMXBean} of this process. {@link Dump} needs no registration: it makes a bean in the process it asks
 * and removes it afterwards. For a JMX console, call {@link #register()}.
 */
public final class EventLoops implements EventLoopsMXBean {
    /** The name under which the bean is registered. */
    public static final String NAME = "dev.fermata:type=EventLoops";

    /** The bean that answers for the registered one, which refers to it weakly. Null if none was registered here. */
    private static @Nullable DynamicMBean registered;

    /** Creates the bean. Public for the MBean server, which creates it by name. */
    public EventLoops() {}

    /**
     * Registers the bean with the platform's MBean server. Starting that server takes some 100 ms, so it happens only on
     * request. If the bean is registered already, this does nothing. The server does not keep Fermata's class loader alive.
     * From any thread.
     *
     * @throws IllegalStateException if the server refuses the bean
     */
    public static synchronized void register() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = name();
        try {
            if (server.isRegistered(name)) {
                if (answers(server, name)) {
                    return;
                }
                server.unregisterMBean(name); // from a class loader that is gone
            }
            DynamicMBean bean = new StandardMBean(new EventLoops(), EventLoopsMXBean.class, true);
            server.registerMBean(WeakBean.of(bean), name);
            registered = bean;
            Presence.registered(true);
        } catch (InstanceAlreadyExistsException | InstanceNotFoundException e) {
            return; // another class loader was faster
        } catch (JMException e) {
            throw new IllegalStateException("the MBean server refuses " + NAME, e);
        }
    }

    /**
     * Undoes {@link #register()}, if the registered bean belongs to this class loader. From any thread.
     *
     * @throws IllegalStateException if the server refuses to remove the bean
     */
    public static synchronized void unregister() {
        if (registered == null) {
            return;
        }
        registered = null;
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name());
            Presence.registered(false);
        } catch (InstanceNotFoundException e) {
            return; // other code has removed it from the server
        } catch (JMException e) {
            throw new IllegalStateException("the MBean server does not let go of " + NAME, e);
        }
    }

    private static boolean answers(MBeanServer server, ObjectName name) throws JMException {
        try {
            return server.getMBeanInfo(name) != null;
        } catch (RuntimeMBeanException gone) {
            return false;
        }
    }

    private static ObjectName name() {
        try {
            return new ObjectName(NAME);
        } catch (MalformedObjectNameException e) {
            throw new AssertionError(NAME, e);
        }
    }

    @Override
    public int getLoopCount() {
        return EventLoop.runningLoops().size();
    }

    @Override
    public int getTaskCount() {
        return EventLoop.runningLoops().stream().mapToInt(EventLoop::taskCount).sum();
    }

    @Override
    public String dump() {
        return Asyncio.dump();
    }
}
