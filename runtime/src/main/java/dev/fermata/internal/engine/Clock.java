package dev.fermata.internal.engine;

/** The time of a loop, and how the loop spends it when nothing is ready. Used by the loop's thread alone. */
public abstract class Clock {
    /** For the clocks of {@code internal.time}. */
    protected Clock() {}

    /** Nanoseconds since the loop was created. */
    public abstract long now();

    /** Whether this is the machine's time. */
    public abstract boolean isReal();

    /**
     * Nothing is ready. Returns when that may have changed; may return early.
     *
     * @param due when the next timer is due, or {@code Long.MAX_VALUE}
     * @param report when the next unread failure is to be reported, or {@code Long.MAX_VALUE}
     */
    public abstract void idle(Engine engine, long due, long report);

    /** Real nanoseconds that the end of a loop waits for calls that are running in its executor. */
    public abstract long executorPatience(Engine engine);
}
