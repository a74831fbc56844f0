package dev.fermata;

/** A callback that was handed to the loop for a certain time. asyncio: {@code TimerHandle}. */
public interface TimerHandle extends Handle {
    /** When the callback is due, in nanoseconds of {@link EventLoop#time()}. */
    long when();
}
