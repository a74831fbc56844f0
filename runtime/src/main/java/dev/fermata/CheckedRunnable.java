package dev.fermata;

/**
 * A call without a result that may throw checked exceptions, for {@link Asyncio#runInThread(CheckedRunnable)}:
 * {@code runInThread(() -> Files.delete(path))}.
 */
@FunctionalInterface
public interface CheckedRunnable {
    /**
     * Makes the call.
     *
     * @throws Exception whatever made it fail
     */
    void run() throws Exception;
}
