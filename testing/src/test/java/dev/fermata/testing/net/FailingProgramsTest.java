package dev.fermata.testing.net;

import static dev.fermata.Asyncio.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.testing.AsyncTests;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How the failure of a host's program is printed, when it ends a test that waits for something else. */
final class FailingProgramsTest {
    @Async
    private static Coroutine<Void> fail(String message) {
        await(sleep(Duration.ofSeconds(1)));
        throw new IllegalStateException(message);
    }

    private static String printed(String... programs) {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        for (String each : programs) {
                            net.host(each).createTask(() -> fail(each));
                        }
                        await(sleep(FOREVER));
                    }
                    return done();
                }));
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void it_is_printed_once_and_without_the_cancel_that_it_was_the_reason_of() {
        String printed = printed("server");
        assertTrue(printed.startsWith("java.lang.AssertionError: On host server: "), printed);
        assertEquals(1, printed.split("On host server", -1).length - 1, printed);
        assertFalse(printed.contains("CancelledError"), printed);
        assertFalse(printed.contains("CIRCULAR"), printed);
    }

    @Test
    void two_that_fail_at_the_same_time_are_printed_once_each() {
        String printed = printed("server", "client");
        assertEquals(1, printed.split("On host server", -1).length - 1, printed);
        assertEquals(1, printed.split("On host client", -1).length - 1, printed);
        assertFalse(printed.contains("CIRCULAR"), printed);
    }
}
