package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Timeout} or {@link Asyncio#waitFor waitFor} ran out of time. Its cause is the {@link CancelledError} by which
 * the body was stopped, so that its trace shows where the body stood.
 *
 * <p>Unchecked, and not {@link java.util.concurrent.TimeoutException}: catching that one by mistake does not compile.
 * asyncio: {@code TimeoutError}.
 */
public class TimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** A timeout with a message of the caller's. */
    public TimeoutException(@Nullable String message) {
        super(message);
    }

    /** A timeout with a message, and the cancel by which the body was stopped. */
    public TimeoutException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
