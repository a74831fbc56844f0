package dev.fermata.lowlevel;

import dev.fermata.EventLoop;
import dev.fermata.Task;

/**
 * The running task as a primitive sees it: it can be parked and woken. {@link dev.fermata.abi.Carrier#task} returns it.
 *
 * <p>For the loop's thread. Only the runtime implements this interface. Trio: {@code wait_task_rescheduled} and
 * {@code reschedule}.
 */
public interface ParkableTask {
    /** Returns the task itself, for messages and dumps. */
    Task<?> task();

    /** Returns the loop of the task. */
    EventLoop loop();

    /**
     * Parks the task on {@code wait}, whose wake-up must be registered before. If a cancel is pending, it reaches
     * {@code wait} once all callers have suspended. A frame that waits in it is linked with {@code carrier.suspended} after
     * this, not before.
     *
     * @return {@link dev.fermata.abi.Abi#SUSPENDED}, which the caller has to return
     * @throws IllegalArgumentException if {@code wait} is a task or a promise: those are awaited
     */
    Object park(Wait wait);

    /**
     * Wakes the task: its next step runs in the next iteration. Called exactly once for each {@link #park}, by what the
     * task is parked on. A wake-up too many has no effect: when the task was woken before, when its wait was taken back or
     * abandoned, when it awaits something of the runtime, or when it has ended. Only if the task is parked on another
     * {@link Wait} by then, it ends that one.
     *
     * @throws IllegalStateException if the task runs and is not parked: it would miss this wake-up
     */
    void wake();
}
