package dev.fermata;

/**
 * In virtual time: all tasks wait, and nothing is left that could wake one. The message lists each task, what it waits
 * for and where.
 */
public final class DeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private DeadlockException(String message) {
        super(message);
    }

    /** Reports the tasks of {@code loop} under a headline. */
    static DeadlockException of(EventLoop loop, String headline) {
        return new DeadlockException(headline + TaskDump.tasks(loop));
    }
}
