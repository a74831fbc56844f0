package dev.fermata;

/** A call that was handed to the loop for a certain time. asyncio: {@code TimerHandle}. */
public sealed interface TimerHandle extends Handle permits TimedCallback {
    /** When the call is due, in nanoseconds of {@link EventLoop#time()}. */
    long when();
}
