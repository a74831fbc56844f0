package dev.fermata;

/**
 * Thrown in virtual time when all tasks wait and nothing is left that could wake one. The message lists each task, what it
 * waits for and where.
 */
public final class DeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Creates a deadlock whose message lists the tasks that wait. */
    public DeadlockException(String message) {
        super(message);
    }
}
