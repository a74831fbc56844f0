package dev.fermata;

/**
 * Thrown by {@link AsyncQueue#putNowait} if there is no room, or it is already promised to a waiting task. asyncio:
 * {@code QueueFull}.
 */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueFullException(String message) {
        super(message);
    }
}
