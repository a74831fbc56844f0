package dev.fermata.management;

import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import java.lang.management.ManagementFactory;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The {@link EventLoopsMXBean} of this process. Nobody has to register it for {@link Dump}, which makes one in the process it
 * asks; for a console call {@link #register()}.
 */
public final class EventLoops implements EventLoopsMXBean {
    /** The name under which it is registered. */
    public static final String NAME = "dev.fermata:type=EventLoops";

    /** For the MBean server, which may be asked to make one by name. */
    public EventLoops() {}

    /**
     * Registers it with the platform's MBean server, once; starting that takes some 100 ms, so it is not done unasked. From
     * any thread.
     */
    public static void register() {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName name = new ObjectName(NAME);
            if (!server.isRegistered(name)) {
                server.registerMBean(new EventLoops(), name);
            }
        } catch (InstanceAlreadyExistsException e) {
            return; // another thread was faster
        } catch (JMException e) {
            throw new IllegalStateException("the MBean server refuses " + NAME, e);
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
