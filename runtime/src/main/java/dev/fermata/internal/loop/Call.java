package dev.fermata.internal.loop;

import dev.fermata.AsyncCallable;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import org.jspecify.annotations.Nullable;

/**
 * The coroutine of an {@link AsyncCallable}: calls it in its first step. On the loop's thread.
 *
 * @param <T> the type of the result
 */
final class Call<T> extends Frame<T> {
    private final AsyncCallable<T> callable;

    Call(AsyncCallable<T> callable) {
        this.callable = callable;
    }

    @Override
    protected @Nullable Object start(Carrier carrier) throws Throwable {
        return Abi.await(callable.call(), carrier);
    }
}
