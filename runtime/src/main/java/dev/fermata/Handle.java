package dev.fermata;

/**
 * A call that was handed to the loop. asyncio: {@code Handle}.
 */
public sealed interface Handle permits TimerHandle, Callback {
    /**
     * Takes the call back, if it has not been made yet. On the loop's thread; that of a call which was handed over by
     * {@link EventLoop#callSoonThreadsafe} from any thread: it is not made any more then, unless it has begun.
     */
    void cancel();

    /** Whether {@link #cancel} was called. */
    boolean cancelled();
}
