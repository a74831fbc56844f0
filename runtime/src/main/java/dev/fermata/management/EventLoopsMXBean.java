package dev.fermata.management;

/** The event loops that run in a process, for JMX. From any thread. */
public interface EventLoopsMXBean {
    /** Returns how many event loops run. */
    int getLoopCount();

    /** Returns how many tasks of these loops have not ended. A snapshot, which may be slightly out of date. */
    int getTaskCount();

    /**
     * Returns the text of {@link dev.fermata.Asyncio#dump()}: all tasks, what each waits for, where, and which task waits
     * for it.
     */
    String dump();
}
