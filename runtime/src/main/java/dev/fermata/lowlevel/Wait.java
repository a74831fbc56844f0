package dev.fermata.lowlevel;

import dev.fermata.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * What a task is parked on, such as a timer or a place in the line at a lock. It keeps the task until it wakes it with
 * {@link ParkableTask#wake()}, exactly once for each park.
 *
 * <p>The loop calls all methods, on its thread. Trio: the {@code abort_fn} of {@code wait_task_rescheduled}, and the value
 * that {@code reschedule} passes on.
 */
public interface Wait {
    /**
     * Takes the wait back, because the task is cancelled. A wait that agrees forgets the task and does not wake it: the
     * task wakes itself, and {@link #outcome} is not called.
     *
     * @param message the message of the cancel, or null
     * @return true if the wait was taken back; false if the wake-up is already on its way. The cancel then stays pending,
     *     and is thrown by the next step of the task, after {@link #passOn} was called
     */
    boolean takeBack(@Nullable String message);

    /**
     * Returns what the await returns, or throws what it throws. Called once, in the step of the task that was woken.
     *
     * @throws Throwable the failure of the await
     */
    default @Nullable Object outcome() throws Throwable {
        return null;
    }

    /**
     * Called instead of {@link #outcome} if the step of the woken task throws a cancel. A wait that was granted something
     * passes it on. This implementation reads the outcome and drops it.
     *
     * @throws Throwable a failure that the cancel replaces
     */
    default void passOn() throws Throwable {
        outcome();
    }

    /** Returns what the task waits for, to complete the sentence "task X waits for …". */
    String describeWait();

    /**
     * Called when the task has ended without being woken, because an Error such as an OutOfMemoryError was thrown between
     * the park and the end of the step. A wait in a line leaves the line here, so that nothing is granted to it.
     */
    default void abandoned() {}

    /**
     * Returns the task or promise whose failure {@link #outcome} throws, so that the trace of the failure shows what
     * awaited it; null if there is none.
     */
    default @Nullable Deferred<?> source() {
        return null;
    }
}
