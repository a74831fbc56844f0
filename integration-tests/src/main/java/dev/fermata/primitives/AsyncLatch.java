package dev.fermata.primitives;

import dev.fermata.Coroutine;
import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import org.jspecify.annotations.Nullable;

/** Tasks wait until a number of things has happened: what {@code CountDownLatch} is for threads. */
public final class AsyncLatch extends LoopBound {
    private int count;

    /** The tasks that wait, while the count is above zero. */
    private final WaitingLine line = new WaitingLine(this);

    /** A latch that opens after {@code count} calls of {@link #countDown()}. */
    public AsyncLatch(int count) {
        this.count = count;
    }

    /** Counts one down. At zero, all tasks that wait go on, in order of arrival. */
    public void countDown() {
        checkThread("AsyncLatch.countDown");
        if (count > 0 && --count == 0) {
            line.grantAll();
        }
    }

    /** Waits until the count is zero. */
    public Coroutine<Void> untilZero() {
        return new UntilZero(this);
    }

    @Override
    public String toString() {
        return "latch (" + count + " to go, " + line.size() + " waiting)";
    }

    private static final class UntilZero extends Waiter<Void> {
        private final AsyncLatch latch;

        UntilZero(AsyncLatch latch) {
            this.latch = latch;
        }

        @Override
        protected WaitingLine line() {
            return latch.line;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            ParkableTask task = latch.user(carrier, "AsyncLatch.untilZero");
            return latch.count == 0 ? null : waitInLine(task);
        }

        @Override
        public String describeWait() {
            return "a " + latch;
        }
    }
}
