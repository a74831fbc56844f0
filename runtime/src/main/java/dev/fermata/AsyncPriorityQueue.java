package dev.fermata;

import java.util.AbstractQueue;
import java.util.Comparator;
import java.util.Iterator;
import java.util.PriorityQueue;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AsyncQueue} that returns the least item first, and of several items that compare as equal the oldest. (asyncio
 * leaves that order open.) Waiting tasks are still served in order of arrival. For the thread of one event loop. asyncio:
 * {@code PriorityQueue}.
 *
 * @param <T> the type of the items
 */
public final class AsyncPriorityQueue<T> extends AsyncQueue<T> {
    /** Creates a queue without a bound, in the natural order of its items. */
    public AsyncPriorityQueue() {
        this(0);
    }

    /**
     * Creates a queue in the natural order of its items. Putting an item that is not {@link Comparable} throws
     * ClassCastException.
     *
     * @param maxsize how many items it may hold; zero or less for any number
     */
    public AsyncPriorityQueue(int maxsize) {
        this(maxsize, AsyncPriorityQueue::compareNaturally);
    }

    /** Creates a queue without a bound, in the order of a comparator. */
    public AsyncPriorityQueue(Comparator<? super T> order) {
        this(0, order);
    }

    /**
     * Creates a queue in the order of a comparator.
     *
     * @param maxsize how many items it may hold; zero or less for any number
     * @param order compares the items. If it throws when an item is put, {@code put} or {@code putNowait} throws the same
     *     exception
     */
    public AsyncPriorityQueue(int maxsize, Comparator<? super T> order) {
        super(maxsize, new Heap<T>(order));
    }

    @SuppressWarnings("unchecked") // as the JDK's collections do: what is not comparable gets a ClassCastException
    private static <T> int compareNaturally(T one, T other) {
        return ((Comparable<? super T>) one).compareTo(other);
    }

    @Override
    String kind() {
        return "priority queue";
    }

    /** A heap that keeps equal items in the order in which they were put, which a plain heap does not. */
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
                int unused = order.compare(item, item); // refuses the first item, too, if it is not comparable
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
