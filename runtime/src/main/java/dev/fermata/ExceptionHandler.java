package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Where failures go that reach nobody else: of callbacks, of tasks that nobody reads, of the end of a run. asyncio: the
 * function given to {@code loop.set_exception_handler}.
 */
@FunctionalInterface
public interface ExceptionHandler {
    /**
     * Called on the loop's thread. What it throws is logged and goes no further.
     *
     * @param loop the loop on which it happened
     * @param context what happened
     */
    void handle(EventLoop loop, Context context);

    /**
     * What happened.
     *
     * @param message a sentence
     * @param exception the failure, if there is one
     * @param source the {@link Task}, {@link Promise} or {@link Handle} it happened to, if it is known
     */
    record Context(
            String message,
            @Nullable Throwable exception,
            @Nullable Object source) {}
}
