package dev.fermata.internal.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Timers by due time; those with the same time in the order in which they were set. It is a 4-ary heap whose keys are in
 * arrays of their own, so that sifting compares without touching the entries; 16 bytes a timer. An entry knows its slot, so
 * that a cancelled timer leaves at once. On the loop's thread.
 *
 * @param <E> the type of the entries
 */
public final class TimerHeap<E extends TimerHeap.Entry> {
    /** An entry of the heap. */
    public interface Entry {
        /** Returns the slot of the entry. */
        int slot();

        /**
         * Sets the slot of the entry. Called when the entry moves, and with {@link #LEFT} when its time has come or the
         * heap is cleared.
         */
        void setSlot(int slot);
    }

    /** The slot of an entry whose time has come. */
    public static final int LEFT = -1;

    private static final int ARITY = 4;

    private long[] when = new long[16];

    /** Breaks ties; wraps around, which is harmless unless two billion timers are set while one waits. */
    private int[] set = new int[16];

    private @Nullable Entry[] entries = new @Nullable Entry[16];
    private int size;
    private int settings;

    /** Sets a timer. */
    public void add(long due, E entry) {
        if (size == when.length) {
            when = Arrays.copyOf(when, size * 2);
            set = Arrays.copyOf(set, size * 2);
            entries = Arrays.copyOf(entries, size * 2);
        }
        siftUp(size++, due, settings++, entry);
    }

    /** Removes a timer from the heap. */
    public void remove(E entry) {
        removeAt(entry.slot());
    }

    /** Takes the first timer that is due at {@code now}; returns null if none is. */
    @SuppressWarnings("unchecked") // only add stores entries
    public @Nullable E takeDue(long now) {
        if (size == 0 || when[0] > now) {
            return null;
        }
        E first = (E) entries[0];
        removeAt(0);
        if (first != null) {
            first.setSlot(LEFT);
        }
        return first;
    }

    /** Returns when the first timer is due; {@code Long.MAX_VALUE} if there is none. */
    public long next() {
        return size == 0 ? Long.MAX_VALUE : when[0];
    }

    /** Whether no timer is set. */
    public boolean isEmpty() {
        return size == 0;
    }

    /** Forgets all timers and sets their slots, so that a later cancel of one does not look for it here. */
    public void clear() {
        for (int slot = 0; slot < size; slot++) {
            Entry entry = entries[slot];
            entries[slot] = null;
            if (entry != null) {
                entry.setSlot(LEFT);
            }
        }
        size = 0;
    }

    private void removeAt(int slot) {
        int last = --size;
        Entry moved = entries[last];
        entries[last] = null;
        if (slot == last || moved == null) {
            return;
        }
        long due = when[last];
        int order = set[last];
        if (slot > 0 && precedes(due, order, (slot - 1) / ARITY)) {
            siftUp(slot, due, order, moved);
        } else {
            siftDown(slot, due, order, moved);
        }
    }

    private void siftUp(int slot, long due, int order, Entry entry) {
        while (slot > 0) {
            int parent = (slot - 1) / ARITY;
            if (!precedes(due, order, parent)) {
                break;
            }
            move(parent, slot);
            slot = parent;
        }
        put(slot, due, order, entry);
    }

    private void siftDown(int slot, long due, int order, Entry entry) {
        for (; ; ) {
            int first = slot * ARITY + 1;
            if (first >= size) {
                break;
            }
            int least = first;
            int end = Math.min(first + ARITY, size);
            for (int child = first + 1; child < end; child++) {
                if (precedes(when[child], set[child], least)) {
                    least = child;
                }
            }
            if (!precedes(when[least], set[least], due, order)) {
                break;
            }
            move(least, slot);
            slot = least;
        }
        put(slot, due, order, entry);
    }

    private boolean precedes(long due, int order, int slot) {
        return precedes(due, order, when[slot], set[slot]);
    }

    private static boolean precedes(long due, int order, long otherDue, int otherOrder) {
        return due != otherDue ? due < otherDue : order - otherOrder < 0;
    }

    private void move(int from, int to) {
        Entry entry = entries[from];
        if (entry != null) {
            put(to, when[from], set[from], entry);
        }
    }

    private void put(int slot, long due, int order, Entry entry) {
        when[slot] = due;
        set[slot] = order;
        entries[slot] = entry;
        entry.setSlot(slot);
    }
}
