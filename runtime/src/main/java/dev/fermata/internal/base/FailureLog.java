package dev.fermata.internal.base;

import java.io.PrintWriter;
import java.io.Writer;
import org.jspecify.annotations.Nullable;

/**
 * Logs failures that reach no other code. Logging an exception calls methods of its class. If they throw, the failure is
 * logged without the exception: a report must neither get lost nor end the loop. From any thread.
 */
public final class FailureLog {
    private FailureLog() {}

    /** Logs a failure that somebody should look at. */
    public static void write(String message, @Nullable Throwable failure) {
        write(System.Logger.Level.ERROR, message, failure);
    }

    /** Logs what does not work, and is nobody's failure. */
    public static void warn(String message) {
        write(System.Logger.Level.WARNING, message, null);
    }

    /** Logs a failure at a level. */
    public static void write(System.Logger.Level level, String message, @Nullable Throwable failure) {
        System.Logger logger = System.getLogger("dev.fermata");
        try {
            if (failure == null) {
                logger.log(level, message);
            } else if (isPrintable(failure)) {
                logger.log(level, message, failure);
            } else {
                logger.log(level, message + ": " + described(failure));
            }
        } catch (Throwable ofLogger) {
            if (Rethrow.isFatal(ofLogger)) {
                throw Rethrow.<Error>unchecked(ofLogger);
            }
            System.err.println(
                    message + "; the logger failed with " + ofLogger.getClass().getName());
        }
    }

    /**
     * Whether {@code failure} can be printed. Tried before logging, because a log handler that catches an exception loses
     * what it was to log.
     */
    private static boolean isPrintable(Throwable failure) {
        try {
            failure.printStackTrace(new PrintWriter(Writer.nullWriter()));
            return true;
        } catch (Throwable thrown) {
            if (Rethrow.isFatal(thrown)) {
                throw Rethrow.<Error>unchecked(thrown);
            }
            return false;
        }
    }

    /**
     * Describes {@code failure} with its own trace, but without its causes and suppressed exceptions: one of them may be
     * what cannot be printed.
     */
    private static String described(Throwable failure) {
        String message = Guarded.message(failure);
        StringBuilder text = new StringBuilder(failure.getClass().getName())
                .append(message == null ? "" : ": " + message)
                .append(", whose text or cause cannot be read");
        for (StackTraceElement element : Guarded.stackTrace(failure)) {
            text.append("\n\tat ").append(element);
        }
        return text.toString();
    }
}
