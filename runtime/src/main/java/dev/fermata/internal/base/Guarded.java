package dev.fermata.internal.base;

import org.jspecify.annotations.Nullable;

/**
 * Reads from users' exceptions what their classes may compute and may fail to compute. A {@code getMessage()} that throws
 * must not replace the failure it belongs to. Only what must leave the loop anyway is thrown. From any thread.
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
