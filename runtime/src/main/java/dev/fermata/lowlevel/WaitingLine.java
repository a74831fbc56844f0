package dev.fermata.lowlevel;

import org.jspecify.annotations.Nullable;

/**
 * The waiters at a lock, a queue or another primitive, in order of arrival. The list is linked through the waiters
 * themselves: waiting allocates nothing more, and a cancelled waiter leaves in constant time, however long the line is.
 *
 * <p>For the loop's thread. Trio: {@code ParkingLot}.
 */
public final class WaitingLine {
    private final LoopBound owner;
    private @Nullable Waiter<?> first;
    private @Nullable Waiter<?> last;
    private int size;

    /** Creates an empty line of the primitive {@code owner}. */
    public WaitingLine(LoopBound owner) {
        this.owner = owner;
    }

    /** Whether no task waits. */
    public boolean isEmpty() {
        return first == null;
    }

    /** Returns how many tasks wait. */
    public int size() {
        return size;
    }

    void add(Waiter<?> waiter) {
        owner.bind();
        Waiter<?> ahead = last;
        waiter.previous = ahead;
        if (ahead == null) {
            first = waiter;
        } else {
            ahead.next = waiter;
        }
        last = waiter;
        size++;
    }

    void remove(Waiter<?> waiter) {
        Waiter<?> ahead = waiter.previous;
        Waiter<?> behind = waiter.next;
        if (ahead == null) {
            first = behind;
        } else {
            ahead.next = behind;
        }
        if (behind == null) {
            last = ahead;
        } else {
            behind.previous = ahead;
        }
        waiter.previous = null;
        waiter.next = null;
        size--;
    }

    /**
     * Takes the waiter that has waited longest out of the line and wakes its task. The line must not be empty.
     *
     * @return that waiter
     */
    public Waiter<?> grantFirst() {
        Waiter<?> granted = first;
        if (granted == null) {
            throw new AssertionError("no task waits at " + owner);
        }
        remove(granted);
        granted.grant();
        return granted;
    }

    /** Takes all waiters out of the line and wakes their tasks, in order of arrival. */
    public void grantAll() {
        while (first != null) {
            grantFirst();
        }
    }
}
