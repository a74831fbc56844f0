package dev.fermata.abi;

import java.util.Arrays;

/** The failure of an await of null. On the thread that runs the coroutine. */
final class NullAwait {
    private static final String PREFIX = NullAwait.class.getPackageName() + ".";

    private NullAwait() {}

    /** Returns an exception whose trace begins at the await. What is called there is nothing that a user has written. */
    static NullPointerException because(String message) {
        NullPointerException thrown = new NullPointerException(message);
        StackTraceElement[] trace = thrown.getStackTrace();
        int ours = 0;
        while (ours < trace.length && trace[ours].getClassName().startsWith(PREFIX)) {
            ours++;
        }
        thrown.setStackTrace(Arrays.copyOfRange(trace, ours, trace.length));
        return thrown;
    }
}
