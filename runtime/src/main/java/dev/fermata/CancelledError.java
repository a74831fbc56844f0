package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at the await where a cancelled task is parked, and to whoever awaits something that was cancelled. An
 * {@code Error}, so that {@code catch (Exception e)} does not swallow it; clean up in {@code finally}, or catch it and
 * throw it again. asyncio: {@code CancelledError}.
 */
public class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

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
}
