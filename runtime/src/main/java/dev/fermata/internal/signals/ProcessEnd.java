package dev.fermata.internal.signals;

import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.Ready;
import dev.fermata.internal.threads.LateCalls;
import java.math.BigDecimal;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Handles the end of the process in the middle of a run, by SIGTERM or {@code System.exit}. It is a shutdown hook that
 * cancels the main task and waits until the loop is closed, so that {@code finally} blocks run. {@link #run} is called on
 * the hook's thread, {@link #runReady} on the loop's, {@link #came} and {@link #dispense} on any thread, the rest on the
 * thread that runs or closes the loop.
 */
public final class ProcessEnd implements Runnable, Ready {
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(100);

    private final EndableRun run;
    private final Thread hook = new Thread(null, this, "fermata-shutdown", 0, false);

    /** Whether the loop is closed. Written by the thread that closes it, which then unparks the hook. */
    private volatile boolean closed;

    /**
     * The thread of the run; null between the runs of a {@link dev.fermata.Runner}, when nothing could clean up. Written by
     * that thread.
     */
    private volatile @Nullable Thread runner;

    /** Whether the hook has nothing to do, because the process is to end at once. */
    private volatile boolean dispensed;

    private volatile boolean came;

    private ProcessEnd(EndableRun run) {
        this.run = run;
    }

    /**
     * Watches until {@link #loopClosed}.
     *
     * @return null in virtual time, where nothing is to be done
     */
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

    /** Called when a main task is about to run on the calling thread. */
    public void runBegins() {
        runner = Thread.currentThread();
    }

    /** Called when the main task has ended and the loop stays open. */
    public void runEnds() {
        runner = null;
    }

    /** Called when the loop is closed: nothing is left to wait for. */
    public void loopClosed() {
        closed = true;
        LockSupport.unpark(hook);
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the process is ending, and the hook with it
        }
    }

    /** Whether the process is ending and has cancelled the main task. */
    public boolean came() {
        return came;
    }

    void dispense() {
        dispensed = true;
    }

    /** Called when the process ends, on the hook's thread. */
    @Override
    public void run() {
        Thread running = runner;
        if (running == null || dispensed) {
            return;
        }
        came = true;
        run.engine().offer(this); // a loop that is closing accepts nothing, and is waited for like the others
        awaitClosed(running);
    }

    /** Cancels the main task, on the loop's thread. */
    @Override
    public void runReady() {
        run.cancelMain("the process ends");
        LateCalls.watch(run.executor(), this::atTheLatest);
    }

    private String atTheLatest() {
        long limit = run.shutdownLimit();
        return "The process ends after the run, "
                + (limit == LoopTime.NEVER
                        ? "however long that takes"
                        : "at the latest "
                                + BigDecimal.valueOf(limit, 9)
                                        .stripTrailingZeros()
                                        .toPlainString() + " s after it was asked to")
                + " (EventLoop.setShutdownLimit)";
    }

    private void awaitClosed(Thread running) {
        long start = System.nanoTime();
        long left = run.shutdownLimit();
        while (left > 0 && isToBeWaitedFor(running)) {
            LockSupport.parkNanos(this, Math.min(left, LOOK));
            left = run.shutdownLimit() - (System.nanoTime() - start); // cleanup code may change the limit
        }
    }

    private boolean isToBeWaitedFor(Thread running) {
        return !closed && !dispensed && running.isAlive() && !isExiting(running);
    }

    /**
     * Whether that thread waits for this one: {@code System.exit} does not return, so that thread cannot clean up any more.
     */
    private static boolean isExiting(Thread running) {
        for (StackTraceElement element : running.getStackTrace()) {
            if (element.getClassName().equals("java.lang.Shutdown")) {
                return true;
            }
        }
        return false;
    }
}
