package dev.fermata;

/**
 * A result that other code will set; made by {@link Asyncio#createPromise()}. asyncio: {@code Future}. The name differs
 * because {@code java.util.concurrent} has taken that one.
 *
 * <p>All methods are for the loop's thread. Only the runtime implements this interface.
 *
 * @param <T> the type of the result
 */
public interface Promise<T> extends Deferred<T> {
    /**
     * Completes this with a result. Tasks that await it run in the next iteration. asyncio: {@code set_result}.
     *
     * @throws InvalidStateException if this is done already
     */
    void setResult(T result);

    /**
     * Completes this with a failure; every awaiter throws this same object. A {@link CancelledError} cancels the promise
     * instead, because a cancel is not a failure. asyncio: {@code set_exception}.
     *
     * @throws InvalidStateException if this is done already
     */
    void setException(Throwable failure);
}
