package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.InvalidStateException;
import dev.fermata.Promise;
import dev.fermata.internal.base.Guarded;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A promise of a loop, either plain or completed by an {@link Origin}. On the loop's thread.
 *
 * @param <T> the type of the result
 */
public final class LoopPromise<T> extends LoopDeferred<T> implements Promise<T> {
    /** What completes the promise; null for a plain one. */
    private final @Nullable Origin origin;

    /** Creates a plain promise. */
    public LoopPromise(Engine engine) {
        this(engine, null);
    }

    /** Creates a promise that {@code origin} completes. */
    public LoopPromise(Engine engine, @Nullable Origin origin) {
        super(engine);
        this.origin = origin;
    }

    @Override
    public void setResult(T result) {
        checkPending("setResult");
        completeWith(result);
    }

    @Override
    public void setException(Throwable failure) {
        Objects.requireNonNull(failure, "failure");
        checkPending("setException");
        LoopTask<?> running = engine.currentTask();
        fail(failure, running == null ? null : running.pathOf(failure));
    }

    /** As {@link #setException}, for a failure whose path is known; see {@link #path}. */
    public void fail(Throwable failure, StackTraceElement @Nullable [] path) {
        if (failure instanceof CancelledError cancel) {
            completeCancelled(Guarded.message(cancel), cancel, path);
        } else {
            completeFailed(failure, path);
        }
    }

    @Override
    public boolean cancel(@Nullable String message) {
        engine.checkThread("cancel");
        markRead();
        if (done()) {
            return false;
        }
        return origin == null ? cancelNow(message) : origin.cancel(this, message);
    }

    /** Cancels the promise itself, without asking its origin. */
    public boolean cancelNow(@Nullable String message) {
        completeCancelled(message, null, null);
        return true;
    }

    private void checkPending(String what) {
        engine.checkThread(what);
        if (done()) {
            throw new InvalidStateException(what + ": " + this + " is done already");
        }
    }

    @Override
    public String shortly() {
        return origin == null ? "promise" : origin.shortly();
    }

    @Override
    public String describe() {
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
