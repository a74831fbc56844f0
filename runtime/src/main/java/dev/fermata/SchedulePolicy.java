package dev.fermata;

/**
 * Replaces the loop's own order in tests that explore other interleavings: {@link EventLoop#setSchedulePolicy}. Without
 * one the loop is strictly FIFO and asks nobody.
 */
public interface SchedulePolicy {
    /** None of the calls now: those that are left join the ones of the next iteration. */
    int LATER = -1;

    /**
     * Which of the calls that are ready in this iteration is made next.
     *
     * @param ready how many are left in this iteration, at least 1
     * @return an index from 0, the oldest, to {@code ready - 1}; or {@link #LATER}
     */
    default int next(int ready) {
        return 0;
    }

    /**
     * Asked whenever a task has parked, with no cancel pending.
     *
     * @return true to cancel it there
     */
    default boolean cancelHere(Task<?> task) {
        return false;
    }
}
