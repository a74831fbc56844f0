package dev.fermata.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import dev.fermata.harness.Child;
import dev.fermata.harness.ClassPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Ctrl-C and other signals, sent to programs in JVMs of their own. All that they print, errors too, is what is expected here. */
@DisabledOnOs(OS.WINDOWS) // there is no kill
final class SignalsTest {
    private static final int INT = 130;
    private static final int TERM = 143;

    private static Child started(String program, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(Child.interruptible());
        command.addAll(Child.command(
                List.of(options), ClassPath.of(Signalled.class, Asyncio.class), Signalled.class, program));
        return new Child(command);
    }

    private static void assertEnds(int exitCode, List<String> rest, Child child) throws Exception {
        assertEquals(rest, child.rest());
        assertEquals(exitCode, child.exitCode());
    }

    /** A program that waits, is sent a signal, and ends by it, having printed the rest. */
    private static void assertEndsBy(String signal, int exitCode, List<String> rest, String program, String... options)
            throws Exception {
        try (Child child = started(program, options)) {
            child.upTo("waiting");
            child.signal(signal);
            assertEnds(exitCode, rest, child);
        }
    }

    private static final List<String> CLEANED = List.of("cleaning up", "clean");

    // ---- Ctrl-C

    @Test
    void the_first_ctrl_c_cancels_the_main_task_and_the_program_ends_quietly() throws Exception {
        assertEndsBy("INT", INT, CLEANED, "waiting");
    }

    @Test
    void the_second_ctrl_c_ends_the_process_at_once() throws Exception {
        try (Child child = started("cleaning for an hour")) {
            child.upTo("waiting");
            child.signal("INT");
            child.upTo("cleaning up");
            child.signal("INT");
            assertEnds(INT, List.of(), child);
        }
    }

    @Test
    void a_program_may_catch_it_and_go_on_and_after_the_run_ctrl_c_is_the_jvms_again() throws Exception {
        try (Child child = started("two runs")) {
            child.upTo("waiting");
            child.signal("INT");
            assertEquals(
                    List.of(
                            "cleaning up",
                            "clean",
                            "caught dev.fermata.KeyboardInterrupt: Ctrl-C because of dev.fermata.CancelledError",
                            "waiting"),
                    child.upTo("waiting"));
            child.signal("INT"); // it is the first one of the second run
            assertEquals(
                    List.of("cleaning up", "clean", "swallowed: Ctrl-C", "again: went on", "resting"),
                    child.upTo("resting"));
            child.signal("INT");
            assertEnds(INT, List.of(), child);
        }
    }

    @Test
    void a_main_task_that_swallows_it_ends_normally() throws Exception {
        assertEndsBy("INT", 0, List.of("cleaning up", "clean", "swallowed: Ctrl-C", "went on", "main ends"), "deaf");
    }

    @Test
    void a_runner_is_closed_on_the_way_out() throws Exception {
        try (Child child = started("runner")) {
            child.upTo("waiting");
            child.upTo("waiting");
            child.signal("INT");
            assertEnds(INT, List.of("cleaning up", "clean", "cleaning up", "clean"), child);
        }
    }

    /** What is logged is the first line after the JDK's own of who logs when. */
    private static void saysWhatIsWaitedFor(String why, Child child) throws IOException {
        child.upTo("WARNING: " + why + "; the run still waits for 1 call on a thread:");
        assertTrue(child.line().startsWith("  on thread "));
        String line = child.line();
        while (!line.contains("Signalled.readsALine(Signalled.java:")) {
            assertTrue(line.startsWith("      at "), line);
            line = child.line();
        }
        child.line(); // the lambda that calls it
    }

    @Test
    void a_ctrl_c_that_waits_for_a_call_on_a_thread_says_what_it_waits_for() throws Exception {
        try (Child child = started("in a deaf thread")) {
            child.upTo("reading");
            child.signal("INT");
            saysWhatIsWaitedFor("Ctrl-C was pressed; press it again to end the process at once", child);
            child.in.println("enough");
            assertEnds(INT, List.of(), child);
        }
    }

    @Test
    void it_says_so_while_the_main_task_cleans_up_too() throws Exception {
        try (Child child = started("in a deaf thread while it cleans up")) {
            child.upTo("waiting");
            child.signal("INT");
            assertEquals(List.of("cleaning up", "clean", "reading"), child.upTo("reading"));
            saysWhatIsWaitedFor("Ctrl-C was pressed; press it again to end the process at once", child);
            child.in.println("enough");
            assertEnds(INT, List.of(), child);
        }
    }

    @Test
    void on_another_thread_than_main_it_ends_the_process_and_the_run_cleans_up() throws Exception {
        try (Child child = started("elsewhere")) {
            child.upTo("waiting");
            child.signal("INT");
            List<String> rest = child.rest();
            rest.remove("main ends");
            assertEquals(CLEANED, rest);
            assertEquals(INT, child.exitCode());
        }
    }

    @Test
    void on_a_loop_thread_it_just_ends_the_process() throws Exception {
        assertEndsBy("INT", INT, List.of(), "on a loop thread");
    }

    @Test
    void without_jdk_unsupported_it_ends_the_process_and_the_run_cleans_up() throws Exception {
        assertEndsBy("INT", INT, CLEANED, "waiting", "--limit-modules", "java.base");
    }

    @Test
    void without_the_jvms_signal_handling_it_just_ends_the_process() throws Exception {
        assertEndsBy("INT", INT, List.of(), "waiting", "-Xrs");
    }

    @Test
    void in_virtual_time_it_just_ends_the_process() throws Exception {
        assertEndsBy("INT", INT, List.of(), "in virtual time");
    }

    @Test
    void a_handler_of_the_program_stays() throws Exception {
        try (Child child = started("handled by itself")) {
            child.upTo("waiting");
            child.signal("INT");
            child.upTo("handled by the program");
            child.signal("TERM");
            assertEnds(TERM, CLEANED, child);
        }
    }

    @Test
    void a_handler_of_uncaught_exceptions_gets_it() throws Exception {
        assertEndsBy(
                "INT",
                1,
                List.of("cleaning up", "clean", "uncaught: dev.fermata.KeyboardInterrupt: Ctrl-C"),
                "with a handler of what is uncaught");
    }

    @Test
    void it_interrupts_a_thread_that_the_main_task_waits_for() throws Exception {
        assertEndsBy("INT", INT, List.of("interrupted"), "in a thread");
    }

    // ---- the end of the process

    @Test
    void the_end_of_the_process_waits_until_the_run_has_cleaned_up() throws Exception {
        for (String program : List.of("waiting", "without a limit")) {
            assertEndsBy("TERM", TERM, CLEANED, program);
        }
    }

    @Test
    void while_it_waits_for_a_call_on_a_thread_it_says_how_long_at_most() throws Exception {
        try (Child child = started("in a deaf thread")) {
            child.upTo("reading");
            child.signal("TERM");
            saysWhatIsWaitedFor(
                    "The process ends after the run, at the latest 5 s after it was asked to"
                            + " (EventLoop.setShutdownLimit)",
                    child);
            child.in.println("enough");
            assertEnds(TERM, List.of(), child);
        }
    }

    @Test
    void it_does_not_wait_for_a_loop_thread_which_its_owner_closes() throws Exception {
        assertEndsBy("TERM", TERM, List.of(), "on a loop thread");
    }

    @Test
    void it_does_not_wait_longer_than_it_is_told() throws Exception {
        assertEndsBy("TERM", TERM, List.of("cleaning up"), "with a short limit");
    }

    @Test
    void ctrl_c_ends_the_waiting() throws Exception {
        try (Child child = started("cleaning for an hour")) {
            child.upTo("waiting");
            child.signal("TERM");
            child.upTo("cleaning up");
            child.signal("INT");
            assertEnds(TERM, List.of(), child);
        }
    }

    @Test
    void it_waits_for_the_runner_to_be_closed() throws Exception {
        try (Child child = started("runner")) {
            child.upTo("waiting");
            child.upTo("waiting");
            child.signal("TERM");
            assertEnds(TERM, List.of("cleaning up", "clean", "cleaning up", "clean"), child);
        }
    }

    @Test
    void an_exit_elsewhere_waits_too() throws Exception {
        try (Child child = started("exits elsewhere")) {
            child.upTo("waiting");
            assertEnds(4, CLEANED, child);
        }
    }

    @Test
    void an_exit_on_the_loops_own_thread_waits_for_nothing() throws Exception {
        try (Child child = started("exits by itself")) {
            child.upTo("waiting");
            assertEnds(3, List.of(), child);
        }
    }

    // ---- handlers of one's own

    @Test
    void handlers_are_called_on_the_loop_and_ctrl_c_is_as_before_when_its_handler_is_removed() throws Exception {
        try (Child child = started("with handlers")) {
            child.upTo("waiting");
            child.signal("USR2");
            assertEquals("USR2 on the loop's thread: true", child.line());
            child.signal("INT");
            assertEquals(List.of("INT", "removed: true, false", "waiting"), child.upTo("waiting"));
            child.signal("INT");
            assertEnds(INT, CLEANED, child);
        }
    }

    @Test
    void a_handler_of_a_signal_that_the_process_ignores_is_warned_of() throws Exception {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", "sh"));
        command.addAll(Child.command(
                List.of("-Duser.language=en"),
                ClassPath.of(Signalled.class, Asyncio.class),
                Signalled.class,
                "with ignored signals"));
        try (Child child = new Child(command)) {
            List<String> printed = child.upTo("waiting");
            assertEquals(
                    1, printed.stream().filter(it -> it.startsWith("WARNING: ")).count(), printed::toString);
            assertTrue(
                    printed.stream()
                            .anyMatch(
                                    it -> it.startsWith("WARNING: The handler of SIGINT will not be called, because")),
                    printed::toString);
            child.signal("INT");
            child.signal("USR2");
            assertEquals("USR2 is not ignored", child.line());
            child.signal("TERM");
            assertEnds(0, List.of("main ends"), child);
        }
    }

    @Test
    void signals_that_cannot_be_handled_are_refused() throws Exception {
        try (Child child = started("refused")) {
            assertEnds(0, List.of("KILL is refused", "NOSUCH is refused", "SEGV is refused", "main ends"), child);
        }
        try (Child child = started("refused", "--limit-modules", "java.base")) {
            String without = "Signals need the module jdk.unsupported, which is missing";
            assertEnds(0, List.of(without, without, without, "main ends"), child);
        }
    }
}
