package dev.fermata;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** How a guest loop gets its iterations: asks the host for a call whenever something is ready or a timer comes nearer. */
final class Guest implements Runnable {
    private final EventLoop loop;
    private final GuestHost host;

    /** A call was asked for and has not come. Set by any thread. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** The earliest time a delayed call was asked for; {@code Long.MAX_VALUE} if none is outstanding. */
    private long requestedAt = Long.MAX_VALUE;

    /** The loop is being closed: its tasks are cancelled, and it closes when none is left. */
    private boolean closing;

    /** The tasks that were cancelled last: what they make meanwhile is cancelled when they have ended. */
    private List<Task<?>> cancelled = List.of();

    /** Whether the end waits for calls in the loop's executor; null before, false when it has waited long enough. */
    private @Nullable Boolean waitsForCalls;

    /** How many iterations are left for the callbacks of the last tasks, as long as anything is ready. */
    private int lastIterations;

    Guest(EventLoop loop, GuestHost host) {
        this.loop = loop;
        this.host = host;
        requestTickThreadsafe();
    }

    void loopClosed() {
        host.loopClosed();
    }

    boolean isHostThread() {
        return host.isHostThread();
    }

    /** Something has become ready. */
    void requestTick() {
        if (!requested.get()) {
            requestTickThreadsafe();
        }
    }

    /** The same, from any thread. */
    void requestTickThreadsafe() {
        if (requested.compareAndSet(false, true)) {
            host.execute(this);
        }
    }

    void requestTickAt(long when) {
        if (when >= requestedAt) {
            return;
        }
        long delay = LoopTime.until(when, loop.time());
        if (delay == 0) {
            requestTick(); // not noted in requestedAt, which only a delayed call resets
        } else {
            requestedAt = when;
            host.executeLater(this::delayedTick, delay);
        }
    }

    private void delayedTick() {
        requestedAt = Long.MAX_VALUE;
        run();
    }

    /** A call from the host. */
    @Override
    public void run() {
        requested.set(false);
        try {
            loop.tick();
        } finally {
            goOn(); // after an Error too, or the rest of its batch would wait for something else to become ready
        }
    }

    /**
     * A step of this batch may open a modal dialog and not come back for long. What stands behind it, and the timers, need
     * a call all the same; so it is asked for now. One that turns out not to be needed does no harm.
     */
    void batchBegins() {
        if (loop.hasSeveralReady()) {
            requestTick();
        }
        requestTickForTimers();
    }

    private void requestTickForTimers() {
        if (loop.nextDue() != LoopTime.NEVER) {
            requestTickAt(loop.nextDue());
        }
    }

    private void goOn() {
        if (closing && !loop.isClosed() && EndOfRun.allDone(cancelled)) {
            drain();
        }
        if (loop.isClosed()) {
            return;
        }
        if (loop.hasReady()) {
            requestTick();
        } else {
            requestTickForTimers();
        }
    }

    /**
     * Begins closing. @return whether tasks or calls in the executor are left: then the loop will be closed when they, and
     * what they make, have ended
     */
    boolean drains() {
        if (!closing && (loop.tasks.size() > 0 || loop.executor.isBusy())) {
            closing = true;
            cancelTasks();
            requestTick(); // there may be nothing to cancel
        }
        return closing;
    }

    /** The tasks that were cancelled have ended: as {@link EndOfRun}, an iteration at a time. */
    private void drain() {
        EndOfRun.reportFailed(loop, cancelled);
        cancelled = List.of();
        if (loop.tasks.size() > 0) {
            cancelTasks();
        } else if (loop.executor.isBusy() && !Boolean.FALSE.equals(waitsForCalls)) {
            waitForCalls();
        } else if (!loop.hasNews() || lastIterations-- == 0) {
            loop.closeNow(loop.executorPatience());
        }
    }

    /** The host's thread does not wait: the end of each call brings an iteration, and the time that is up one more. */
    private void waitForCalls() {
        if (waitsForCalls == null) {
            waitsForCalls = true;
            host.executeLater(this::callsTookTooLong, loop.executorPatience());
        }
    }

    private void callsTookTooLong() {
        if (loop.isClosed()) {
            return;
        }
        waitsForCalls = false;
        loop.executor.reportBusy();
        run();
    }

    private void cancelTasks() {
        lastIterations = EndOfRun.LAST_ITERATIONS;
        cancelled = loop.tasks.toList();
        loop.cancelAll(cancelled);
    }
}
