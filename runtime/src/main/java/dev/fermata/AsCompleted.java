package dev.fermata;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Tasks in the order in which they end, made by {@link Asyncio#asCompleted}. Use it in one of two ways:
 *
 * <pre>{@code
 * for (Coroutine<Page> next : asCompleted(tasks)) {
 *     show(await(next));
 * }
 *
 * var ended = asCompleted(tasks);
 * while (ended.hasNext()) {
 *     Deferred<Page> task = await(ended.next()); // which of them it is
 * }
 * }</pre>
 *
 * For the loop's thread. Only the runtime implements this interface. asyncio: what {@code as_completed} returns.
 *
 * @param <T> the type of the results
 */
public interface AsCompleted<T> extends Iterable<Coroutine<T>> {
    /**
     * Whether {@link #next()} may be called once more: whether it was called for fewer than there are tasks, however many
     * of them have ended.
     */
    boolean hasNext();

    /**
     * Waits for the next task to end. The call itself counts as one of them, whether its coroutine is awaited or not. So
     * await it without a limit of its own: {@code waitFor(ended.next(), limit)} gives one task up each time the limit is
     * reached. {@link Asyncio#asCompleted} takes a limit for all. If the await is cancelled, the task that ends next is left
     * for the next call.
     *
     * @return a coroutine that returns the task or promise itself, which is done; it throws a {@link TimeoutException} if the
     *     limit was reached first
     * @throws NoSuchElementException if it was called for all tasks
     * @throws IllegalStateException on another thread than the loop's
     */
    Coroutine<Deferred<T>> next();

    /**
     * Returns an iterator over as many coroutines as there are tasks. Each waits for the next task to end, and returns its
     * result or throws its failure.
     */
    @Override
    Iterator<Coroutine<T>> iterator();
}
