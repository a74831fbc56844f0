package dev.fermata.tour;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.harness.VirtualTime.now;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.fermata.AsyncCallable;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The programs that only sleep, in virtual time, where their timing is exact. */
final class SleepingProgramsTest {
    private final Console console = new Console();

    private static <T> long taken(AsyncCallable<T> program) {
        return virtually(() -> {
            long start = now();
            await(program.call());
            return done(now() - start);
        });
    }

    @Test
    void hello_waits_a_second_for_the_world() {
        PrintStream before = System.out;
        System.setOut(console.out);
        try {
            assertEquals(1000, taken(Hello::hello));
        } finally {
            System.setOut(before);
        }
        assertEquals(List.of("Hello", "World"), console.lines());
    }

    @Test
    void breakfast_takes_the_longer_and_not_the_sum() {
        assertEquals(1200, taken(() -> Breakfast.breakfast(console.out)));
        assertEquals(
                List.of(
                        "eggs: started",
                        "tea: started",
                        "tea: ready",
                        "eggs: ready",
                        "eggs and tea after 1.2 s, not 2.0 s"),
                console.lines());
    }

    @Test
    void a_failing_task_is_caught_and_the_other_one_runs_on() {
        assertEquals(600, taken(() -> FailingTask.market(console.out)));
        assertEquals(
                List.of("caught: nobody sells a unicorn", "the other task ran on: a horse is 500"), console.lines());
    }

    @Test
    void a_cancelled_task_cleans_up_and_the_main_task_sees_it() {
        assertEquals(1200, taken(() -> CancelWithCleanup.boss(console.out)));
        assertEquals(
                List.of(
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
