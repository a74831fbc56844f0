package dev.fermata.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Child;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What BlockHound finds in loops and what it leaves alone, in a JVM of its own: it changes classes of the JDK for good. */
class BlockHoundTest {
    private static Child.Ended ended;
    private static List<String> lines;

    @BeforeAll
    static void run() throws Exception {
        ended = Child.run(Child.command(
                List.of("-XX:+AllowRedefinitionToAddDeleteMethods"),
                System.getProperty("java.class.path"),
                BlockHoundProgram.class));
        lines = ended.text().lines().toList();
        assertEquals(0, ended.exitCode(), ended.errors());
        assertTrue(lines.contains("end"), ended.errors());
    }

    private static void assertBlocks(String what, String method) {
        String start = what + ": BlockingOperationError: Blocking call! " + method;
        assertTrue(lines.stream().anyMatch(it -> it.startsWith(start)), () -> start + " not in " + lines);
    }

    private static void assertPasses(String what) {
        assertTrue(lines.contains(what + ": passes"), () -> what + " in " + lines + ended.errors());
    }

    @Test
    void what_blocks_a_loop_fails_and_is_named() {
        assertBlocks("sleep", "java.lang.Thread.sleep"); // on newer JDKs sleepNanos0
        assertBlocks("socket", "java.net.Socket$SocketInputStream#read");
        assertBlocks("lock", "jdk.internal.misc.Unsafe#park");
    }

    @Test
    void what_blocks_a_test_fails_it() {
        assertBlocks("sleeping_test()", "java.lang.Thread.sleep");
    }

    @Test
    void a_call_on_a_thread_may_block_and_not_one_that_an_executor_makes_at_once() {
        assertPasses("call on a thread");
        assertBlocks("call in a direct executor", "java.lang.Thread.sleep");
    }

    @Test
    void the_thread_of_a_host_must_not_block_while_its_guest_runs() {
        assertPasses("wait of a guest");
        assertBlocks("sleep in a guest", "java.lang.Thread.sleep");
        assertPasses("sleep of the host");
    }

    @Test
    void a_loop_may_wait_and_so_may_a_thread_whose_loop_has_ended() {
        assertPasses("channel");
        assertPasses("groups, timeouts, queues");
        assertPasses("main");
    }

    @Test
    void sockets_and_processes_do_not_block_and_tls_may_read_random_numbers() {
        assertPasses("sockets");
        assertPasses("TLS");
        assertPasses("a child process");
    }

    @Test
    void what_the_runtime_logs_is_no_blocking_call() {
        assertPasses("a failure that is logged");
        assertTrue(ended.errors().contains("A callback failed"), ended.errors());
        assertFalse(ended.errors().contains("Blocking call"), ended.errors());
    }
}
