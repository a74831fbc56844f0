package dev.fermata.internal.engine;

/** Where a loop waits for what the operating system has ready. On the loop's thread, but for {@link #wake}. */
public interface Poller {
    /** Puts the calls for what is ready now into the ready queue. */
    void poll();

    /**
     * Waits until something is ready, and does the same; may return early.
     *
     * @param nanos {@code Long.MAX_VALUE}: for ever
     */
    void select(long nanos);

    /** Ends a {@link #select}. From any thread. */
    void wake();

    /** Whether a wait may end by something that becomes ready. */
    boolean isWaitedFor();
}
