package dev.fermata;

import java.util.ArrayDeque;
import java.util.Collections;

/**
 * An {@link AsyncQueue} that gives away first what was put last. Those who wait are served in order of arrival all the same.
 * asyncio: {@code LifoQueue}.
 *
 * @param <T> the type of the items
 */
public final class AsyncLifoQueue<T> extends AsyncQueue<T> {
    /** A queue without a bound. */
    public AsyncLifoQueue() {
        this(0);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it may hold; zero or less for any number
     */
    public AsyncLifoQueue(int maxsize) {
        super(maxsize, Collections.asLifoQueue(new ArrayDeque<>()));
    }

    @Override
    String kind() {
        return "LIFO queue";
    }
}
