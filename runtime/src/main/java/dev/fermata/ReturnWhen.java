package dev.fermata;

/** When {@link Asyncio#waitUntil} has waited enough. */
public enum ReturnWhen {
    /** One is done, however it ended. asyncio: {@code FIRST_COMPLETED}. */
    FIRST_COMPLETED,
    /** One has failed, or all are done. A cancelled one is no failure. asyncio: {@code FIRST_EXCEPTION}. */
    FIRST_EXCEPTION,
    /** All are done. asyncio: {@code ALL_COMPLETED}. */
    ALL_COMPLETED
}
