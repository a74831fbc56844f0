package dev.fermata;

/**
 * A callback that was handed to the loop for a certain time. Only the runtime implements this interface. asyncio:
 * {@code TimerHandle}.
 */
public interface TimerHandle extends Handle {
    /** Returns when the callback is due, in nanoseconds of {@link EventLoop#time()}. asyncio: {@code when()}. */
    long when();
}
