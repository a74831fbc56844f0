package dev.fermata.management;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import com.sun.tools.attach.VirtualMachineDescriptor;
import java.io.IOException;
import java.io.PrintStream;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.ReflectionException;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The command that prints the tasks of another process on this machine: {@code java -jar fermata-runtime-….jar PID}. No agent
 * is loaded and the process need not be prepared; it is asked by attaching and JMX. Without a pid it lists the processes.
 */
public final class Dump {
    private Dump() {}

    /** Exits with 0, or with 1 and a line that says why not. */
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
        try {
            out.print(ask(arguments[0]));
            return 0;
        } catch (AttachNotSupportedException | IOException e) {
            err.println("Process " + arguments[0]
                    + " cannot be attached to; it must be a Java process of the same user on this machine: "
                    + e.getMessage());
        } catch (ReflectionException e) {
            err.println("Process " + arguments[0]
                    + " has no Fermata on its class path. If it has in a class loader of its own,"
                    + " as in an application server, let it call dev.fermata.management.EventLoops.register().");
        } catch (JMException e) {
            err.println("Process " + arguments[0] + " does not answer: " + e);
        }
        return 1;
    }

    @SuppressWarnings("BanJNDI") // the address is that of a process of the same user, which it has just told
    private static String ask(String pid) throws AttachNotSupportedException, IOException, JMException {
        VirtualMachine process = VirtualMachine.attach(pid);
        String address;
        try {
            address = process.startLocalManagementAgent();
        } finally {
            process.detach();
        }
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address))) {
            MBeanServerConnection server = connector.getMBeanServerConnection();
            ObjectName name = new ObjectName(EventLoops.NAME);
            make(server, name);
            return (String) server.invoke(name, "dump", new Object[0], new String[0]);
        }
    }

    private static void make(MBeanServerConnection server, ObjectName name) throws IOException, JMException {
        if (server.isRegistered(name)) {
            return;
        }
        try {
            server.createMBean(EventLoops.class.getName(), name);
        } catch (InstanceAlreadyExistsException e) {
            return; // somebody else asks at the same time, and made it
        }
    }
}
