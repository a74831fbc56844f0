package dev.fermata;

/**
 * How a task that was begun with {@link TaskGroup#start} says that it is ready. To be used on the loop's thread. Trio: the
 * {@code task_status} of {@code nursery.start}; asyncio has no such thing.
 *
 * @param <R> what it says when it is ready: the port it listens on, say
 */
public interface TaskStatus<R> {
    /**
     * The task is ready: the one that began it goes on, with {@code value}.
     *
     * @throws IllegalStateException if this was called before, or nobody waits for it any more
     */
    void started(R value);

    /** A task that says when it is ready. */
    @FunctionalInterface
    interface Startable<R> {
        /**
         * Called in the task's first step.
         *
         * @param status to be told when the task is ready
         * @return what the task runs then, and after it has said so
         */
        Coroutine<?> call(TaskStatus<R> status) throws Exception;
    }
}
