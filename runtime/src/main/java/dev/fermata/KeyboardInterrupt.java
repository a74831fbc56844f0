package dev.fermata;

/**
 * Thrown by {@link Asyncio#run} and {@link Runner} when Ctrl-C has ended the main task: the task was cancelled and has
 * cleaned up. Its cause is the {@link CancelledError} that left the task.
 *
 * <p>An {@code Error}, as that one is, so that {@code catch (Exception e)} does not swallow it. If nothing catches it, and the
 * program has set no uncaught exception handler, the process ends without a stack trace and with the exit code 130, which
 * shells take for Ctrl-C. asyncio: {@code KeyboardInterrupt}.
 */
public final class KeyboardInterrupt extends Error {
    private static final long serialVersionUID = 1L;

    /** 128 and the number of SIGINT: what a shell says of a program that Ctrl-C has ended. */
    private static final int EXIT_CODE = 130;

    private KeyboardInterrupt(CancelledError cancel) {
        super("Ctrl-C", cancel);
    }

    /** What {@code cancel} becomes, to be thrown on the main thread, which is to end quietly with it. */
    static Error of(CancelledError cancel) {
        KeyboardInterrupt interrupt = new KeyboardInterrupt(cancel);
        QuietEnd.with(interrupt, EXIT_CODE);
        return interrupt;
    }
}
