package dev.fermata;

import org.jspecify.annotations.Nullable;

/**
 * What a task can be parked on, other than a {@link Deferred}: a timer, a place in the line at a lock. It keeps
 * the task in mind until it wakes it with {@link Task#wake()}, exactly once for each park.
 */
interface Waiting {
    /** A task that was created and has not made its first step. */
    Waiting FIRST_STEP = new Scheduled("its first step");

    /** A task that gave way for one iteration. */
    Waiting NEXT_ITERATION = new Scheduled("the next iteration");

    /**
     * Takes the wait back because the task is cancelled. A wait that agrees forgets the task and does not wake it any
     * more: the task wakes itself, and {@link #outcome} is not asked.
     *
     * @return true if the wait was taken back; false if the wake-up is already on its way: the cancel then stays pending
     *     and is thrown by the task's next step, after {@link #outcome} was read
     */
    boolean cancelWait(Task<?> task, @Nullable String message);

    /** What the awaited thing gives: read once, when the woken task steps. A failure is thrown. */
    @Nullable
    Object outcome() throws Throwable;

    /** What is waited for, as the end of the sentence "task X waits for …". */
    String describeWait();

    /** A wait whose wake-up is in the ready queue from the start. */
    record Scheduled(String describeWait) implements Waiting {
        @Override
        public boolean cancelWait(Task<?> task, @Nullable String message) {
            return false;
        }

        @Override
        public @Nullable Object outcome() {
            return null;
        }
    }

    /** What replaces a wait that was taken back. */
    record Cancelled(@Nullable String message) implements Waiting {
        @Override
        public boolean cancelWait(Task<?> task, @Nullable String again) {
            return false;
        }

        @Override
        public @Nullable Object outcome() {
            throw CancelledError.toDeliver(message);
        }

        @Override
        public String describeWait() {
            return "the delivery of its cancel";
        }
    }
}
