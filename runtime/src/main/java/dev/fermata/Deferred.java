package dev.fermata;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A result that arrives later: what {@link Task} and {@link Promise} have in common. Any number of tasks of its loop may
 * await it, any number of times.
 *
 * <p>All methods are for the loop's thread. Only the runtime implements this interface; an await refuses other
 * implementations. asyncio: the reading side of {@code Future}.
 *
 * @param <T> the type of the result
 */
public non-sealed interface Deferred<T> extends Awaitable<T> {
    /** Whether there is a result, a failure or a cancel. asyncio: {@code done()}. */
    boolean done();

    /** Whether this was cancelled. asyncio: {@code cancelled()}. */
    boolean cancelled();

    /**
     * Returns the result, or throws the failure as it is, checked or not. A failure counts as read from then on. asyncio:
     * {@code result()}.
     *
     * @throws CancelledError if this was cancelled
     * @throws InvalidStateException if this is not done
     */
    T result();

    /**
     * Returns the failure, or null if there is a result. A failure counts as read from then on. asyncio: {@code exception()}.
     *
     * @throws CancelledError if this was cancelled
     * @throws InvalidStateException if this is not done
     */
    @Nullable
    Throwable exception();

    /** Requests a cancel without a message; see {@link #cancel(String)}. */
    default boolean cancel() {
        return cancel(null);
    }

    /**
     * Requests a cancel. A pending promise is cancelled at once. A task receives a {@link CancelledError} at the await
     * where it is parked, or at its next await that suspends, and may still end in another way. asyncio:
     * {@code cancel(msg)}.
     *
     * @param message what {@link CancelledError#getMessage()} will return, or null
     * @return false if this is done already
     */
    boolean cancel(@Nullable String message);

    /**
     * Calls {@code callback} with this object when it is done. The loop makes the call in the next iteration, never inside
     * the call that completes this, and makes several calls in the order in which they were added. asyncio:
     * {@code add_done_callback}.
     */
    void addDoneCallback(Consumer<? super Deferred<T>> callback);

    /**
     * Removes a callback, every time it was added. asyncio: {@code remove_done_callback}.
     *
     * @return how many were removed
     */
    int removeDoneCallback(Consumer<? super Deferred<T>> callback);

    /**
     * Returns a new future that completes as this does, for code that knows nothing of Fermata; it is complete already if
     * this is done. Cancelling the future cancels this, from any thread. A failure counts as read once the future has it. On
     * the loop's own thread {@code get} and {@code join} of the future throw an IllegalStateException while it is not done,
     * because they would wait for ever.
     */
    CompletableFuture<T> toCompletableFuture();

    /** Returns the loop this belongs to. asyncio: {@code get_loop()}. */
    EventLoop loop();
}
