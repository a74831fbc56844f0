package dev.fermata.internal.engine;

/**
 * How a loop that lives on the thread of another one obtains its iterations. For the loop's thread, but for
 * {@link #requestTickThreadsafe} and {@link #isHostThread}.
 */
public interface Ticks {
    /** Something has become ready: asks for an iteration. */
    void requestTick();

    /** The same, from any thread. */
    void requestTickThreadsafe();

    /** Asks for an iteration at a time of the loop. */
    void requestTickAt(long when);

    /** An iteration is about to run what is ready. */
    void batchBegins();

    /** Whether the calling thread is that of the other loop. From any thread. */
    boolean isHostThread();
}
