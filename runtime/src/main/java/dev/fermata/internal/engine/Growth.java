package dev.fermata.internal.engine;

/**
 * How far an array grows that is full: to the double while it is small, and by an eighth when it is large. So a loop with a
 * million tasks has no table that is half empty, and each entry is copied nine times at most, on average.
 */
final class Growth {
    private static final int LARGE = 4096;

    private Growth() {}

    static int after(int length) {
        return length < LARGE ? length * 2 : length + (length >> 3);
    }
}
