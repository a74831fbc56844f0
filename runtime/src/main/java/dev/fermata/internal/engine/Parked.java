package dev.fermata.internal.engine;

import dev.fermata.internal.CancelAccess;
import dev.fermata.lowlevel.Wait;
import org.jspecify.annotations.Nullable;

/** The waits that are the same for all tasks, and the one that replaces a wait that was taken back. On the loop's thread. */
final class Parked {
    /** The wait of a task that was created and has not made its first step. */
    static final Wait FIRST_STEP = new OnItsWay("its first step");

    /** The wait of a task that gives way for one iteration. */
    static final Wait GIVEN_WAY = new OnItsWay("a sleep");

    /** The wait of a task that sleeps. Only the task knows how long, and whether the wait can be taken back. */
    static final Wait ASLEEP = new OnItsWay("a sleep");

    private Parked() {}

    /** A wait whose wake-up is in the ready queue from the start, so that nothing can take it back. */
    private record OnItsWay(String description) implements Wait {
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
            throw CancelAccess.get().toDeliver(message);
        }

        @Override
        public String describeWait() {
            return "the delivery of its cancel";
        }
    }
}
