package dev.fermata;

/**
 * Thrown by {@link AsyncQueue#getNowait()} if there is no item, or every item is already promised to a waiting task.
 * asyncio: {@code QueueEmpty}.
 */
public final class QueueEmptyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueEmptyException(String message) {
        super(message);
    }
}
