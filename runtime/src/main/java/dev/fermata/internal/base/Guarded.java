package dev.fermata.internal.base;

import org.jspecify.annotations.Nullable;

/**
 * Asks exceptions of others what their classes may compute, and fail to: a {@code getMessage()} that throws must not replace
 * the failure that it belongs to. Only what must leave the loop anyway is thrown.
 */
public final class Guarded {
    private Guarded() {}

    /** What {@code getMessage()} returns; null if it throws. */
    public static @Nullable String message(Throwable asked) {
        try {
            return asked.getMessage();
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return null;
        }
    }

    /** What {@code getCause()} returns; null if it throws. */
    public static @Nullable Throwable cause(Throwable asked) {
        try {
            return asked.getCause();
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return null;
        }
    }

    /** What {@code getStackTrace()} returns; empty if it throws. */
    public static StackTraceElement[] stackTrace(Throwable asked) {
        try {
            return asked.getStackTrace();
        } catch (Throwable thrown) {
            throwIfFatal(thrown);
            return new StackTraceElement[0];
        }
    }

    /** Whether {@code failure} must also leave the loop: the machine itself is in trouble, not one task. */
    public static boolean isFatal(Throwable failure) {
        return failure instanceof VirtualMachineError && !(failure instanceof StackOverflowError);
    }

    private static void throwIfFatal(Throwable thrown) {
        if (isFatal(thrown)) {
            throw (VirtualMachineError) thrown;
        }
    }
}
