package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.testing.Explorer;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * One run of a small program of tasks that use a primitive. The explorer decides the order of the steps and cancels one task
 * where it waits; how long tasks pause, and whatever else is random, comes from the number of the program.
 */
final class Explored {
    /** Only when nothing else is left to do does this much virtual time pass. */
    private static final Duration UNTIL_ALL_IS_QUIET = Duration.ofHours(1);

    final Random random;
    private final Set<Task<?>> tasks = new LinkedHashSet<>();

    private Explored(int program) {
        random = new Random(program);
    }

    /** Runs so many programs in two orders each: without a cancel, and then with one at each await in turn. */
    static void explore(int programs, Function<Explored, AsyncCallable<Void>> program) {
        for (int i = 0; i < programs; i++) {
            int number = i;
            try {
                new Explorer()
                        .schedules(1)
                        .seed(number)
                        .cancelsAnyTask(true)
                        .cancelsInAllOrders(true)
                        .run(() -> program.apply(new Explored(number)).call());
            } catch (Throwable failure) {
                throw new AssertionError("program " + number, failure);
            }
        }
    }

    /** Starts a task of the program. */
    void start(AsyncCallable<Void> body) {
        tasks.add(createTask(body, "explored-" + tasks.size()));
    }

    /** Starts a task that cancels others when it likes, so also those that were woken and have not run. */
    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    void startSaboteur(int cancels) {
        createTask(() -> {
            for (int i = 0; i < cancels; i++) {
                await(turns(random.nextInt(6)));
                Task<?>[] all = tasks.toArray(new Task<?>[0]);
                all[random.nextInt(all.length)].cancel();
            }
            return done();
        });
    }

    /** Waits until no task can go on, even if it is this wait that is cancelled. */
    @Async
    static Coroutine<Void> quiet() {
        try {
            await(sleep(UNTIL_ALL_IS_QUIET));
        } catch (CancelledError swallowed) {
            await(sleep(UNTIL_ALL_IS_QUIET));
        }
        return done();
    }

    /** That each task has ended, with a result or a cancel. */
    void checkEnded() {
        for (Task<?> task : tasks) {
            if (task.done() && !task.cancelled() && task.exception() != null) {
                throw new AssertionError(task + " failed", task.exception());
            }
        }
        for (Task<?> task : tasks) {
            assertTrue(task.done(), task + " still waits");
        }
    }
}
