package dev.fermata.internal.signals;

import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.Ready;
import dev.fermata.internal.threads.LateCalls;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The end of the process when it comes in the middle of a run, by SIGTERM or {@code System.exit}: a shutdown hook that
 * cancels the main task and waits until the loop is closed, so that {@code finally} blocks run.
 */
public final class ProcessEnd implements Runnable, Ready {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

    private final EndableRun run;
    private final Thread hook = new Thread(null, this, "fermata-shutdown", 0, false);

    /** The loop is closed. Written by the thread that does it, which then unparks the hook. */
    private volatile boolean closed;

    /** Whose run it is; null between the runs of a {@link dev.fermata.Runner}, when nothing could clean up. Written by that thread. */
    private volatile @Nullable Thread runner;

    /** The hook is there for nothing: somebody wants the process to end at once. */
    private volatile boolean dispensed;

    private volatile boolean came;

    private ProcessEnd(EndableRun run) {
        this.run = run;
    }

    /** Watches until {@link #loopClosed}. @return null if nothing is to be done: in virtual time */
    public static @Nullable ProcessEnd watch(EndableRun run) {
        if (!run.engine().isInRealTime()) {
            return null;
        }
        ProcessEnd watch = new ProcessEnd(run);
        try {
            Runtime.getRuntime().addShutdownHook(watch.hook);
        } catch (IllegalStateException e) {
            return watch; // the process is ending already, and this run is part of that
        }
        return watch;
    }

    /** A main task is about to run on the calling thread. */
    public void runBegins() {
        runner = Thread.currentThread();
    }

    /** It has ended, and the loop stays. */
    public void runEnds() {
        runner = null;
    }

    /** Nothing is left to wait for. */
    public void loopClosed() {
        closed = true;
        LockSupport.unpark(hook);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook with it
        }
    }

    /** Whether the process ends and has cancelled the main task. */
    public boolean came() {
        return came;
    }

    void dispense() {
        dispensed = true;
    }

    /** The process ends. On the hook's thread. */
    @Override
    public void run() {
        Thread running = runner;
        if (running == null || dispensed) {
            return;
        }
        came = true;
        run.engine().offer(this); // one that closes already takes nothing, and is waited for like the others
        awaitClosed(running);
    }

    /** The same, on the loop's thread. */
    @Override
    public void runReady() {
        run.cancelMain("the process ends");
        LateCalls.watch(run.executor(), this::atTheLatest);
    }

    private String atTheLatest() {
        long limit = run.shutdownLimit();
        return "The process ends when the run has ended, "
                + (limit == LoopTime.NEVER
                        ? "however long that takes"
                        : "at the latest "
                                + BigDecimal.valueOf(limit, 9)
                                        .stripTrailingZeros()
                                        .toPlainString() + " s after it was told to")
                + " (EventLoop.setShutdownLimit)";
    }

    private void awaitClosed(Thread running) {
        long start = System.nanoTime();
        long left = run.shutdownLimit();
        while (left > 0 && isToBeWaitedFor(running)) {
            LockSupport.parkNanos(this, Math.min(left, LOOK));
            left = run.shutdownLimit() - (System.nanoTime() - start); // which the cleaning up may set anew
        }
    }

    private boolean isToBeWaitedFor(Thread running) {
        return !closed && !dispensed && running.isAlive() && !isExiting(running);
    }

    /** Whether that thread waits for this one: {@code System.exit} does not return, so it cleans nothing up any more. */
    private static boolean isExiting(Thread running) {
        for (StackTraceElement element : running.getStackTrace()) {
            if (element.getClassName().equals("java.lang.Shutdown")) {
                return true;
            }
        }
        return false;
    }
}
