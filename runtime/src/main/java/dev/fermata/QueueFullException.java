package dev.fermata;

/** {@link AsyncQueue#putNowait} found no room. asyncio: {@code QueueFull}. */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(String message) {
        super(message);
    }
}
