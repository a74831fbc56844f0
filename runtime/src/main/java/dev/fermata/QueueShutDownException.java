package dev.fermata;

/** A queue was shut down: nothing is put into it any more, and nothing is left to get. asyncio: {@code QueueShutDown}. */
public final class QueueShutDownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueShutDownException(String message) {
        super(message);
    }
}
