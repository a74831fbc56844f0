package dev.fermata.internal.inspection;

import dev.fermata.internal.engine.StepWatch;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that watches a loop from outside, and tells what blocks it while it is blocked: debug mode, and flight
 * recordings.
 */
public final class Watchdog implements StepWatch, Runnable {
    private final SlowSteps told;
    private final StepWatch inner;
    private final Thread watched = Thread.currentThread();
    private final Thread thread;

    /** The limit in nanoseconds; a step that takes longer is reported. */
    private volatile long limit;

    /**
     * When the running step began, as {@link System#nanoTime} and never 0; 0 while none runs. Written by the loop's thread.
     */
    private volatile long began;

    private volatile @Nullable Object running;

    /** The begin of the step that was reported last, or is about to be. Written by the watchdog's thread. */
    private volatile long reported;

    /**
     * The begin of the step that was told last. Guarded by this, as are the two reports, so that the report of a step's
     * end comes second.
     */
    private long toldOf;

    private volatile boolean ended;

    /**
     * Creates a watchdog of the loop that runs on the calling thread.
     *
     * @param limit how many nanoseconds a step may take
     * @param inner runs the steps
     */
    public Watchdog(long limit, SlowSteps told, StepWatch inner) {
        this.limit = limit;
        this.told = told;
        this.inner = inner;
        this.thread = new Thread(this, "fermata-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    /** Sets the limit from now on, including the step that runs. */
    public void setLimit(long nanos) {
        limit = nanos;
        LockSupport.unpark(thread); // it may still sleep for as long as the old limit allows
    }

    /** Runs a step. Another step may surround it, if a modal dialog inside of that one makes iterations. */
    @Override
    public void run(Object step) {
        Object around = running;
        try {
            if (around != null) {
                letGo(around);
            }
        } finally { // the logger may throw; a task whose step is lost would wait without end
            begin(step);
            try {
                inner.run(step);
            } finally {
                end(around);
            }
        }
    }

    private void begin(Object step) {
        running = step;
        began = System.nanoTime() | 1;
    }

    /** Called when the step has ended. The time of the step around it starts anew, since the loop has made progress. */
    private void end(@Nullable Object around) {
        try {
            letGo(running);
        } finally {
            running = around;
            began = around == null ? 0 : System.nanoTime() | 1;
        }
    }

    /**
     * Reports the end of a step that was reported as slow. Each thread writes before it reads, so either the watchdog sees
     * that the step is over, or this method sees that it is being reported. In the second case, this waits until that
     * report was made.
     */
    private void letGo(@Nullable Object step) {
        long start = began;
        began = 0;
        if (start != 0 && start == reported) {
            tellLetGo(step, start);
        }
    }

    private synchronized void tellLetGo(@Nullable Object step, long start) {
        if (toldOf == start) {
            told.released(step, millisSince(start));
        }
    }

    /** Ends the thread: no step is watched any more. */
    public void end() {
        ended = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        while (!ended) {
            LockSupport.parkNanos(Math.max(1_000_000, limit / 4));
            long start = began;
            if (start != 0 && start != reported && System.nanoTime() - start > limit) {
                report(start);
            }
        }
    }

    private synchronized void report(long start) {
        Object step = running;
        StackTraceElement[] stack = watched.getStackTrace();
        reported = start;
        if (began != start) {
            return; // the step has just ended, and the stack shows something else
        }
        toldOf = start;
        told.blocks(step, millisSince(start), stack);
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
