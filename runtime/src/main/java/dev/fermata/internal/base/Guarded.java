package dev.fermata.internal.base;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads what users' classes may compute and may fail to compute. A {@code getMessage()} that throws must not replace the
 * failure it belongs to. Only what must leave the loop anyway is thrown. From any thread.
 */
public final class Guarded {
    private Guarded() {}

    /** Returns what {@code getMessage()} returns; null if it throws. */
    public static @Nullable String message(Throwable asked) {
        try {
            return asked.getMessage();
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return null;
        }
    }

    /** Returns what {@code getCause()} returns; null if it throws. */
    public static @Nullable Throwable cause(Throwable asked) {
        try {
            return asked.getCause();
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return null;
        }
    }

    /** Returns what {@code getStackTrace()} returns; an empty array if it throws. */
    public static StackTraceElement[] stackTrace(Throwable asked) {
        try {
            return asked.getStackTrace();
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return new StackTraceElement[0];
        }
    }

    /**
     * Returns a description that a user's class may compute; if that fails, what says so. A description is for a dump, a
     * message or a recording, and whoever asks for one has not asked for a failure.
     */
    public static String description(Supplier<String> computed) {
        try {
            return String.valueOf(computed.get());
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return "something whose description failed with " + failure(thrown);
        }
    }

    /** Returns the class of a failure and its message, in one line. */
    public static String failure(Throwable thrown) {
        String message = message(thrown);
        String type = thrown.getClass().getName();
        return message == null ? type : type + ": " + OneLine.of(message);
    }

    /** Whether {@code failure} must also leave the loop, because the JVM itself is in trouble and not just one task. */
    public static boolean isFatal(Throwable failure) {
        return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
    }

    private static void throwIfFatal(Throwable thrown) {
        if (isFatal(thrown)) {
            throw (VirtualMachineError) thrown;
        }
    }
}
