package dev.fermata.internal.signals;

import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Ends a thread without a stack trace when the exception that ended its run is not caught: a Ctrl-C, or the end of the
 * process, is not a failure to report. Any other exception goes where it would have gone. Called on the thread that ends.
 */
public final class QuietEnd implements Thread.UncaughtExceptionHandler {
    /** 128 plus the number of SIGINT: the exit code by which shells recognise a program that Ctrl-C has ended. */
    public static final int CTRL_C = 130;

    private final Throwable expected;
    private final @Nullable Integer exitCode;

    private QuietEnd(Throwable expected, @Nullable Integer exitCode) {
        this.expected = expected;
        this.exitCode = exitCode;
    }

    /**
     * Makes the calling thread end quietly with {@code thrown}, unless it has an uncaught exception handler of its own.
     *
     * @param exitCode the exit code of the process; null if the process is ending already
     */
    public static void with(Throwable thrown, @Nullable Integer exitCode) {
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        if (handler instanceof ThreadGroup || handler instanceof QuietEnd) {
            thread.setUncaughtExceptionHandler(new QuietEnd(thrown, exitCode));
        }
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
        if (Thread.getDefaultUncaughtExceptionHandler() != null || !isExpected(thrown)) {
            ThreadGroup group = thread.getThreadGroup();
            if (group != null) {
                group.uncaughtException(thread, thrown);
            }
        } else if (exitCode != null) {
            System.exit(exitCode);
        }
    }

    /** Whether {@code thrown} is the expected exception. Code that calls main by reflection wraps what it throws. */
    private boolean isExpected(Throwable thrown) {
        Throwable unwrapped = thrown;
        while (unwrapped instanceof InvocationTargetException wrapper && wrapper.getCause() != null) {
            unwrapped = wrapper.getCause();
        }
        return unwrapped == expected;
    }
}
