package dev.fermata.internal.inspection;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.StepWatch;
import dev.fermata.internal.traces.OwnFrames;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Debug mode: a thread that looks at a loop from outside, and says what hogs it while it is hogged. asyncio only says so
 * afterwards, and not where.
 */
final class Watchdog implements StepWatch, Runnable {
    private final Engine engine;
    private final Thread watched = Thread.currentThread();
    private final Thread thread;

    /** In nanoseconds; a step that takes longer is reported. */
    private volatile long limit;

    /** When the running step began, by {@link System#nanoTime}, never 0; 0 while none runs. Written by the loop's thread. */
    private volatile long began;

    private volatile @Nullable Object running;

    /** The step that was reported last, or is about to be. Written by the watchdog's thread. */
    private volatile long reported;

    /** The step that was reported last. Guarded by this, as are the two reports: the one of its end comes second. */
    private long logged;

    private volatile boolean ended;

    Watchdog(Engine engine, long limit) {
        this.engine = engine;
        this.limit = limit;
        this.thread = new Thread(this, "fermata-watchdog");
        thread.setDaemon(true);
        thread.start();
    }

    /** From now on, and for the step that runs. */
    void setLimit(long nanos) {
        limit = nanos;
        LockSupport.unpark(thread); // it may sleep for as long as the old one let it
    }

    /** One may be around it, if a modal dialog inside a step makes iterations. */
    @Override
    public void run(Object step) {
        Object around = running;
        try {
            if (around != null) {
                letGo(around);
            }
        } finally { // the logger may throw; a step that is lost would be waited for without end
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

    /** The step has ended; the one around it begins anew, since the loop has moved. */
    private void end(@Nullable Object around) {
        try {
            letGo(running);
        } finally {
            running = around;
            began = around == null ? 0 : System.nanoTime() | 1;
        }
    }

    /**
     * Either the watchdog sees that the step is over, or this sees that it is being reported: each writes before it reads.
     * Then this waits until that was logged.
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
            log(step + " has let the event loop go after " + millisSince(start) + " ms", null);
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
            return; // it has just ended, and the stack is of something else
        }
        logged = start;
        Throwable where = new Throwable("stack of thread " + watched.getName());
        where.setStackTrace(OwnFrames.shown(stack));
        log(
                step + " has kept the event loop for " + millisSince(start)
                        + " ms and still does. Code that blocks belongs into toThread; long computations into another thread, or let"
                        + " them give way with await(sleep(Duration.ZERO))",
                where);
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }

    private void log(String message, @Nullable Throwable where) {
        System.getLogger("dev.fermata").log(System.Logger.Level.WARNING, engine.face + ": " + message, where);
    }
}
