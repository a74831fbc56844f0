package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Receives the failures that reach no code: those of callbacks, of tasks whose failure is never read, and of the end of a
 * run. asyncio: the function given to {@code loop.set_exception_handler}.
 */
@FunctionalInterface
public interface ExceptionHandler {
    /**
     * Handles a failure. Called on the loop's thread. What it throws is logged and goes no further.
     *
     * @param loop the loop on which the failure happened
     * @param context what happened
     */
    void handle(EventLoop loop, Context context);

    /**
     * What happened. asyncio: the {@code context} dictionary.
     *
     * @param message a sentence that says what happened
     * @param exception the failure, if there is one
     * @param source the {@link Task}, {@link Promise} or {@link Handle} that failed, if it is known
     */
    record Context(
            String message,
            @Nullable Throwable exception,
            @Nullable Object source) {}
}
