package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.Awaiting;
import dev.fermata.internal.Suppression;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A block that has to be left in time, made by {@link Asyncio#timeout} as the resource of a try-with-resources. When the
 * time is up the task is cancelled; the {@link CancelledError} that then leaves the block becomes a
 * {@link TimeoutException}. Cancels of anybody else pass, and so do other exceptions, with the {@code TimeoutException}
 * suppressed in them. A body that swallows the cancel and ends normally has ended normally; {@link #expired()} tells.
 *
 * <p>To be used by the task that opened it. asyncio: {@code Timeout}.
 */
public final class Timeout implements AsyncScope {
    private enum State {
        /** The block runs and there is time. Followed by EXPIRING or LEFT. */
        ACTIVE,
        /** The cancel has been sent, the block has not been left. Followed by EXPIRED. */
        EXPIRING,
        /** The block was left after the cancel was sent. */
        EXPIRED,
        /** The block was left in time. */
        LEFT
    }

    private final EventLoop loop;
    private final Task<?> task;

    /** How many cancels the task had got when the block was entered; those that come later are somebody's else. */
    private final int cancelsBefore;

    private final long opened;
    private long when;
    private State state = State.ACTIVE;

    /** Where it was opened, in debug mode. */
    private final String place;

    /** The cancel that was sent when the time was up. */
    private @Nullable ScopeCancel sent;

    /** The call of {@link #expire}; null if there is no limit, and when it was made or taken back. */
    private @Nullable Handle timer;

    /** @param opened the time from which the limit counts, for messages: the clock goes on while this is being made */
    Timeout(Task<?> task, long opened, long when) {
        this.loop = task.loop;
        this.task = task;
        this.cancelsBefore = task.deliveredCancels();
        this.opened = opened;
        this.place = ScopeCancel.place(loop);
        rescheduleAt(when);
    }

    /**
     * Moves the limit. asyncio: {@code reschedule(loop.time() + delay)}.
     *
     * @param delay from now; {@link Asyncio#FOREVER} for none, zero or less to expire at once
     * @throws IllegalStateException if the time was up or the block was left before
     */
    public void reschedule(Duration delay) {
        rescheduleAt(LoopTime.after(loop.time(), delay));
    }

    /**
     * Moves the limit. asyncio: {@code reschedule(when)}.
     *
     * @param when in nanoseconds of {@link EventLoop#time()}; {@code Long.MAX_VALUE} for none
     * @throws IllegalStateException if the time was up or the block was left before
     */
    public void rescheduleAt(long when) {
        loop.checkThread("Timeout.reschedule");
        if (state != State.ACTIVE) {
            throw new IllegalStateException(this + " cannot be rescheduled: "
                    + (state == State.LEFT ? "its block has been left" : "its time was up"));
        }
        stopTimer();
        this.when = when;
        if (when != LoopTime.NEVER) {
            timer = when <= loop.time() ? loop.callSoon(this::expire) : loop.callAt(when, this::expire);
        }
    }

    /** When the time is up, in nanoseconds of {@link EventLoop#time()}; empty if never. asyncio: {@code when()}. */
    public OptionalLong when() {
        return when == LoopTime.NEVER ? OptionalLong.empty() : OptionalLong.of(when);
    }

    /** Whether the time was up before the block was left. asyncio: {@code expired()}. */
    public boolean expired() {
        return state == State.EXPIRING || state == State.EXPIRED;
    }

    /**
     * Awaited when the block is left.
     *
     * @throws IllegalStateException when awaited by another task than the one that opened it
     */
    @Override
    public Coroutine<Void> leave(@Nullable Throwable failure) {
        return new Leaving(this, failure);
    }

    private void expire() {
        state = State.EXPIRING;
        timer = null;
        if (task.done()) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    described()
                            + " was up when the task had ended: its block was never left. Open it as the resource of a"
                            + " try-with-resources, in code that is woven",
                    null,
                    task));
            return;
        }
        sent = new ScopeCancel(this, "cancelled because " + described() + " is up", null);
        task.cancel(sent);
    }

    private String described() {
        return "the timeout of " + seconds(LoopTime.until(when, opened)) + " that task " + task.getName() + " opened"
                + place;
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /**
     * Ends the scope: takes its cancel back, delivered or not.
     *
     * @param failure what leaves the block, or null
     * @return what leaves it instead: {@code failure}, or the {@code TimeoutException} that it turns into
     */
    @Nullable
    Throwable end(@Nullable Throwable failure) {
        stopTimer();
        if (state == State.ACTIVE) {
            state = State.LEFT;
        }
        if (state != State.EXPIRING) {
            return failure;
        }
        state = State.EXPIRED;
        boolean alone = task.uncancel(this, cancelsBefore) <= cancelsBefore;
        if (failure != null && !alone && sent != null && sent.isSentAs(failure)) {
            ((CancelledError) failure).standFor(task.remainingCancelMessage());
        }
        if (failure == null || !alone) {
            return failure;
        }
        if (failure instanceof CancelledError) {
            return exception(failure);
        }
        Suppression.add(failure, exception(null));
        return failure;
    }

    private TimeoutException exception(@Nullable Throwable cancel) {
        return Awaiting.here(new TimeoutException("timed out after " + seconds(LoopTime.until(when, opened)), cancel));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.3f s", nanos / 1e9);
    }

    @Override
    public String toString() {
        return "timeout of " + task + " (" + state.name().toLowerCase(Locale.ROOT) + ")";
    }

    private static final class Leaving extends Frame<Void> {
        private final Timeout timeout;
        private final @Nullable Throwable failure;

        Leaving(Timeout timeout, @Nullable Throwable failure) {
            this.timeout = timeout;
            this.failure = failure;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            Task<?> leaving = LoopCarrier.current(carrier, "Leaving a timeout");
            if (leaving != timeout.task) {
                throw new IllegalStateException(
                        leaving + " cannot leave " + timeout + ": only the task that opened it may");
            }
            Throwable left = timeout.end(failure);
            if (left != null && left != failure) {
                throw left;
            }
            return null;
        }

        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) {
            throw new AssertionError("leaving a timeout never suspends");
        }
    }
}
