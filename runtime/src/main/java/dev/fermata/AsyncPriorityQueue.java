package dev.fermata;

import java.util.AbstractQueue;
import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AsyncQueue} that gives away the least item first, and of several that compare as equal the one that was put
 * first. (asyncio leaves that open.) Those who wait are served in order of arrival all the same. asyncio:
 * {@code PriorityQueue}.
 *
 * @param <T> the type of the items
 */
public final class AsyncPriorityQueue<T> extends AsyncQueue<T> {
    /** A queue without a bound, in the natural order of its items. */
    public AsyncPriorityQueue() {
        this(0);
    }

    /**
     * A queue in the natural order of its items: putting one that is not {@link Comparable} throws ClassCastException.
     *
     * @param maxsize how many items it may hold; zero or less for any number
     */
    public AsyncPriorityQueue(int maxsize) {
        this(maxsize, AsyncPriorityQueue::compareNaturally);
    }

    /** A queue without a bound. */
    public AsyncPriorityQueue(Comparator<? super T> order) {
        this(0, order);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it may hold; zero or less for any number
     * @param order what it throws when an item is put, that {@code put} or {@code putNowait} throws
     */
    public AsyncPriorityQueue(int maxsize, Comparator<? super T> order) {
        super(maxsize, new Heap<T>(order));
    }

    @SuppressWarnings("unchecked") // as the JDK's collections do: who is not comparable is told so
    private static <T> int compareNaturally(T one, T other) {
        return ((Comparable<? super T>) one).compareTo(other);
    }

    @Override
    String kind() {
        return "priority queue";
    }

    /** A heap that keeps the order of those that are equal, which a heap by itself does not. */
    private static final class Heap<T> extends AbstractQueue<T> {
        private final Comparator<? super T> order;
        private final Queue<Numbered<T>> heap;
        private long added;

        Heap(Comparator<? super T> order) {
            this.order = order;
            this.heap = new PriorityQueue<>((one, other) -> {
                int compared = order.compare(one.item, other.item);
                return compared != 0 ? compared : Long.compare(one.number, other.number);
            });
        }

        @Override
        public boolean offer(T item) {
            if (heap.isEmpty()) {
                int unused = order.compare(item, item); // the first one too is refused if it cannot be compared
            }
            return heap.add(new Numbered<>(item, added++));
        }

        @Override
        public @Nullable T poll() {
            Numbered<T> least = heap.poll();
            return least == null ? null : least.item;
        }

        @Override
        public @Nullable T peek() {
            Numbered<T> least = heap.peek();
            return least == null ? null : least.item;
        }

        @Override
        public void clear() {
            heap.clear();
        }

        @Override
        public Iterator<T> iterator() {
            return heap.stream().map(Numbered::item).iterator();
        }

        @Override
        public int size() {
            return heap.size();
        }
    }

    /** An item, and how many were put before it. */
    private record Numbered<T>(T item, long number) {}
}
