package dev.fermata;

/**
 * An async lambda: {@code createTask(() -> fetch(url))}, or with awaits in its body. It is called in the first step of
 * the task that is made from it, so nothing of it runs earlier, and what it throws is the task's failure.
 *
 * @param <T> the type of the result
 */
@FunctionalInterface
public interface AsyncCallable<T> {
    /**
     * Makes the coroutine, which is then awaited.
     *
     * @throws Exception whatever; it becomes the failure of the task
     */
    Coroutine<T> call() throws Exception;
}
