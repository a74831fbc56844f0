package dev.fermata.internal.engine;

import java.util.Arrays;

/** Hands out small numbers: the one that was given back last, or else the next. On the loop's thread. */
final class FreeNumbers {
    private int[] free = new int[16];
    private int count;
    private int next;

    int take() {
        return count > 0 ? free[--count] : next++;
    }

    void giveBack(int number) {
        if (count == free.length) {
            free = Arrays.copyOf(free, Growth.after(count));
        }
        free[count++] = number;
    }

    /** Returns the number that was never handed out, and none above it was. */
    int end() {
        return next;
    }
}
