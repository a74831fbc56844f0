package dev.fermata;

/**
 * Thrown when a queue was shut down: nothing more can be put, or no item is left to take. asyncio: {@code QueueShutDown}.
 */
public final class QueueShutDownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    QueueShutDownException(String message) {
        super(message);
    }
}
