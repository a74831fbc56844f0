package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;

/**
 * One run of a small program, in an order of steps that the seed decides, and with one cancel: where the program's tasks
 * park for the {@code cancelAt}-th time. Whatever else is random in the program comes from the seed too.
 */
final class Exploration implements SchedulePolicy {
    /** Only when nothing else is left to do does this much virtual time pass. */
    private static final Duration UNTIL_ALL_IS_QUIET = Duration.ofHours(1);

    final Random random;
    private final Random order;
    private final int cancelAt;
    private final Set<Task<?>> tasks = new LinkedHashSet<>();
    private int parks;

    private Exploration(int seed, int cancelAt) {
        this.random = new Random(seed);
        this.order = new Random(~seed);
        this.cancelAt = cancelAt;
    }

    /** Runs {@code program} with each of so many seeds: without a cancel, and then with one at each park in turn. */
    static void explore(int seeds, Function<Exploration, AsyncCallable<Void>> program) {
        for (int seed = 0; seed < seeds; seed++) {
            int cancelAt = 0;
            int parks;
            do {
                parks = run(seed, cancelAt++, program);
            } while (parks >= cancelAt);
        }
    }

    private static int run(int seed, int cancelAt, Function<Exploration, AsyncCallable<Void>> program) {
        Exploration run = new Exploration(seed, cancelAt);
        try {
            AsyncCallable<Void> main = program.apply(run);
            virtually(() -> {
                EventLoop.running().setSchedulePolicy(run);
                await(main.call());
                return done();
            });
        } catch (Throwable failure) {
            throw new AssertionError("seed " + seed + ", a cancel at park " + cancelAt, failure);
        }
        return run.parks;
    }

    @Override
    public int next(int ready) {
        return order.nextInt(ready);
    }

    @Override
    public boolean cancelHere(Task<?> task) {
        return tasks.contains(task) && ++parks == cancelAt;
    }

    /** Starts a task of the program, which may be cancelled. */
    void start(AsyncCallable<Void> body) {
        tasks.add(createTask(body, "explored-" + tasks.size()));
    }

    /** Starts a task that cancels others when it likes, so also those that were woken and have not run. */
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

    /** Waits until no task can go on. */
    @Async
    static Coroutine<Void> quiet() {
        await(sleep(UNTIL_ALL_IS_QUIET));
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
