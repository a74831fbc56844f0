package dev.fermata;

import dev.fermata.lowlevel.ThreadContext;
import java.lang.System.Logger.Level;
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
     * What happened. asyncio: the {@code context} dictionary, which has no kind.
     *
     * @param kind which kind of failure this is, for code; asyncio's handlers look for words in the message
     * @param message a sentence that says what happened
     * @param exception the failure, if there is one
     * @param source the {@link Task}, {@link Promise} or {@link Handle} that failed, if it is known. For what another thread
     *     has handed over, its future
     */
    record Context(
            Kind kind,
            String message,
            @Nullable Throwable exception,
            @Nullable Object source) {
        /** Creates one of the kind {@link Kind#OTHER}, for {@link EventLoop#callExceptionHandler}. */
        public Context(String message, @Nullable Throwable exception, @Nullable Object source) {
            this(Kind.OTHER, message, exception, source);
        }
    }

    /** What the loop reports. More kinds may be added, so a switch needs a default. */
    enum Kind {
        /** A callback threw an exception: of {@code callSoon}, of a timer, a channel, a signal, or of the end of a task. */
        CALLBACK_FAILED(Level.ERROR),
        /** A task or promise failed, and nobody read its failure. */
        FAILURE_NEVER_READ(Level.ERROR),
        /** A coroutine was made, and never awaited. Only in debug mode. */
        COROUTINE_NEVER_AWAITED(Level.ERROR),
        /** A task ended without leaving a {@link TaskGroup} or a {@link Timeout} that it had opened. */
        SCOPE_NEVER_LEFT(Level.ERROR),
        /** A task failed when it was cancelled by the end of the loop. */
        FAILED_AT_CLOSE(Level.ERROR),
        /** The loop was closed while calls in its executor were still running. */
        CALLS_LEFT_AT_CLOSE(Level.ERROR),
        /** What frameworks keep on threads could not be put in place, or taken away: {@link ThreadContext}. */
        THREAD_CONTEXT_FAILED(Level.ERROR),
        /**
         * A server of {@code fermata-net} stopped serving a client because of the connection: it was reset or cut off in the
         * middle of something, its handshake failed, or it sent more than the limit. That is how clients are, and no mistake
         * of the program, so the default handler logs the message alone, as information; in debug mode with the trace.
         */
        CONNECTION_FAILED(Level.INFO),
        /** The handler of a server of {@code fermata-net} threw an exception that is none of its connection. */
        HANDLER_FAILED(Level.ERROR),
        /** A server of {@code fermata-net} could not accept a connection. It tries again, or has ended, as the message says. */
        ACCEPT_FAILED(Level.ERROR),
        /** What a program has reported itself. */
        OTHER(Level.ERROR);

        private final Level level;

        Kind(Level level) {
            this.level = level;
        }

        /** Returns at which level a loop without an exception handler logs a report of this kind. */
        public Level level() {
            return level;
        }
    }
}
