package dev.fermata.internal.engine;

/** Where a loop waits for the operating system's events. On the loop's thread, except {@link #wake}. */
public interface Poller {
    /** Adds the calls for what is ready now to the ready queue. */
    void poll();

    /**
     * Waits until something is ready and adds its calls to the ready queue; may return early.
     *
     * @param nanos {@code Long.MAX_VALUE} for no limit
     */
    void select(long nanos);

    /** Ends a {@link #select}. From any thread. */
    void wake();

    /** Whether {@link #select} may lose something that a {@link #poll} right before it would find. */
    boolean isToBePolledFirst();

    /** Whether an event could end a wait. */
    boolean isWaitedFor();
}
