package dev.fermata.management;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import dev.fermata.internal.base.Presence;
import java.io.IOException;
import java.io.PrintStream;
import java.util.UUID;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.jspecify.annotations.Nullable;

/**
 * The command that prints the tasks of another process on this machine: {@code java -jar fermata-runtime-….jar PID}. It
 * loads no agent, and the process needs no preparation. The command first attaches to the process and looks whether it runs
 * Fermata; only then does it ask over JMX, through the JDK's connector for the same machine. If it opened something that
 * cannot be closed again, it says so. Without a pid it lists the processes.
 */
public final class Dump {
    /** The property in which the JDK's management agent publishes the address of its local connector, if it has one. */
    private static final String ADDRESS = "com.sun.management.jmxremote.localConnectorAddress";

    /**
     * How to reach the process.
     *
     * @param opened whether the connector was started for this purpose
     */
    private record Connector(String address, boolean opened) {}

    private Dump() {}

    /** Prints the tasks and exits with 0, or prints a line that says why not and exits with 1. */
    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    static int run(String[] arguments, PrintStream out, PrintStream err) {
        if (arguments.length != 1 || arguments[0].startsWith("-")) {
            err.println("Prints the Fermata tasks of another Java process: give its pid.");
            for (VirtualMachineDescriptor process : VirtualMachine.list()) {
                err.println("  " + process.id() + "  " + process.displayName());
            }
            return 1;
        }
        String pid = arguments[0];
        try {
            Connector connector = connector(pid, err);
            if (connector == null) {
                return 1;
            }
            try {
                out.print(ask(connector.address));
                return 0;
            } finally {
                out.flush();
                tellWhatRemains(pid, connector, err);
            }
        } catch (AttachNotSupportedException | IOException e) {
            err.println("Process " + pid
                    + " cannot be attached to. It must be a Java process of the same user on this machine: "
                    + e.getMessage());
        } catch (JMException | JMRuntimeException e) {
            err.println("Process " + pid + " does not answer: " + e);
        }
        return 1;
    }

    /**
     * Returns the connector of the process. If the process does not run Fermata, prints why not and returns null; nothing
     * was opened then.
     */
    private static @Nullable Connector connector(String pid, PrintStream err)
            throws AttachNotSupportedException, IOException {
        VirtualMachine process = VirtualMachine.attach(pid);
        try {
            String presence = process.getSystemProperties().getProperty(Presence.PROPERTY);
            if (presence == null) {
                err.println("Process " + pid + " has not run an event loop of Fermata. Nothing was opened in it.");
                return null;
            }
            if (presence.equals(Presence.OWN_LOADER)) {
                err.println("Process " + pid + " has Fermata " + presence + ", as in an application server: let it call"
                        + " dev.fermata.management.EventLoops.register(). Nothing was opened in it.");
                return null;
            }
            String address = process.getAgentProperties().getProperty(ADDRESS);
            return address == null
                    ? new Connector(process.startLocalManagementAgent(), true)
                    : new Connector(address, false);
        } finally {
            process.detach();
        }
    }

    private static void tellWhatRemains(String pid, Connector connector, PrintStream err) {
        if (connector.opened) {
            err.println(
                    "Until process " + pid
                            + " ends, the JDK's management agent listens there on a port of all interfaces,"
                            + " and accepts connections from this machine only. It was started for this dump, and it cannot be stopped.");
        }
    }

    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user, which has just published it
    private static String ask(String address) throws IOException, JMException {
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ObjectName registered = new ObjectName(EventLoops.NAME);
            return server.isRegistered(registered) ? dump(server, registered) : dumpOnce(server);
        }
    }

    /** Asks through a bean of its own, since other callers may be asking too. */
    private static String dumpOnce(MBeanServerConnection server) throws IOException, JMException {
        ObjectName once = new ObjectName(EventLoops.NAME + ",for=" + UUID.randomUUID());
        server.createMBean(EventLoops.class.getName(), once);
        try {
            return dump(server, once);
        } finally {
            server.unregisterMBean(once);
        }
    }

    private static String dump(MBeanServerConnection server, ObjectName name) throws IOException, JMException {
        return (String) server.invoke(name, "dump", new Object[0], new String[0]);
    }
}
