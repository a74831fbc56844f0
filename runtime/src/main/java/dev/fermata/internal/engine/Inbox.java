package dev.fermata.internal.engine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one way into a loop from other threads. Any thread {@link #offer offers}; the loop's thread takes all at once. It is
 * a stack that the taker reverses, so what each thread offers stays in order. The thread that finds it empty has to wake
 * the loop; the others rely on that.
 */
public final class Inbox {
    /** What {@link #offer} did. */
    public enum Offer {
        /** The entry is the first since the last {@link #takeAll}: the caller must wake the loop. */
        FIRST,
        /** The entry is behind others, and the thread that offered the first of them wakes the loop. */
        BEHIND,
        /** The entry was refused, because {@link #close} was called. */
        CLOSED
    }

    private static final Node END = new Node(new Closed());

    /** What is in the inbox once it is closed. Not a lambda: each costs a program a millisecond at its start. */
    private static final class Closed implements Ready {
        @Override
        public void runReady() {
            throw new AssertionError("the end of an inbox was taken for a call: a bug in Fermata");
        }
    }

    private static final class Node {
        final Ready item;

        @Nullable
        Node next;

        Node(Ready item) {
            this.item = item;
        }
    }

    private final AtomicReference<@Nullable Node> newest = new AtomicReference<>();

    /** Adds an item. From any thread. */
    public Offer offer(Ready item) {
        Node node = new Node(item);
        for (; ; ) {
            Node before = newest.get();
            if (before == END) {
                return Offer.CLOSED;
            }
            node.next = before;
            if (newest.compareAndSet(before, node)) {
                return before == null ? Offer.FIRST : Offer.BEHIND;
            }
        }
    }

    /** Whether there is nothing to take. From any thread. The loop calls this after it has announced that it will park. */
    public boolean isEmpty() {
        Node node = newest.get();
        return node == null || node == END;
    }

    /** Moves everything into {@code queue}, oldest first. On the loop's thread. */
    public void takeAll(ReadyQueue queue) {
        Node seen = newest.getAcquire();
        if (seen == null || seen == END) {
            return; // a later look will see what is just arriving: the thread that offers it wakes the loop
        }
        Node oldest = null;
        for (Node node = newest.getAndSet(null); node != null; ) {
            Node next = node.next;
            node.next = oldest;
            oldest = node;
            node = next;
        }
        for (; oldest != null; oldest = oldest.next) {
            queue.add(oldest.item);
        }
    }

    /** Refuses items from now on and forgets those that are in it. On the loop's thread. */
    public void close() {
        newest.set(END);
    }
}
