package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.harness.Child;
import dev.fermata.harness.ClassPath;
import dev.fermata.management.Dump;
import dev.fermata.management.EventLoops;
import dev.fermata.management.EventLoopsMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The tasks of another process, which was not prepared for that. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DumpCommandTest {
    /** A process with a worker; ends when a line is typed. */
    static final class Working {
        private Working() {}

        @Async
        static Coroutine<Void> work() {
            while (true) {
                await(sleep(Duration.ofHours(1)));
            }
        }

        @SuppressWarnings("fermata:task-dropped") // the task only has to run
        public static void main(String[] arguments) {
            run(() -> {
                createTask(work(), "worker");
                System.out.println(ProcessHandle.current().pid());
                await(toThread(System.in::read));
                return done();
            });
        }
    }

    private static Child.Ended dump(String... arguments) throws IOException, InterruptedException {
        return Child.run(Child.command(List.of(), ClassPath.of(Dump.class), Dump.class, arguments));
    }

    @Test
    void the_tasks_of_a_process_are_printed_by_its_pid() throws Exception {
        try (Child child = new Child(Working.class)) {
            String pid = child.line();
            Child.Ended printed = dump(pid);
            assertEquals(0, printed.exitCode(), printed.errors());
            assertTrue(printed.text().contains(" on thread main, 2 tasks\n"), printed.text());
            assertTrue(printed.text().contains("\n  task worker waits for a sleep\n"), printed.text());
            assertTrue(printed.text().contains("DumpCommandTest$Working.work(DumpCommandTest.java:"), printed.text());
            child.in.println("quit");
        }
    }

    @Test
    void what_the_command_leaves_behind_is_told_and_no_bean_is_among_it() throws Exception {
        try (Child child = new Child(Working.class)) {
            String pid = child.line();
            Child.Ended first = dump(pid);
            assertTrue(
                    first.errors()
                            .startsWith("Until process " + pid + " ends, the JDK's management agent listens there"),
                    first.errors());
            assertTrue(hasConnector(pid));
            assertEquals(Set.of(), beans(pid));
            Child.Ended second = dump(pid);
            assertEquals(first.text(), second.text(), "asking again gives the same");
            assertEquals("", second.errors(), "and opens nothing");
            child.in.println("quit");
        }
    }

    private static boolean hasConnector(String pid) throws Exception {
        return address(pid) != null;
    }

    private static String address(String pid) throws Exception {
        VirtualMachine process = VirtualMachine.attach(pid);
        try {
            return process.getAgentProperties().getProperty("com.sun.management.jmxremote.localConnectorAddress");
        } finally {
            process.detach();
        }
    }

    @SuppressWarnings("BanJNDI") // of a process that this test has started
    private static Set<ObjectName> beans(String pid) throws Exception {
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(address(pid)))) {
            return connector.getMBeanServerConnection().queryNames(new ObjectName("dev.fermata:*"), null);
        }
    }

    @Test
    void a_process_that_is_not_there_or_has_no_fermata_is_told_apart_and_nothing_is_opened_in_it() throws Exception {
        Child.Ended nobody = dump("999999999");
        assertEquals(1, nobody.exitCode());
        assertTrue(nobody.errors().startsWith("Process 999999999 cannot be attached to"), nobody.errors());
        try (Child other = new Child(List.of(Child.tool("jshell"), "-s", "-"))) {
            String pid = String.valueOf(other.pid());
            Child.Ended without = dump(pid);
            assertEquals(1, without.exitCode(), without.errors());
            assertEquals(
                    "Process " + pid + " has not run an event loop of Fermata. Nothing was opened in it.\n",
                    without.errors());
            assertFalse(hasConnector(pid));
        }
    }

    /** Runs a loop by classes of another class loader, as an application server does. */
    static final class Server {
        private Server() {}

        public static void main(String[] arguments) throws Exception {
            ClassLoader system = Server.class.getClassLoader();
            Class<?> loops = isolated().loadClass(EventLoops.class.getName());
            Class<?> loop = loops.getClassLoader().loadClass(EventLoop.class.getName());
            Object made = loop.getMethod("virtualTime").invoke(null);
            loop.getMethod("stop").invoke(made);
            loop.getMethod("runForever").invoke(made);
            System.out.println(ProcessHandle.current().pid());
            System.in.read();
            loops.getMethod("register").invoke(null);
            System.out.println(loops.getClassLoader() == system);
            System.in.read();
        }
    }

    /** A class loader with Fermata in it that has nothing to do with the one that has the tests. */
    private static URLClassLoader isolated() {
        URL fermata = Asyncio.class.getProtectionDomain().getCodeSource().getLocation();
        return new URLClassLoader(new URL[] {fermata}, ClassLoader.getPlatformClassLoader());
    }

    @Test
    void fermata_in_a_class_loader_of_its_own_can_be_asked_when_it_has_registered() throws Exception {
        try (Child child = new Child(Server.class)) {
            String pid = child.line();
            Child.Ended hidden = dump(pid);
            assertEquals(1, hidden.exitCode(), hidden.text());
            assertTrue(hidden.errors().contains("EventLoops.register(). Nothing was opened in it."), hidden.errors());
            assertFalse(hasConnector(pid));
            child.in.println();
            assertEquals("false", child.line());
            Child.Ended registered = dump(pid);
            assertEquals(0, registered.exitCode(), registered.errors());
            assertEquals("no event loop runs\n", registered.text());
            child.in.println();
        }
    }

    @Test
    void without_a_pid_the_processes_are_listed() throws Exception {
        Child.Ended usage = dump();
        assertEquals(1, usage.exitCode());
        assertTrue(usage.errors().contains("give its pid"), usage.errors());
        assertTrue(usage.errors().contains("  " + ProcessHandle.current().pid() + "  "), usage.errors());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void the_bean_can_be_registered_for_a_console() throws Exception {
        EventLoops.register();
        EventLoops.register();
        EventLoopsMXBean bean = JMX.newMXBeanProxy(
                ManagementFactory.getPlatformMBeanServer(), new ObjectName(EventLoops.NAME), EventLoopsMXBean.class);
        run(() -> {
            createTask(Working.work(), "worker");
            await(sleep(Duration.ofMillis(1)));
            assertEquals(2, bean.getTaskCount());
            assertEquals(1, bean.getLoopCount());
            assertTrue(bean.dump().contains("task worker waits for a sleep"), bean::dump);
            return done();
        });
        assertEquals("no event loop runs\n", bean.dump());
        EventLoops.unregister();
        EventLoops.unregister();
        assertFalse(ManagementFactory.getPlatformMBeanServer().isRegistered(new ObjectName(EventLoops.NAME)));
    }

    @Test
    void registering_does_not_keep_the_class_loader_alive() throws Exception {
        WeakReference<ClassLoader> gone = new WeakReference<>(registeredElsewhere());
        while (gone.get() != null) {
            System.gc();
        }
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName(EventLoops.NAME);
        assertTrue(server.isRegistered(name));
        EventLoops.register(); // in the place of the one that does not answer any more
        assertEquals(0, server.getAttribute(name, "LoopCount"));
        EventLoops.unregister();
        assertFalse(server.isRegistered(name));
    }

    private static ClassLoader registeredElsewhere() throws Exception {
        ClassLoader loader = isolated();
        loader.loadClass(EventLoops.class.getName()).getMethod("register").invoke(null);
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        assertEquals("no event loop runs\n", server.invoke(new ObjectName(EventLoops.NAME), "dump", null, null));
        return loader;
    }
}
