package dev.fermata.internal.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The calls that are ready or wait for their time, by number; for the same reason as {@link TaskTable}. On the loop's
 * thread.
 */
final class CallTable {
    private final FreeNumbers numbers = new FreeNumbers();
    private @Nullable Ready[] calls = new @Nullable Ready[16];

    /** Adds a call and returns its number. */
    int add(Ready call) {
        int number = numbers.take();
        if (number >= calls.length) {
            calls = Arrays.copyOf(calls, Growth.after(number));
        }
        calls[number] = call;
        return number;
    }

    /** Removes the call with a number, which is free from now on, and returns it. */
    Ready remove(int number) {
        Ready call = calls[number];
        if (call == null) {
            throw new AssertionError("no call has the number " + number + ": a bug in Fermata");
        }
        calls[number] = null;
        numbers.giveBack(number);
        return call;
    }

    /** Whether {@code call} is the one with that number. */
    boolean has(int number, Ready call) {
        return calls[number] == call;
    }

    /** Forgets all calls. */
    void clear() {
        for (int number = 0; number < numbers.end(); number++) {
            if (calls[number] != null) {
                remove(number);
            }
        }
    }
}
