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

    /** Creates the interrupt that replaces {@code cancel}, the cancel of the main task. */
    public KeyboardInterrupt(CancelledError cancel) {
        super("Ctrl-C", cancel);
    }
}
