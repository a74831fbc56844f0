package dev.fermata.internal.engine;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The one way into a loop from other threads: any thread {@link #offer offers}, the loop's thread takes all at once. A
 * stack that the taker turns around, so what each thread offers stays in order. Whoever finds it empty is the one that has
 * to wake the loop; the others know that somebody does.
 */
public final class Inbox {
    /** What {@link #offer} did. */
    public enum Offer {
        /** The first since the last {@link #takeAll}: the loop must be woken. */
        FIRST,
        /** Behind others whose owner wakes the loop. */
        BEHIND,
        /** Not taken: {@link #close} was called. */
        CLOSED
    }

    private static final Node END = new Node(Inbox.class);

    private static final class Node {
        final Object item;

        @Nullable
        Node next;

        Node(Object item) {
            this.item = item;
        }
    }

    private final AtomicReference<@Nullable Node> newest = new AtomicReference<>();

    /** From any thread. */
    public Offer offer(Object item) {
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

    /** Whether there is nothing to take. From any thread; the loop asks after it has said that it will park. */
    public boolean isEmpty() {
        Node node = newest.get();
        return node == null || node == END;
    }

    /** Moves everything into {@code queue}, oldest first. On the loop's thread. */
    public void takeAll(ReadyQueue queue) {
        Node seen = newest.getAcquire();
        if (seen == null || seen == END) {
            return; // a later look will see what is just arriving: its owner wakes the loop
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

    /** Refuses what comes from now on; what is in it is forgotten. On the loop's thread. */
    public void close() {
        newest.set(END);
    }
}
