package dev.fermata;

/**
 * What a task has acquired and gives back by closing it: an {@link AsyncLock.Held} or an {@link AsyncSemaphore.Permit}. Code that takes either declares this type:
 *
 * <pre>{@code
 * try (Acquired turn = await(acquiring.call())) { … }
 * }</pre>
 *
 * For the loop's thread.
 */
public interface Acquired extends AutoCloseable {
    /** Gives it back. Closing again does nothing. Never waits. */
    @Override
    void close();
}
