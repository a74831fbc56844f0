package dev.fermata;

import dev.fermata.abi.Done;
import dev.fermata.abi.Frame;

/**
 * A call of an {@link Async} method that has not run yet. Calling such a method runs none of its body. The body starts when
 * the coroutine is awaited or made a task, runs in the task that awaits it, and runs only once. The one exception is
 * {@link Asyncio#done(Object)}, a value that may be awaited any number of times.
 *
 * <p>asyncio: a coroutine object.
 *
 * @param <T> the type of the result; {@code Void} if there is none
 */
public abstract sealed class Coroutine<T> implements Awaitable<T> permits Done, Frame {
    /** For the two permitted subclasses. */
    protected Coroutine() {}

    /**
     * Gives up a coroutine that will not be awaited. It cannot be started any more, and is not reported as never awaited.
     * On a coroutine that has been started this does nothing. May be called from any thread that owns the coroutine.
     * asyncio: {@code coroutine.close()}.
     */
    public abstract void close();
}
