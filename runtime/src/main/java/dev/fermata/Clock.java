package dev.fermata;

import java.util.concurrent.TimeUnit;

/** The time of a loop, and how the loop spends it when nothing is ready. Used by the loop's thread alone. */
abstract class Clock {
    /** Nanoseconds since the loop was made. */
    abstract long now();

    /**
     * Nothing is ready. Returns when that may have changed; may return early.
     *
     * @param due when the next timer is due, or {@code Long.MAX_VALUE}
     * @param report when the next unread failure is to be reported, or {@code Long.MAX_VALUE}
     */
    abstract void idle(EventLoop loop, long due, long report);

    /** Real nanoseconds that the end of a loop waits for calls that are running in its executor. */
    abstract long executorPatience(EventLoop loop);

    /** The machine's time: the loop's thread is parked. */
    static final class Real extends Clock {
        /** As long as asyncio's. */
        private static final long EXECUTOR_PATIENCE = TimeUnit.MINUTES.toNanos(5);

        private final long origin = System.nanoTime();

        @Override
        long now() {
            return System.nanoTime() - origin;
        }

        @Override
        void idle(EventLoop loop, long due, long report) {
            loop.parker.park(LoopTime.until(Math.min(due, report), now()));
        }

        @Override
        long executorPatience(EventLoop loop) {
            return EXECUTOR_PATIENCE;
        }
    }

    /**
     * Time that stands still while anything runs and jumps to the next timer when nothing does. What comes from outside
     * needs real time: while something is outstanding there, the loop really waits and virtual time stands still.
     */
    static final class Virtual extends Clock {
        private long now;

        @Override
        long now() {
            return now;
        }

        @Override
        void idle(EventLoop loop, long due, long report) {
            if (loop.awaitsOutside()) {
                waitForOutside(loop);
            } else if (due != Long.MAX_VALUE) {
                now = Math.max(now, Math.min(due, report));
            } else if (loop.inbox.isEmpty()) {
                throw DeadlockException.of(
                        loop, "Deadlock: nothing is ready, no timer is set, nothing is outstanding from outside");
            }
        }

        @Override
        long executorPatience(EventLoop loop) {
            return loop.outsideLimit;
        }

        private static void waitForOutside(EventLoop loop) {
            long limit = loop.outsideLimit;
            long start = System.nanoTime();
            for (long left = limit; left > 0; left = limit - (System.nanoTime() - start)) {
                loop.parker.park(left);
                if (loop.hasNews() || Thread.currentThread().isInterrupted()) {
                    return;
                }
            }
            throw DeadlockException.of(
                    loop,
                    "Virtual time stood still for " + limit / 1_000_000
                            + " ms of real time, waiting for what comes from outside: a call in an executor, a channel, or a"
                            + " stage that, for all the loop knows, another thread completes. A stage that this loop's own"
                            + " code completes should be a promise (createPromise); for what really takes longer there is"
                            + " EventLoop.setOutsideLimit");
        }
    }
}
