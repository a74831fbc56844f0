package dev.fermata;

/**
 * A call that was handed to the loop. asyncio: {@code Handle}.
 */
public sealed interface Handle permits TimerHandle, Callback {
    /** Takes the call back, if it has not been made yet. On the loop's thread. */
    void cancel();

    /** Whether {@link #cancel} was called. */
    boolean cancelled();
}
