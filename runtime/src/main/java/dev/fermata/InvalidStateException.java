package dev.fermata;

/**
 * Thrown when the result of a {@link Deferred} is read before it is done, or set a second time. asyncio:
 * {@code InvalidStateError}.
 */
public final class InvalidStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a message. */
    public InvalidStateException(String message) {
        super(message);
    }
}
