package dev.fermata;

import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A block with a time limit, made by {@link Asyncio#timeout} as the resource of a try-with-resources. When the limit is
 * reached, the task is cancelled; the {@link CancelledError} that then leaves the block becomes a {@link TimeoutException}.
 * Cancels from elsewhere pass unchanged. Other exceptions pass too, with the {@code TimeoutException} suppressed in them. A
 * body that swallows the cancel and ends normally has ended normally; {@link #expired()} shows that the limit was reached.
 *
 * <p>For the task that opened it. Only the runtime implements this interface. asyncio: {@code Timeout}.
 */
public interface Timeout extends AsyncScope {
    /**
     * Moves the limit to {@code delay} from now. asyncio: {@code reschedule(loop.time() + delay)}.
     *
     * @param delay from now; {@link Asyncio#FOREVER} for no limit, zero or less to expire at once
     * @throws IllegalStateException if the limit was reached or the block was left before
     */
    void reschedule(Duration delay);

    /**
     * Moves the limit to the time {@code when}. asyncio: {@code reschedule(when)}.
     *
     * @param when in nanoseconds of {@link EventLoop#time()}; {@code Long.MAX_VALUE} for no limit
     * @throws IllegalStateException if the limit was reached or the block was left before
     */
    void rescheduleAt(long when);

    /** Returns the limit in nanoseconds of {@link EventLoop#time()}; empty if there is none. asyncio: {@code when()}. */
    OptionalLong when();

    /** Whether the limit was reached before the block was left. asyncio: {@code expired()}. */
    boolean expired();

    /**
     * Leaves the block: awaited by the try-with-resources, on every way out.
     *
     * @return a coroutine that throws an IllegalStateException if another task than the one that opened the timeout awaits
     *     it
     */
    @Override
    Coroutine<Void> leave(@Nullable Throwable failure);
}
