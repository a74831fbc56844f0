package dev.fermata;

/** {@link AsyncQueue#getNowait()} found nothing that it may take. asyncio: {@code QueueEmpty}. */
public final class QueueEmptyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueEmptyException(String message) {
        super(message);
    }
}
