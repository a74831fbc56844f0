package dev.fermata.internal.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What runs next, first in first out, in a ring that grows. On the loop's thread.
 *
 * <p>Positions count up for ever (and wrap around). So an iteration can mark the end of its batch with {@link #end}, and a
 * tick inside of it may take entries without confusing it.
 */
public final class ReadyQueue {
    private @Nullable Object[] ring = new @Nullable Object[64];

    /**
     * The position of the oldest entry, and the one behind the newest. An entry is stored at its position modulo the
     * length.
     */
    private int head;

    private int tail;

    /** Adds {@code entry} behind all others. */
    public void add(Object entry) {
        if (tail - head == ring.length) {
            grow();
        }
        ring[tail++ & (ring.length - 1)] = entry;
    }

    /** Takes the oldest entry; there must be one. */
    public Object take() {
        int slot = head++ & (ring.length - 1);
        Object entry = present(ring[slot]);
        ring[slot] = null;
        return entry;
    }

    /** Takes the entry with {@code index}, 0 being the oldest; the others keep their order. For schedule policies. */
    public Object take(int index) {
        int mask = ring.length - 1;
        Object entry = present(ring[(head + index) & mask]);
        for (int i = index; i > 0; i--) {
            ring[(head + i) & mask] = ring[(head + i - 1) & mask];
        }
        ring[head++ & mask] = null;
        return entry;
    }

    /** Returns the position behind the newest entry. */
    public int end() {
        return tail;
    }

    /** Returns how many entries are before the position {@code end}; zero or less if there are none. */
    public int before(int end) {
        return end - head;
    }

    /** Whether nothing is ready. */
    public boolean isEmpty() {
        return head == tail;
    }

    /** Forgets everything. */
    public void clear() {
        Arrays.fill(ring, null);
        head = tail;
    }

    private void grow() {
        @Nullable Object[] larger = new @Nullable Object[ring.length * 2];
        for (int position = head; position != tail; position++) {
            larger[position & (larger.length - 1)] = ring[position & (ring.length - 1)];
        }
        ring = larger;
    }

    private static Object present(@Nullable Object entry) {
        if (entry == null) {
            throw new AssertionError("took from an empty ready queue: a bug in Fermata");
        }
        return entry;
    }
}
