package dev.fermata;

import java.util.ArrayDeque;
import java.util.Collections;

/**
 * An {@link AsyncQueue} that returns the newest item first. Waiting tasks are still served in order of arrival. For the
 * thread of one event loop. asyncio: {@code LifoQueue}.
 *
 * @param <T> the type of the items
 */
public final class AsyncLifoQueue<T> extends AsyncQueue<T> {
    /** Creates a queue without a bound. */
    public AsyncLifoQueue() {
        this(0);
    }

    /**
     * Creates a queue.
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
