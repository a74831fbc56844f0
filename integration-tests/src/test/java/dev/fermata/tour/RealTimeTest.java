package dev.fermata.tour;

import static dev.fermata.Asyncio.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The programs that only sleep, once in real time. Lower bounds are exact; upper ones leave room for a slow machine. */
@Timeout(60)
final class RealTimeTest {
    @Test
    void hello_runs_in_a_jvm_of_its_own() throws IOException, InterruptedException {
        try (Child hello = new Child(Hello.class)) {
            assertEquals("Hello", hello.line());
            long start = System.nanoTime();
            assertEquals("World", hello.line());
            long waited = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertNull(hello.line());
            assertEquals(0, hello.exitCode());
            assertTrue(waited > 500, "World came " + waited + " ms after Hello");
        }
    }

    @Test
    void breakfast_really_takes_the_longer_and_not_the_sum() {
        Console console = new Console();
        run(Breakfast.breakfast(console.out)); // what a first run has to load is not measured
        long start = System.nanoTime();
        run(Breakfast.breakfast(console.out));
        long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        assertTrue(taken >= 1200 && taken < 2000, taken + " ms");
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
