package dev.fermata.internal.threads;

import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.base.Suppression;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs the continuations of hot bodies on the thread that has caused them. One may cause the next: a body ends, its future
 * completes, and the body that awaits that future goes on. Each runs inside the completion that has caused it, as what is
 * chained to a future does, but only up to a depth. Beyond that they wait in a queue until the innermost has returned: a
 * stack would not hold a chain of thousands of bodies. From any thread.
 */
final class Continuations {
    /** A level takes about a kilobyte of the stack, and what the body itself needs. */
    static final int DEEPEST = 32;

    /**
     * How many continuations run inside one another on a thread. An array of the JDK's and no class of ours: a pool of
     * threads that outlives an application would keep the application's classes.
     */
    private static final ThreadLocal<int[]> DEPTH = ThreadLocal.withInitial(() -> new int[1]);

    /** Those that wait for the innermost. Set only while it runs. */
    private static final ThreadLocal<@Nullable Queue<Runnable>> WAITING = new ThreadLocal<>();

    private Continuations() {}

    /** Runs {@code continuation} now, or behind the innermost one that runs on this thread. */
    static void run(Runnable continuation) {
        int[] depth = DEPTH.get();
        if (depth[0] == DEEPEST) {
            Objects.requireNonNull(WAITING.get()).add(continuation);
            return;
        }
        depth[0]++;
        try {
            if (depth[0] < DEEPEST) {
                continuation.run();
            } else {
                runInnermost(continuation);
            }
        } finally {
            depth[0]--;
        }
    }

    /** Runs a continuation, and those that come to wait for it. */
    private static void runInnermost(Runnable continuation) {
        Queue<Runnable> waiting = new ArrayDeque<>();
        waiting.add(continuation);
        WAITING.set(waiting);
        try {
            runAll(waiting, Runnable::run, null);
        } finally {
            WAITING.remove();
        }
    }

    /** Runs all of {@code continuations}, in their order. Then throws {@code failure}, or else what one of them has thrown. */
    static void runAll(Queue<? extends Runnable> continuations, @Nullable Throwable failure) {
        runAll(continuations, Continuations::run, failure);
    }

    /** None is lost because one throws: its body would never end. */
    private static void runAll(
            Queue<? extends Runnable> continuations, Consumer<Runnable> runner, @Nullable Throwable failure) {
        Throwable first = failure;
        for (Runnable next = continuations.poll(); next != null; next = continuations.poll()) {
            try {
                runner.accept(next);
            } catch (Throwable thrown) {
                if (first == null) {
                    first = thrown;
                } else {
                    Suppression.add(first, thrown);
                }
            }
        }
        if (first != null) {
            throw Rethrow.<Error>unchecked(first);
        }
    }
}
