package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at the await where a cancelled task is parked, and to whoever awaits something that was cancelled. An
 * {@code Error}, so that {@code catch (Exception e)} does not swallow it; clean up in {@code finally}, or catch it and
 * throw it again. asyncio: {@code CancelledError}.
 */
public class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * Made by the event loop, to be thrown at an await: its trace does not show that yet. Set by {@link #toDeliver} and
     * cleared by whoever delivers it, or hands it on.
     */
    private transient boolean unplaced;

    /** A cancel without a message. */
    public CancelledError() {}

    /** A cancel with the message given to {@link Deferred#cancel(String)}, or null. */
    public CancelledError(@Nullable String message) {
        super(message);
    }

    /** A cancel that something else caused, such as a stage's {@code CancellationException}. */
    public CancelledError(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** A cancel that is delivered to the await where a task is parked. */
    static CancelledError toDeliver(@Nullable String message) {
        CancelledError cancel = new CancelledError(message);
        cancel.unplaced = true;
        return cancel;
    }

    /** It is to be delivered, too. */
    void place() {
        unplaced = true;
    }

    /** Whether it was made {@link #toDeliver} and has not reached an await. */
    boolean isUnplaced() {
        return unplaced;
    }

    /** True once, for one that was made {@link #toDeliver}. */
    boolean takeUnplaced() {
        boolean was = unplaced;
        unplaced = false;
        return was;
    }
}
