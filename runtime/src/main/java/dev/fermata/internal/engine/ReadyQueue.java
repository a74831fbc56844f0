package dev.fermata.internal.engine;

import java.util.stream.IntStream;

/**
 * What runs next, first in first out, in a ring that grows. An entry is a task's step, a task's time to wake up, or a call;
 * see {@link TaskTable} for why the ring holds numbers. On the loop's thread.
 *
 * <p>Positions count up for ever (and wrap around). So an iteration can mark the end of its batch with {@link #end}, and a
 * tick inside of it may take entries without confusing it.
 */
public final class ReadyQueue {
    /**
     * Added to an entry of a task that slept until now: it is woken, and runs in the iteration after. Entries of tasks are
     * their numbers times two.
     */
    private static final int TIME_TO_WAKE = 1;

    /** What {@link #forget} puts in the place of an entry. It is negative, as the entries of calls are. */
    private static final int NOTHING = Integer.MIN_VALUE;

    /** A ring that is longer does not stay so. */
    private static final int LONG = 4096;

    private final CallTable calls;
    private int[] ring = new int[64];

    /**
     * The position of the oldest entry, and the one behind the newest. An entry is stored at its position modulo the
     * length.
     */
    private int head;

    private int tail;

    ReadyQueue(CallTable calls) {
        this.calls = calls;
    }

    /** Adds the step of a task behind all others. */
    void addStep(int task) {
        put(task << 1);
    }

    /** Adds the time to wake up of a task that sleeps. */
    void addTimeToWake(int task) {
        put(task << 1 | TIME_TO_WAKE);
    }

    /** Adds a call. */
    public void add(Ready call) {
        addCall(calls.add(call));
    }

    /** Adds a call that has a number already. */
    void addCall(int number) {
        put(~number);
    }

    private void put(int entry) {
        if (tail - head == ring.length) {
            grow();
        }
        ring[tail++ & (ring.length - 1)] = entry;
    }

    /** Takes the oldest entry; there must be one. */
    int take() {
        return ring[head++ & (ring.length - 1)];
    }

    /** Takes the entry with {@code index}, 0 being the oldest; the others keep their order. For schedule policies. */
    int take(int index) {
        int mask = ring.length - 1;
        int entry = ring[(head + index) & mask];
        for (int i = index; i > 0; i--) {
            ring[(head + i) & mask] = ring[(head + i - 1) & mask];
        }
        head++;
        return entry;
    }

    /** Whether what was taken is the step of a task. */
    static boolean isStep(int taken) {
        return (taken & (NOTHING | TIME_TO_WAKE)) == 0;
    }

    /** Whether what was taken belongs to a task. */
    static boolean isOfTask(int taken) {
        return taken >= 0;
    }

    static int taskOf(int taken) {
        return taken >> 1;
    }

    /** Whether what was taken was forgotten since it was added. */
    static boolean isNothing(int taken) {
        return taken == NOTHING;
    }

    static int callOf(int taken) {
        return ~taken;
    }

    /** Forgets the entries of a task. */
    void forget(int task) {
        for (int position = head; position != tail; position++) {
            int slot = position & (ring.length - 1);
            if (isOfTask(ring[slot]) && taskOf(ring[slot]) == task) {
                ring[slot] = NOTHING;
            }
        }
    }

    /** Returns the position behind the newest entry. */
    public int end() {
        return tail;
    }

    /** Returns the numbers of the tasks whose steps are at the position {@code begin} or behind it. */
    int[] stepsFrom(int begin) {
        int mask = ring.length - 1;
        return IntStream.range(0, tail - begin)
                .map(it -> ring[(begin + it) & mask])
                .filter(ReadyQueue::isStep)
                .map(ReadyQueue::taskOf)
                .toArray();
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
        head = tail;
    }

    /**
     * Halves a ring that is long and nearly empty: a million tasks that were started in one iteration leave no ring behind
     * for a million steps.
     */
    void trim() {
        if (ring.length > LONG && tail - head < ring.length / 8) {
            resize(ring.length / 2);
        }
    }

    private void grow() {
        resize(ring.length * 2);
    }

    private void resize(int length) {
        int[] resized = new int[length];
        for (int position = head; position != tail; position++) {
            resized[position & (length - 1)] = ring[position & (ring.length - 1)];
        }
        ring = resized;
    }
}
