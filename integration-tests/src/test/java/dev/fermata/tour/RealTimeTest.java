package dev.fermata.tour;

import static dev.fermata.Asyncio.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Child;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The programs that only sleep, once in real time. A program must not end before its time. No limit says that it was fast
 * enough, because a busy machine may take any time.
 */
@Timeout(60)
final class RealTimeTest {
    private static void assertTook(Duration least, long start) {
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        assertTrue(taken.compareTo(least) >= 0, () -> "took only " + taken);
    }

    @Test
    void hello_runs_in_a_jvm_of_its_own() throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Child hello = new Child(Hello.class)) {
            assertEquals("Hello", hello.line());
            assertEquals("World", hello.line());
            assertTook(Duration.ofSeconds(1), start);
            assertNull(hello.line());
            assertEquals(0, hello.exitCode());
        }
    }

    @Test
    void breakfast_really_takes_the_longer_and_not_the_sum() {
        Console console = new Console();
        long start = System.nanoTime();
        run(Breakfast.breakfast(console.out));
        assertTook(Duration.ofMillis(1200), start);
        // One after the other, the eggs would be ready before the tea is started.
        assertEquals(
                List.of("eggs: started", "tea: started", "tea: ready", "eggs: ready"),
                console.lines().subList(0, 4));
    }

    @Test
    void the_other_sleeping_programs_print_the_same_in_real_time() {
        Console console = new Console();
        run(FailingTask.market(console.out));
        run(CancelWithCleanup.boss(console.out));
        assertEquals(
                List.of(
                        "caught: nobody sells a unicorn",
                        "the other task ran on: a horse is 500",
                        "worker: step 1",
                        "worker: step 2",
                        "worker: step 3",
                        "main: cancels the worker",
                        "worker: cancelled, cleaning up",
                        "worker: clean",
                        "main: the worker is cancelled"),
                console.lines());
    }
}
