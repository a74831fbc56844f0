package dev.fermata.internal.scopes;

import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Handle;
import dev.fermata.Timeout;
import dev.fermata.TimeoutException;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.CancelScope;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.traces.Awaiting;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The implementation of a {@link Timeout}. On the loop's thread. */
public final class TimeoutScope extends CancelScope implements Timeout {
    private enum State {
        /** The block runs and there is time left. Followed by EXPIRING or LEFT. */
        ACTIVE,
        /** The cancel has been sent, the block has not been left. Followed by EXPIRED. */
        EXPIRING,
        /** The block was left after the cancel was sent. */
        EXPIRED,
        /** The block was left in time. */
        LEFT
    }

    private final long opened;
    private long when;
    private State state = State.ACTIVE;

    /** The scheduled call of {@link #expire}; null if there is no limit, or once the call was made or cancelled. */
    private @Nullable Handle timer;

    /**
     * Opens a timeout.
     *
     * @param owner the running task, which opens it
     * @param opened the time from which the limit counts, for messages: the clock goes on while this is being created
     * @param when the limit, in nanoseconds of the loop's time
     */
    public TimeoutScope(LoopTask<?> owner, long opened, long when) {
        super(owner);
        this.opened = opened;
        setWhen(when);
    }

    @Override
    public void reschedule(Duration delay) {
        rescheduleAt(LoopTime.after(engine().time(), delay));
    }

    @Override
    public void rescheduleAt(long when) {
        engine().checkThread("Timeout.reschedule");
        if (state != State.ACTIVE) {
            throw new IllegalStateException(this + " cannot be rescheduled: "
                    + (state == State.LEFT ? "its block has been left" : "its limit was reached"));
        }
        stopTimer();
        setWhen(when);
    }

    private void setWhen(long when) {
        this.when = when;
        if (when != LoopTime.NEVER) {
            EventLoop loop = engine().face;
            timer = when <= loop.time() ? loop.callSoon(this::expire) : loop.callAt(when, this::expire);
        }
    }

    @Override
    public OptionalLong when() {
        return when == LoopTime.NEVER ? OptionalLong.empty() : OptionalLong.of(when);
    }

    @Override
    public boolean expired() {
        return state == State.EXPIRING || state == State.EXPIRED;
    }

    @Override
    public Coroutine<Void> leave(@Nullable Throwable failure) {
        return new Leaving(this, failure);
    }

    private void expire() {
        state = State.EXPIRING;
        timer = null;
        if (owner().isDropped()) {
            return;
        }
        if (owner().done()) {
            engine().report(new ExceptionHandler.Context(
                    ExceptionHandler.Kind.SCOPE_NEVER_LEFT,
                    described()
                            + " was reached after the task had ended: its block was never left. Open it in the head of a"
                            + " try-with-resources, in code that is woven",
                    null,
                    owner()));
            return;
        }
        cancelOwner("cancelled because " + described() + " is up", null);
    }

    private String described() {
        return "the timeout of " + seconds(LoopTime.until(when, opened)) + " that task " + owner().getName() + " opened"
                + place();
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
     * @return what leaves it instead: {@code failure}, or the {@code TimeoutException} that replaces it
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
        takeBackCancel();
        boolean alone = !cancelledFromOutside();
        if (failure instanceof CancelledError cancel && !alone && isOwnCancel(cancel)) {
            CancelAccess.get().standFor(cancel, remainingMessage());
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
        return "timeout of " + owner() + " (" + state.name().toLowerCase(Locale.ROOT) + ")";
    }

    private static final class Leaving extends Frame<Void> {
        private final TimeoutScope timeout;
        private final @Nullable Throwable failure;

        Leaving(TimeoutScope timeout, @Nullable Throwable failure) {
            this.timeout = timeout;
            this.failure = failure;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            LoopTask<?> leaving = LoopCarrier.current(carrier, "Leaving a timeout");
            if (leaving != timeout.owner()) {
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
