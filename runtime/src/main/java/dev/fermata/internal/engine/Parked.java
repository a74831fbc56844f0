package dev.fermata.internal.engine;

import dev.fermata.internal.CancelAccess;
import dev.fermata.lowlevel.Wait;
import org.jspecify.annotations.Nullable;

/**
 * The waits that are the same for all tasks, and the one that replaces a wait that was taken back. None of them wakes its
 * task or is asked to be taken back: the task does both. On the loop's thread.
 */
final class Parked {
    /** The wait of a task that was created and has not made its first step. */
    static final Wait FIRST_STEP = new Shared("its first step");

    /** The wait of a task that gives way for one iteration. */
    static final Wait GIVEN_WAY = new Shared("a sleep");

    /** The wait of a task that sleeps. Only the task knows whether it was woken. */
    static final Wait ASLEEP = new Shared("a sleep");

    /** The wait of a task that sleeps until it is cancelled. */
    static final Wait ASLEEP_FOR_EVER = new Shared("a sleep without end");

    private Parked() {}

    /** A wait that knows nothing of its task. */
    private record Shared(String description) implements Wait {
        @Override
        public boolean takeBack(@Nullable String message) {
            return false;
        }

        @Override
        public String describeWait() {
            return description;
        }
    }

    /** Replaces a wait that was taken back. */
    record Cancelled(@Nullable String message) implements Wait {
        @Override
        public boolean takeBack(@Nullable String again) {
            return false;
        }

        @Override
        public @Nullable Object outcome() {
            throw CancelAccess.get().toPlace(message);
        }

        @Override
        public String describeWait() {
            return "the delivery of its cancel";
        }
    }
}
