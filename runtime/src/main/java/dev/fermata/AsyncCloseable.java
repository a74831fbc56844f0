package dev.fermata;

import dev.fermata.rules.Rule;

/**
 * A resource that may have to wait when it is closed. In an {@link Async} method it is the resource of an ordinary
 * try-with-resources, and {@link #aclose()} is awaited on every way out of the block. asyncio: an object for
 * {@code async with} that only overrides {@code __aexit__} to clean up.
 */
public interface AsyncCloseable extends AutoCloseable {
    /** Closes the resource. Awaited once each time the block is left, on the loop's thread. */
    Coroutine<Void> aclose();

    /**
     * Always throws. Woven code never calls this method: the weaver replaces the call by {@code await(aclose())}.
     *
     * @throws IllegalStateException always: the caller was not woven, or closes the resource through a type that hides
     *     {@code AsyncCloseable}
     */
    @Override
    default void close() {
        throw new IllegalStateException(
                Rule.CLOSE_NOT_WOVEN.messageAt(
                        getClass().getName(),
                        "its close() was called by code that is not woven, or through a variable whose type hides AsyncCloseable"));
    }
}
