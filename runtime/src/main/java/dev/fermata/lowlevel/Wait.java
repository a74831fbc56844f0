package dev.fermata.lowlevel;

import dev.fermata.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * What a task is parked on: a timer, a place in the line at a lock. It remembers the task until it wakes it with
 * {@link ParkableTask#wake()}, exactly once for each park.
 *
 * <p>All methods are called by the loop, on its thread. Trio: the {@code abort_fn} of {@code wait_task_rescheduled}, and what
 * is rescheduled with.
 */
public interface Wait {
    /**
     * Takes the wait back, because the task is cancelled. A wait that agrees forgets the task and does not wake it: the task
     * wakes itself, and {@link #outcome} is not called.
     *
     * @param message of the cancel
     * @return true if the wait was taken back; false if the wake-up is already on its way: the cancel then stays pending and
     *     is thrown by the next step of the task, after {@link #outcome} was read
     */
    boolean takeBack(@Nullable String message);

    /**
     * What the await returns, or throws. Read once, when the task that was woken makes its step.
     *
     * @throws Throwable the failure of the await
     */
    default @Nullable Object outcome() throws Throwable {
        return null;
    }

    /** What is waited for, to complete the sentence "task X waits for …". */
    String describeWait();

    /**
     * The task has ended without being woken: an Error, such as an OutOfMemoryError, was thrown between the park and the end
     * of the step. What was waiting in a line leaves it, so that nothing is given to it.
     */
    default void abandoned() {}

    /** The task or promise whose failure {@link #outcome} throws, so that its trace shows what awaited it; null if there is none. */
    default @Nullable Deferred<?> source() {
        return null;
    }
}
