package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * How something ended: what {@link Asyncio#gatherSettled gatherSettled} gives for each of its arguments. May be read on
 * any thread. asyncio: an entry of the list that {@code gather(…, return_exceptions=True)} returns.
 *
 * @param <T> the type of the result
 */
public sealed interface Outcome<T> {
    /**
     * The result; throws what the awaiter would have been thrown, a failure or a {@link CancelledError}.
     */
    T result();

    /** The failure, the {@link CancelledError} of something cancelled, or null for a success. */
    @Nullable
    Throwable exception();

    /** It ended with a result. */
    record Success<T>(T result) implements Outcome<T> {
        @Override
        public @Nullable Throwable exception() {
            return null;
        }
    }

    /** It failed with {@code exception}. */
    record Failure<T>(Throwable exception) implements Outcome<T> {
        @Override
        public T result() {
            throw Outcome.<RuntimeException>sneak(exception);
        }
    }

    /** It was cancelled. */
    record Cancelled<T>(CancelledError exception) implements Outcome<T> {
        @Override
        public T result() {
            throw exception;
        }
    }

    /** Throws a checked exception where none is declared, as {@code await} does. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneak(Throwable exception) throws E {
        throw (E) exception;
    }
}
