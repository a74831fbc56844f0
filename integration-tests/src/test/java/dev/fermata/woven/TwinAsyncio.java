package dev.fermata.woven;

import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Done;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * What twins have for {@link dev.fermata.Asyncio}: calls run at once, so that whatever is awaited has ended. Of the facade, the part
 * that fixtures with a twin may use.
 */
@SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
public final class TwinAsyncio {
    private TwinAsyncio() {}

    static <T> T run(AsyncCallable<T> main, Supplier<EventLoop> unused) throws Exception {
        return await(main.call());
    }

    public static <T> T await(Awaitable<T> ended) {
        return (T) Abi.unwrap((Coroutine<?>) ended);
    }

    public static <T> T await(CompletionStage<T> ended) {
        try {
            return (T) Abi.unwrap(ended);
        } catch (Throwable thrown) {
            throw TwinAsyncio.<RuntimeException>sneak(thrown);
        }
    }

    static <T, E extends Throwable> T await(Awaitable<T> ended, Class<E> unused) throws E {
        return await(ended);
    }

    static <T, E extends Throwable> T await(CompletionStage<T> ended, Class<E> unused) throws E {
        return await(ended);
    }

    public static Coroutine<Void> done() {
        return Done.of(null);
    }

    public static <T> Coroutine<T> done(T value) {
        return Done.of(value);
    }

    private static <E extends Throwable> E sneak(Throwable failure) throws E {
        throw (E) failure;
    }
}
