package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A barrier at which a fixed number of tasks wait for each other and then all continue, round after round. The barrier
 * fills until all parties have arrived. Then it drains: a task that arrives before the last one has left waits until then,
 * and belongs to the next round.
 *
 * <p>{@link #reset()} and {@link #abort()} break a round off: the tasks that wait in it throw a
 * {@link BrokenBarrierException}. A task that is cancelled while the barrier fills has left it, and the others wait for
 * another one.
 *
 * <p>For the thread of one event loop. asyncio: {@code Barrier}.
 */
public final class AsyncBarrier extends LoopBound {
    private enum State {
        /** Waits for more tasks to arrive. Any other state may follow. */
        FILLING,

        /**
         * All tasks have arrived and were woken, and some have not left. Followed by FILLING when they have, or by any
         * other state.
         */
        DRAINING,

        /** Was reset, and some tasks of the old round have not left. Followed by FILLING when they have, or by BROKEN. */
        RESETTING,

        /** Aborted. Followed by FILLING or RESETTING on a reset. */
        BROKEN
    }

    private final int parties;
    private State state = State.FILLING;

    /** How many tasks have arrived in this round and not left. */
    private int count;

    /**
     * The tasks that wait: for more to arrive, or, if they came early, to be let in. While the barrier fills, no early task
     * waits.
     */
    private final WaitingLine line = new WaitingLine(this);

    /**
     * Creates a barrier.
     *
     * @param parties how many tasks wait for each other, at least 1
     * @throws IllegalArgumentException if {@code parties} is less than 1
     */
    public AsyncBarrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("a barrier of " + parties + " parties");
        }
        this.parties = parties;
    }

    /**
     * Waits until all parties have arrived; the last one does not suspend. asyncio: {@code wait()}, named otherwise because
     * {@code Object.wait} blocks.
     *
     * @return a coroutine that returns the task's place in this round, from 0 for the first to {@code parties() - 1}. It
     *     throws BrokenBarrierException if the barrier is broken or this round was broken off, and IllegalStateException if
     *     it is awaited on another loop than the one that uses the barrier
     */
    public Coroutine<Integer> arrive() {
        return new Arrive(this);
    }

    /**
     * Starts a new round. Tasks that have arrived, or have not left yet, throw a {@link BrokenBarrierException}; a barrier
     * that was broken can be used again. asyncio: {@code reset()}, a coroutine there that never waits.
     */
    public void reset() {
        checkThread("AsyncBarrier.reset");
        change(count > 0 ? State.RESETTING : State.FILLING);
    }

    /**
     * Breaks the barrier: tasks that wait, and tasks that arrive, throw a {@link BrokenBarrierException}, until
     * {@link #reset()} is called. asyncio: {@code abort()}, a coroutine there that never waits.
     */
    public void abort() {
        checkThread("AsyncBarrier.abort");
        change(State.BROKEN);
    }

    /** Returns how many tasks wait for each other. asyncio: {@code parties}. */
    public int parties() {
        return parties;
    }

    /** Returns how many tasks have arrived and wait for more. asyncio: {@code n_waiting}. */
    public int waiting() {
        return state == State.FILLING ? count : 0;
    }

    /** Whether the barrier was aborted and not reset since. asyncio: {@code broken}. */
    public boolean broken() {
        return state == State.BROKEN;
    }

    private boolean isClosed() {
        return state == State.DRAINING || state == State.RESETTING;
    }

    private void drain() {
        state = State.DRAINING;
        for (int place = 0; !line.isEmpty(); place++) {
            ((Arrive) line.grantFirst()).place = place;
        }
    }

    /** The last task to leave opens the barrier for the next round. */
    private void leave() {
        if (--count == 0 && isClosed()) {
            change(State.FILLING);
        }
    }

    /** Wakes all tasks that wait; each looks at the new state when it runs. */
    private void change(State next) {
        state = next;
        line.grantAll();
    }

    @Override
    public String toString() {
        String inside = count + " of " + parties + (state == State.FILLING ? " there" : " to leave");
        return "barrier (" + state.name().toLowerCase(Locale.ROOT) + ", " + inside + ")";
    }

    /** One arrival of a task. */
    private static final class Arrive extends Waiter<Integer> {
        private final AsyncBarrier barrier;

        /** Whether the task counts as arrived; false while it is early and waits to be let in. */
        private boolean counted;

        private int place;

        Arrive(AsyncBarrier barrier) {
            this.barrier = barrier;
        }

        @Override
        protected WaitingLine line() {
            return barrier.line;
        }

        @Override
        protected Object start(Carrier carrier) {
            return enter(barrier.user(carrier, "AsyncBarrier.arrive"), carrier);
        }

        private Object enter(ParkableTask task, Carrier carrier) {
            if (barrier.isClosed()) {
                return waitInLine(task, carrier);
            }
            if (barrier.broken()) {
                throw new BrokenBarrierException("the barrier was aborted");
            }
            counted = true;
            if (++barrier.count < barrier.parties) {
                return waitInLine(task, carrier);
            }
            barrier.drain();
            barrier.leave();
            return barrier.parties - 1;
        }

        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) throws Throwable {
            if (!counted && failure == null) {
                return enter(task(), carrier);
            }
            boolean drained = barrier.state == State.DRAINING;
            if (counted && wasGranted()) {
                barrier.leave();
            }
            if (failure != null) {
                throw failure;
            }
            if (!drained) {
                throw new BrokenBarrierException("the barrier was reset or aborted while this task waited at it");
            }
            return place;
        }

        @Override
        public boolean takeBack(@Nullable String message) {
            boolean left = super.takeBack(message);
            if (left && counted) {
                barrier.count--; // now, not when the task runs: others may arrive before that
            }
            return left;
        }

        @Override
        public String describeWait() {
            return (counted ? "the others at a " : "its turn at a ") + barrier;
        }
    }
}
