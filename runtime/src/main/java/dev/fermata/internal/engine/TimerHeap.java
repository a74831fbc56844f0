package dev.fermata.internal.engine;

import java.util.Arrays;

/**
 * Timers by due time; those with the same time in the order in which they were set. It is a 4-ary heap of the
 * numbers of tasks, and of the complements of those of calls. The keys are in arrays of their own: sifting compares without
 * touching tasks and calls, and stores no reference. The place of each number is known, so that a cancelled timer leaves at
 * once. 20 bytes a timer. On the loop's thread.
 */
final class TimerHeap {
    /** Returned by {@link #takeDue} if no timer is due. */
    static final int NONE = Integer.MIN_VALUE;

    private static final int ARITY = 4;

    private long[] when = new long[16];

    /** Breaks ties; wraps around, which is harmless unless two billion timers are set while one waits. */
    private int[] set = new int[16];

    private int[] numbers = new int[16];

    /** The place of each task in the heap plus one; 0 if it has no timer. */
    private int[] placesOfTasks = new int[16];

    /** The same of each call. */
    private int[] placesOfCalls = new int[16];

    private int size;
    private int settings;

    /** Sets the timer of a task or call that has none. */
    void add(long due, int number) {
        if (size == when.length) {
            int larger = Growth.after(size);
            when = Arrays.copyOf(when, larger);
            set = Arrays.copyOf(set, larger);
            numbers = Arrays.copyOf(numbers, larger);
        }
        if (number >= placesOfTasks.length) {
            placesOfTasks = grown(placesOfTasks, number);
        } else if (~number >= placesOfCalls.length) {
            placesOfCalls = grown(placesOfCalls, ~number);
        }
        siftUp(size++, due, settings++, number);
    }

    private static int[] grown(int[] places, int number) {
        return Arrays.copyOf(places, Math.max(number + 1, Growth.after(places.length)));
    }

    /** Whether the timer of a task or call is set. */
    boolean contains(int number) {
        return number < 0
                ? ~number < placesOfCalls.length && placesOfCalls[~number] > 0
                : number < placesOfTasks.length && placesOfTasks[number] > 0;
    }

    /** Removes the timer of a task or call, which must have one. */
    void remove(int number) {
        int slot = (number < 0 ? placesOfCalls[~number] : placesOfTasks[number]) - 1;
        setPlace(number, 0);
        removeAt(slot);
    }

    private void setPlace(int number, int place) {
        if (number < 0) {
            placesOfCalls[~number] = place;
        } else {
            placesOfTasks[number] = place;
        }
    }

    /** Takes the first timer that is due at {@code now}, and returns its number; {@link #NONE} if none is. */
    int takeDue(long now) {
        if (size == 0 || when[0] > now) {
            return NONE;
        }
        int first = numbers[0];
        remove(first);
        return first;
    }

    /** Returns when the first timer is due; {@code Long.MAX_VALUE} if there is none. */
    long next() {
        return size == 0 ? Long.MAX_VALUE : when[0];
    }

    /** Whether no timer is set. */
    boolean isEmpty() {
        return size == 0;
    }

    /** Forgets all timers. */
    void clear() {
        for (int slot = 0; slot < size; slot++) {
            setPlace(numbers[slot], 0);
        }
        size = 0;
    }

    private void removeAt(int slot) {
        int last = --size;
        if (slot == last) {
            return;
        }
        int moved = numbers[last];
        long due = when[last];
        int order = set[last];
        if (slot > 0 && precedes(due, order, (slot - 1) / ARITY)) {
            siftUp(slot, due, order, moved);
        } else {
            siftDown(slot, due, order, moved);
        }
    }

    private void siftUp(int slot, long due, int order, int number) {
        while (slot > 0) {
            int parent = (slot - 1) / ARITY;
            if (!precedes(due, order, parent)) {
                break;
            }
            move(parent, slot);
            slot = parent;
        }
        put(slot, due, order, number);
    }

    private void siftDown(int slot, long due, int order, int number) {
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
        put(slot, due, order, number);
    }

    private boolean precedes(long due, int order, int slot) {
        return precedes(due, order, when[slot], set[slot]);
    }

    private static boolean precedes(long due, int order, long otherDue, int otherOrder) {
        return due != otherDue ? due < otherDue : order - otherOrder < 0;
    }

    private void move(int from, int to) {
        put(to, when[from], set[from], numbers[from]);
    }

    private void put(int slot, long due, int order, int number) {
        when[slot] = due;
        set[slot] = order;
        numbers[slot] = number;
        setPlace(number, slot + 1);
    }
}
