package dev.fermata;

/**
 * An async lambda: {@code createTask(() -> fetch(url))}, or a lambda with awaits in its body. It is called in the first
 * step of the task that is made from it, so no part runs earlier, and what it throws is the task's failure. asyncio:
 * {@code create_task(f())}, where {@code f} is an {@code async def}.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface AsyncCallable<T> {
    /**
     * Returns the coroutine that the task then awaits. Called on the loop's thread.
     *
     * @throws Exception any exception; it becomes the failure of the task
     */
    Coroutine<T> call() throws Exception;
}
