package dev.fermata;

/**
 * A function that returns a coroutine, for {@link Asyncio#map}. A lambda of this type is async: it may await.
 *
 * @param <T> the type of the argument
 * @param <R> the type of the result
 */
@FunctionalInterface
public interface AsyncFunction<T, R> {
    /**
     * Returns a coroutine that computes the result for {@code argument}.
     *
     * @throws Exception what keeps it from making the coroutine
     */
    Coroutine<R> apply(T argument) throws Exception;
}
