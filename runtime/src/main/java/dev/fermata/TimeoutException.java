package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Thrown when a {@link Timeout} or {@link Asyncio#waitFor waitFor} runs out of time. Its cause is the
 * {@link CancelledError} that stopped the body, so the trace shows where the body was.
 *
 * <p>Unchecked, and not {@link java.util.concurrent.TimeoutException}: catching that one by mistake does not compile.
 * asyncio: {@code TimeoutError}.
 */
public class TimeoutException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Creates a timeout with a message. */
    public TimeoutException(@Nullable String message) {
        super(message);
    }

    /** Creates a timeout with a message, and the cancel that stopped the body as its cause. */
    public TimeoutException(@Nullable String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
