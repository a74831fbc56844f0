package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * Those who wait at a lock, a queue or another of the primitives, in order of arrival. A list that is linked through the
 * waiters themselves: standing in line takes no object, and one who is cancelled leaves in one step, however long the line is.
 */
final class WaitingLine {
    private final LoopBound owner;
    private @Nullable Waiter<?> first;
    private @Nullable Waiter<?> last;
    private int size;

    /** An empty line at {@code owner}. */
    WaitingLine(LoopBound owner) {
        this.owner = owner;
    }

    boolean isEmpty() {
        return first == null;
    }

    int size() {
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

    /** Takes the one who has waited longest out of the line and wakes it; there must be one. */
    Waiter<?> grantFirst() {
        Waiter<?> granted = first;
        if (granted == null) {
            throw new AssertionError("nobody waits at " + owner + ": a bug in Fermata");
        }
        remove(granted);
        granted.grant();
        return granted;
    }

    /** Wakes all, in order. */
    void grantAll() {
        while (first != null) {
            grantFirst();
        }
    }
}
