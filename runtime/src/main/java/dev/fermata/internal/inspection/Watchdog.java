package dev.fermata.internal.inspection;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.StepWatch;
import dev.fermata.internal.traces.OwnFrames;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Debug mode: a thread that watches a loop from outside, and logs what blocks it while it is blocked. asyncio logs only
 * afterwards, and not where.
 */
final class Watchdog implements StepWatch, Runnable {
    private final Engine engine;
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
     * The begin of the step that was logged last. Guarded by this, as are the two reports, so that the report of a step's
     * end comes second.
     */
    private long logged;

    private volatile boolean ended;

    Watchdog(Engine engine, long limit) {
        this.engine = engine;
        this.limit = limit;
        this.thread = new Thread(this, "fermata-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    /** Sets the limit from now on, including the step that runs. */
    void setLimit(long nanos) {
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
                Engine.run(step);
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
     * report was logged.
     */
    private void letGo(@Nullable Object step) {
        long start = began;
        began = 0;
        if (start != 0 && start == reported) {
            logLetGo(step, start);
        }
    }

    private synchronized void logLetGo(@Nullable Object step, long start) {
        if (logged == start) {
            log(step + " released the event loop after " + millisSince(start) + " ms", null);
        }
    }

    void end() {
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
        logged = start;
        Throwable where = new Throwable("stack of thread " + watched.getName());
        where.setStackTrace(OwnFrames.shown(stack));
        log(
                step + " has blocked the event loop for " + millisSince(start)
                        + " ms and still does. Move blocking code into toThread. Move long computations to another thread, or let"
                        + " other tasks run in between with await(sleep(Duration.ZERO))",
                where);
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void log(String message, @Nullable Throwable where) {
        System.getLogger("dev.fermata").log(System.Logger.Level.WARNING, engine.face + ": " + message, where);
    }
}
