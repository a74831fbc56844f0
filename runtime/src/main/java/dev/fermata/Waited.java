package dev.fermata;

import java.util.List;

/**
 * The result of {@link Asyncio#waitUntil}: each task once, in the order of the arguments. asyncio: the pair that
 * {@code wait} returns.
 *
 * @param done the tasks that are done; ask each of them how it ended
 * @param pending the other tasks, which continue
 * @param <T> the type of their results
 */
public record Waited<T>(List<Deferred<? extends T>> done, List<Deferred<? extends T>> pending) {
    /** Copies the lists. */
    public Waited {
        done = List.copyOf(done);
        pending = List.copyOf(pending);
    }
}
