package dev.fermata;

/** A callback that was handed to the loop. Only the runtime implements this interface. asyncio: {@code Handle}. */
public interface Handle {
    /**
     * Cancels the callback if it has not been called yet. For the loop's thread. A handle returned by
     * {@link EventLoop#callSoonThreadsafe} may be cancelled from any thread, and then the callback is not called unless it
     * has begun.
     */
    void cancel();

    /** Whether {@link #cancel} was called. */
    boolean cancelled();
}
