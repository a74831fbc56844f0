package dev.fermata.woven;

import dev.fermata.Coroutine;

/** What twins have for {@link dev.fermata.AsyncCloseable}. */
public interface TwinCloseable extends AutoCloseable {
    Coroutine<Void> aclose();

    @Override
    default void close() {
        TwinAsyncio.await(aclose());
    }
}
