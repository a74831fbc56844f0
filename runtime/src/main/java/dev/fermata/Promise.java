package dev.fermata;

import dev.fermata.internal.Guarded;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A result that somebody will set: {@link Asyncio#createPromise()}. asyncio: {@code Future}, named otherwise because
 * {@code java.util.concurrent} has taken that name.
 *
 * @param <T> the type of the result
 */
public final class Promise<T> extends Deferred<T> {
    /** What stands behind the promise; null for a plain one. */
    private final @Nullable Origin origin;

    Promise(EventLoop loop) {
        this(loop, null);
    }

    Promise(EventLoop loop, @Nullable Origin origin) {
        super(loop);
        this.origin = origin;
    }

    /**
     * Ends this with a result. Those who wait run in the next iteration. asyncio: {@code set_result}.
     *
     * @throws InvalidStateException if this is done already
     */
    public void setResult(T result) {
        checkPending("setResult");
        completeWith(result);
    }

    /**
     * Ends this with a failure, which each awaiter gets as this same object. A {@link CancelledError} cancels it
     * instead, since a cancel is no failure. asyncio: {@code set_exception}.
     *
     * @throws InvalidStateException if this is done already
     */
    public void setException(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        checkPending("setException");
        Task<?> running = loop.carrier.taskOrNull();
        fail(failure, running == null ? null : running.pathOf(failure));
    }

    /** As {@link #setException}, for a failure of which is known on which way it came. */
    void fail(Throwable failure, StackTraceElement @Nullable [] path) {
        if (failure instanceof CancelledError cancel) {
            completeCancelled(Guarded.message(cancel), cancel, path);
        } else {
            completeFailed(failure, path);
        }
    }

    @Override
    public boolean cancel(@Nullable String message) {
        loop.checkThread("cancel");
        markRead();
        if (done()) {
            return false;
        }
        return origin == null ? cancelNow(message) : origin.cancel(this, message);
    }

    /** Cancels the promise itself, past its origin. */
    boolean cancelNow(@Nullable String message) {
        completeCancelled(message, null, null);
        return true;
    }

    @Nullable
    Origin origin() {
        return origin;
    }

    private void checkPending(String what) {
        loop.checkThread(what);
        if (done()) {
            throw new InvalidStateException(what + ": " + this + " is done already");
        }
    }

    @Override
    String shortly() {
        return origin == null ? "promise" : origin.shortly();
    }

    @Override
    String describe() {
        return origin == null ? "a promise" : origin.describe();
    }

    @Override
    public String toString() {
        return (origin == null ? "promise" : "promise of " + origin.describe())
                + (cancelled()
                        ? " (cancelled)"
                        : peekFailure() != null ? " (failed)" : done() ? " (done)" : " (pending)");
    }
}
