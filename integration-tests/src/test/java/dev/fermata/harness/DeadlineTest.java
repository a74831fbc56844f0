package dev.fermata.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.BufferedReader;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS) // there is no sh
class DeadlineTest {
    private static Process sh(String script) throws Exception {
        return new ProcessBuilder("sh", "-c", script).start();
    }

    @Test
    void a_process_that_is_late_is_killed_with_what_it_has_started_and_the_test_says_what_it_printed()
            throws Exception {
        Process process = sh("echo begun; sleep 3600");
        try (BufferedReader output = process.inputReader()) {
            List<String> printed = List.of(output.readLine());
            Deadline deadline = new Deadline(process, Duration.ofMillis(1));
            assertNull(output.readLine()); // nobody is left who could print
            AssertionError thrown = assertThrows(AssertionError.class, () -> deadline.check(printed));
            assertEquals(
                    "killed, because it had not ended after PT0.001S; it had printed: [begun]", thrown.getMessage());
        }
        assertEquals(137, process.waitFor());
    }

    @Test
    void one_that_ends_in_time_is_left_alone() throws Exception {
        Process process = sh("exit 3");
        Deadline deadline = new Deadline(process);
        assertEquals(3, process.waitFor());
        deadline.check("nothing");
    }
}
