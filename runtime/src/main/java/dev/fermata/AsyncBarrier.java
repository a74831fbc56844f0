package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where so many tasks wait for each other, and then all go on; again and again. It fills until all have arrived. Then it
 * drains: those who come before the last has left wait until then, and belong to the next round.
 *
 * <p>{@link #reset()} and {@link #abort()} break a round off: those who wait in it get a {@link BrokenBarrierException}. One
 * who is cancelled while the barrier fills has left it, and the others wait for another one.
 *
 * <p>To be used on the thread of one event loop. asyncio: {@code Barrier}.
 */
public final class AsyncBarrier extends LoopBound {
    private enum State {
        /** Waits for more to arrive. Followed by any other. */
        FILLING,

        /** All have arrived and were woken, and some have not left. Followed by FILLING when they have, or any other. */
        DRAINING,

        /** Was reset, and some of those who were in it have not left. Followed by FILLING when they have, or by BROKEN. */
        RESETTING,

        /** Aborted. Followed by FILLING or RESETTING when it is reset. */
        BROKEN
    }

    private final int parties;
    private State state = State.FILLING;

    /** Those who have arrived in this round and not left. */
    private int count;

    /** Those who wait: to be joined by more, or, if they came early, to be let in. While it fills there are none of these. */
    private final WaitingLine line = new WaitingLine(this);

    /**
     * A barrier.
     *
     * @param parties how many wait for each other, at least 1
     * @throws IllegalArgumentException if {@code parties} is less
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
     * @return a coroutine that gives the place among those of this round, from 0 for the first to {@code parties() - 1}; it
     *     throws BrokenBarrierException if the barrier is broken or this round was broken off, and IllegalStateException if it
     *     is awaited on another loop than the one that uses the barrier
     */
    public Coroutine<Integer> arrive() {
        return new Arrive(this);
    }

    /**
     * Begins anew. Those who have arrived, or have not left yet, get a {@link BrokenBarrierException}; a barrier that was
     * broken is whole again. asyncio: {@code reset()}, a coroutine there that never waits.
     */
    public void reset() {
        checkThread("AsyncBarrier.reset");
        change(count > 0 ? State.RESETTING : State.FILLING);
    }

    /**
     * Breaks the barrier: those who wait, and those who come, get a {@link BrokenBarrierException}, until it is
     * {@link #reset()}. asyncio: {@code abort()}, a coroutine there that never waits.
     */
    public void abort() {
        checkThread("AsyncBarrier.abort");
        change(State.BROKEN);
    }

    /** How many wait for each other. asyncio: {@code parties}. */
    public int parties() {
        return parties;
    }

    /** How many have arrived and wait for more. asyncio: {@code n_waiting}. */
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

    /** The last who leaves opens it for the next round. */
    private void leave() {
        if (--count == 0 && isClosed()) {
            change(State.FILLING);
        }
    }

    /** All who wait look again, when they run. */
    private void change(State next) {
        state = next;
        line.grantAll();
    }

    @Override
    public String toString() {
        String inside = count + " of " + parties + (state == State.FILLING ? " there" : " to leave");
        return "barrier (" + state.name().toLowerCase(Locale.ROOT) + ", " + inside + ")";
    }

    /** One who comes. */
    private static final class Arrive extends Waiter<Integer> {
        private final AsyncBarrier barrier;

        /** Whether it counts as arrived, and not as early. */
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
                barrier.count--; // now, not when it runs: until then others may arrive, and would go on without it
            }
            return left;
        }

        @Override
        public String describeWait() {
            return (counted ? "the others at a " : "its turn at a ") + barrier;
        }
    }
}
