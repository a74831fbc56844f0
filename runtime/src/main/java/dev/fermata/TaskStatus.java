package dev.fermata;

/**
 * A task that was started with {@link TaskGroup#start} reports through this that it is ready. For the loop's thread. Trio:
 * the {@code task_status} of {@code nursery.start}; asyncio has no counterpart.
 *
 * @param <R> the type of what the task reports, such as the port it listens on
 */
public interface TaskStatus<R> {
    /**
     * Reports that the task is ready: the task that started it continues and receives {@code value}. Trio:
     * {@code task_status.started}.
     *
     * @throws IllegalStateException if this was called before, or if no task waits for it any more
     */
    void started(R value);

    /**
     * A task that reports when it is ready.
     *
     * @param <R> the type of what it reports
     */
    @FunctionalInterface
    interface Startable<R> {
        /**
         * Returns the coroutine of the task. Called in the task's first step.
         *
         * @param status receives the report that the task is ready
         * @return what the task runs, before and after it reports
         * @throws Exception any exception; it becomes the failure of the task
         */
        Coroutine<?> call(TaskStatus<R> status) throws Exception;
    }
}
