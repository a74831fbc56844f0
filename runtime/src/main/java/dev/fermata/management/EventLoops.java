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
 * The {@link EventLoopsMXBean} of this process. Nobody has to register it for {@link Dump}, which makes one in the process it
 * asks and takes it away again; for a console call {@link #register()}.
 */
public final class EventLoops implements EventLoopsMXBean {
    /** The name under which it is registered. */
    public static final String NAME = "dev.fermata:type=EventLoops";

    /** What answers for the registered one, which refers to it weakly. Null if none was registered here. */
    private static @Nullable DynamicMBean registered;

    /** For the MBean server, which may be asked to make one by name. */
    public EventLoops() {}

    /**
     * Registers it with the platform's MBean server; starting that takes some 100 ms, so it is not done unasked. If it is
     * registered already nothing happens. The server does not keep Fermata's class loader alive. From any thread.
     */
    public static synchronized void register() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = name();
        try {
            if (server.isRegistered(name)) {
                if (answers(server, name)) {
                    return;
                }
                server.unregisterMBean(name); // of a class loader that is gone
            }
            DynamicMBean bean = new StandardMBean(new EventLoops(), EventLoopsMXBean.class, true);
            server.registerMBean(WeakBean.of(bean), name);
            registered = bean;
            Presence.registered(true);
        } catch (InstanceAlreadyExistsException | InstanceNotFoundException e) {
            return; // another class loader's was faster
        } catch (JMException e) {
            throw new IllegalStateException("the MBean server refuses " + NAME, e);
        }
    }

    /** Takes {@link #register()} back, if this class loader's is the one that is registered. From any thread. */
    public static synchronized void unregister() {
        if (registered == null) {
            return;
        }
        registered = null;
        try {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(name());
            Presence.registered(false);
        } catch (InstanceNotFoundException e) {
            return; // somebody has removed it from the server
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
