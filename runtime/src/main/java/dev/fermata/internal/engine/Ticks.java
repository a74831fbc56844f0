package dev.fermata.internal.engine;

/**
 * How a loop that lives on the thread of another one gets its iterations. For the loop's thread, except
 * {@link #requestTickThreadsafe} and {@link #isHostThread}.
 */
public interface Ticks {
    /** Asks for an iteration, because something has become ready. */
    void requestTick();

    /** As {@link #requestTick}, from any thread. */
    void requestTickThreadsafe();

    /** Asks for an iteration at a time of the loop, in nanoseconds. */
    void requestTickAt(long when);

    /** Called when an iteration is about to run what is ready. */
    void batchBegins();

    /** Whether the calling thread is that of the other loop. From any thread. */
    boolean isHostThread();
}
