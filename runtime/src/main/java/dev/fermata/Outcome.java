package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * How an awaitable ended: {@link Asyncio#gatherSettled gatherSettled} returns one for each of its arguments. May be read on
 * any thread. asyncio: an entry of the list that {@code gather(…, return_exceptions=True)} returns.
 *
 * @param <T> the type of the result
 */
public sealed interface Outcome<T> {
    /** Returns the result, or throws what an await would have thrown: the failure as it is, or a {@link CancelledError}. */
    T result();

    /** Returns the failure, or the {@link CancelledError} if it was cancelled, or null if there is a result. */
    @Nullable
    Throwable exception();

    /** An awaitable that ended with a result. */
    record Success<T>(T result) implements Outcome<T> {
        @Override
        public @Nullable Throwable exception() {
            return null;
        }
    }

    /** An awaitable that failed with {@code exception}. */
    record Failure<T>(Throwable exception) implements Outcome<T> {
        @Override
        public T result() {
            throw Outcome.<RuntimeException>sneak(exception);
        }
    }

    /** An awaitable that was cancelled. */
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
