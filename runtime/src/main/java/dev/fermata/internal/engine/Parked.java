package dev.fermata.internal.engine;

import dev.fermata.internal.CancelAccess;
import dev.fermata.lowlevel.Wait;
import org.jspecify.annotations.Nullable;

/**
 * The waits whose wake-up is in the ready queue from the start, so that nothing can take them back. On the loop's thread.
 */
final class Parked {
    /** The wait of a task that was created and has not made its first step. */
    static final Wait FIRST_STEP = new FirstStep();

    private Parked() {}

    private record FirstStep() implements Wait {
        @Override
        public boolean takeBack(@Nullable String message) {
            return false;
        }

        @Override
        public String describeWait() {
            return "its first step";
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
