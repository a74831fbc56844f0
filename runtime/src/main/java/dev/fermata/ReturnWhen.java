package dev.fermata;

/** How many tasks {@link Asyncio#waitUntil} waits for. asyncio: {@code return_when}. */
public enum ReturnWhen {
    /** Returns when one task is done, however it ended. asyncio: {@code FIRST_COMPLETED}. */
    FIRST_COMPLETED,
    /**
     * Returns when one task has failed, or all are done. A cancelled task has not failed. asyncio: {@code FIRST_EXCEPTION}.
     */
    FIRST_EXCEPTION,
    /** Returns when all tasks are done. asyncio: {@code ALL_COMPLETED}. */
    ALL_COMPLETED
}
