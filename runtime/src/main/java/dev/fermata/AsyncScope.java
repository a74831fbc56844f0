package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * A resource that receives the exception that leaves its block, so that a transaction can commit or roll back. Used in
 * try-with-resources in an {@link Async} method. asyncio: an asynchronous context manager with {@code __aexit__(exc)}.
 */
public interface AsyncScope extends AsyncCloseable {
    /**
     * Leaves the scope. Awaited once each time the block is left, on the loop's thread.
     *
     * @param failure the exception that leaves the block; null if the block is left normally, by its end, return, break or
     *     continue
     * @return a coroutine. What it throws replaces {@code failure}, which is then suppressed in it. If it ends normally,
     *     {@code failure} propagates: an exception can be replaced, but not swallowed
     */
    Coroutine<Void> leave(@Nullable Throwable failure);

    /** Leaves the scope normally. */
    @Override
    default Coroutine<Void> aclose() {
        return leave(null);
    }
}
