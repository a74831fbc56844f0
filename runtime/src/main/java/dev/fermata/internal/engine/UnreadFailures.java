package dev.fermata.internal.engine;

import dev.fermata.ExceptionHandler;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Failures that were not read yet, in the order of failing. Each is reported once, when its grace period is over. They are
 * not timers of the heap, because no task waits for them. On the loop's thread.
 */
public final class UnreadFailures {
    private record Entry(LoopDeferred<?> deferred, LoopDeferred.Failed failed, long due, long iteration) {}

    private final Engine engine;

    /** Created with the first failure. */
    private @Nullable ArrayDeque<Entry> entries;

    private long grace = 1_000_000_000;

    UnreadFailures(Engine engine) {
        this.engine = engine;
    }

    /** Sets how long a failure may stay unread, in nanoseconds. */
    public void setGrace(long nanos) {
        grace = nanos;
    }

    void add(LoopDeferred<?> deferred, LoopDeferred.Failed failed) {
        ArrayDeque<Entry> queue = entries;
        if (queue == null) {
            queue = new ArrayDeque<>();
            entries = queue;
        }
        queue.add(new Entry(deferred, failed, engine.timeIn(grace), engine.iteration()));
    }

    /** Returns when the oldest is to be reported; {@code Long.MAX_VALUE} if there is none. */
    long next() {
        ArrayDeque<Entry> queue = entries;
        return queue == null || queue.isEmpty() ? Long.MAX_VALUE : queue.getFirst().due;
    }

    /**
     * Reports, at the end of an iteration, the failures whose grace period is over, and forgets those that were read. A
     * failure of this same iteration is left alone even without a grace period, because the tasks it woke read it in the
     * next one.
     */
    void reportDue() {
        ArrayDeque<Entry> queue = entries;
        if (queue == null) {
            return;
        }
        for (Entry oldest = queue.peek(); oldest != null; oldest = queue.peek()) {
            if (!oldest.failed.read && (oldest.iteration == engine.iteration() || oldest.due > engine.time())) {
                return;
            }
            queue.remove();
            report(oldest);
        }
    }

    /** Reports all that are left. Called when the loop closes. */
    public void reportAll() {
        ArrayDeque<Entry> queue = entries;
        if (queue == null) {
            return;
        }
        for (Entry oldest = queue.poll(); oldest != null; oldest = queue.poll()) {
            report(oldest);
        }
    }

    private void report(Entry entry) {
        if (!entry.failed.read) {
            Throwable failure = entry.failed.report();
            engine.report(new ExceptionHandler.Context(
                    ExceptionHandler.Kind.FAILURE_NEVER_READ,
                    entry.deferred.describe()
                            + " failed, and its failure was never read. Await it, or call result() or exception()",
                    failure,
                    entry.deferred));
        }
    }
}
