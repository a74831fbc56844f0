package dev.fermata;

/**
 * The result of a {@link Deferred} was asked for before it is done, or set a second time. asyncio:
 * {@code InvalidStateError}.
 */
public final class InvalidStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    public InvalidStateException(String message) {
        super(message);
    }
}
