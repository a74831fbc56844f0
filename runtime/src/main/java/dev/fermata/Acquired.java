package dev.fermata;

/**
 * What a task has acquired and gives back by closing it: a lock or a permit. Code that takes either declares this type:
 *
 * <pre>{@code
 * try (Acquired turn = await(acquiring.call())) { … }
 * }</pre>
 *
 * For the loop's thread.
 */
public sealed interface Acquired extends AutoCloseable permits AsyncLock.Held, AsyncSemaphore.Permit {
    /** Gives it back. Closing again does nothing. Never waits. */
    @Override
    void close();
}
