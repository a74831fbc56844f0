package dev.fermata;

import java.util.List;
import org.jspecify.annotations.Nullable;

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

    /** Called after each call has run, for a record of what happened. */
    default void ran(Step step) {}

    /**
     * One call that the loop has made.
     *
     * @param task the task whose step it was; null for a callback, a timer or the end of a sleep
     * @param what what the task waits for now, or how it ended; for other calls, what ran
     * @param place where the task waits; null if it does not, or if no code of it shows where
     * @param woken the tasks that the call has made ready, in that order
     */
    record Step(
            @Nullable Task<?> task, String what, @Nullable StackTraceElement place, List<Task<?>> woken) {}
}
