package dev.fermata;

/**
 * Replaces the loop's own order, in tests that explore other interleavings: {@link EventLoop#setSchedulePolicy}. Without a
 * policy the loop is strictly first in first out. The loop calls all methods on its own thread.
 */
public interface SchedulePolicy {
    /** Run none of the ready calls now; those that are left run in the next iteration, with what is ready then. */
    int LATER = -1;

    /**
     * Chooses which of the calls that are ready in this iteration runs next.
     *
     * @param ready how many are left in this iteration, at least 1
     * @return an index from 0, the oldest, to {@code ready - 1}; or {@link #LATER}
     */
    default int next(int ready) {
        return 0;
    }

    /**
     * Chooses whether to cancel a task that has just parked. Called for each park with no cancel pending.
     *
     * @return true to cancel the task there
     */
    default boolean cancelHere(Task<?> task) {
        return false;
    }
}
