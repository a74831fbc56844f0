package dev.fermata;

import java.util.List;

/**
 * What {@link Asyncio#waitUntil} found: each task once, in the order of the arguments. asyncio: the pair that {@code wait}
 * returns.
 *
 * @param done those that are done; each still has to be asked how it ended
 * @param pending the others, which run on
 * @param <T> the type of their results
 */
public record Waited<T>(List<Deferred<? extends T>> done, List<Deferred<? extends T>> pending) {
    /** Keeps copies. */
    public Waited {
        done = List.copyOf(done);
        pending = List.copyOf(pending);
    }
}
