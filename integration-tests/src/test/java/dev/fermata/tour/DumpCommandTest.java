package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.management.Dump;
import dev.fermata.management.EventLoops;
import dev.fermata.management.EventLoopsMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import javax.management.JMX;
import javax.management.ObjectName;
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

        public static void main(String[] arguments) {
            run(() -> {
                createTask(work(), "worker");
                System.out.println(ProcessHandle.current().pid());
                await(toThread(System.in::read));
                return done();
            });
        }
    }

    private record Printed(int exit, String text) {}

    private static Printed dump(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Child.command(Dump.class, arguments))
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Printed(process.waitFor(), text);
    }

    @Test
    void the_tasks_of_a_process_are_printed_by_its_pid() throws Exception {
        try (Child child = new Child(Working.class)) {
            String pid = child.line();
            Printed printed = dump(pid);
            assertEquals(0, printed.exit, printed.text);
            assertTrue(printed.text.contains(" on thread main, 2 tasks\n"), printed.text);
            assertTrue(printed.text.contains("\n  task worker waits for a sleep\n"), printed.text);
            assertTrue(printed.text.contains("DumpCommandTest$Working.work(DumpCommandTest.java:"), printed.text);
            assertEquals(printed.text, dump(pid).text, "asking again gives the same");
            child.in.println("quit");
        }
    }

    @Test
    void a_process_that_is_not_there_or_has_no_fermata_is_told_apart() throws Exception {
        Printed nobody = dump("999999999");
        assertEquals(1, nobody.exit);
        assertTrue(nobody.text.startsWith("Process 999999999 cannot be attached to"), nobody.text);
        String java = Path.of(System.getProperty("java.home"), "bin", "jshell").toString();
        Process other = new ProcessBuilder(java, "-s", "-").start();
        try {
            Printed without = dump(String.valueOf(other.pid()));
            assertEquals(1, without.exit, without.text);
            assertTrue(without.text.contains("has no Fermata on its class path"), without.text);
        } finally {
            other.destroy();
        }
    }

    @Test
    void without_a_pid_the_processes_are_listed() throws Exception {
        Printed usage = dump();
        assertEquals(1, usage.exit);
        assertTrue(usage.text.contains("give its pid"), usage.text);
        assertTrue(usage.text.contains("  " + ProcessHandle.current().pid() + "  "), usage.text);
    }

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
    }
}
