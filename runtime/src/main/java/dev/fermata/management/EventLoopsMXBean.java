package dev.fermata.management;

/** The event loops that run in a process. From any thread. */
public interface EventLoopsMXBean {
    /** How many event loops run. */
    int getLoopCount();

    /** How many tasks they have that have not ended. A snapshot that may be a little late. */
    int getTaskCount();

    /** All tasks: what each waits for, where and for whom. The text of {@link dev.fermata.Asyncio#dump()}. */
    String dump();
}
