package dev.fermata.internal.engine;

/** The time of a loop, and how the loop passes it when nothing is ready. On the loop's thread. */
public abstract class Clock {
    /** For the clocks of {@code internal.time}. */
    protected Clock() {}

    /** Returns the nanoseconds since the loop was created. */
    public abstract long now();

    /** Whether this is the machine's time. */
    public abstract boolean isReal();

    /**
     * Waits because nothing is ready. Returns when that may have changed; may return early.
     *
     * @param engine the engine of the loop
     * @param due when the next timer is due, or {@code Long.MAX_VALUE}
     * @param report when the next unread failure is to be reported, or {@code Long.MAX_VALUE}
     */
    public abstract void idle(Engine engine, long due, long report);

    /** Returns how long, in real nanoseconds, the end of a loop waits for calls that are running in its executor. */
    public abstract long executorPatience(Engine engine);
}
