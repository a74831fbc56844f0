package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * A resource that is told how its block is left, so that a transaction can commit or roll back. Used in
 * try-with-resources in an {@link Async} method. asyncio: an asynchronous context manager with {@code __aexit__(exc)}.
 */
public interface AsyncScope extends AsyncCloseable {
    /**
     * Awaited when the block is left.
     *
     * @param failure the exception that leaves the block; null on the normal way: end, return, break, continue
     * @return a coroutine; what it throws replaces {@code failure}, which becomes suppressed in it. If it ends normally
     *     {@code failure} goes on: an exception can be replaced, not swallowed
     */
    Coroutine<Void> leave(@Nullable Throwable failure);

    /** Leaves the scope on the normal way. */
    @Override
    default Coroutine<Void> aclose() {
        return leave(null);
    }
}
