package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A semaphore: as many tasks at a time as there are permits. {@code try (Permit permit = await(semaphore.acquire())) { … }}
 * waits for a permit and releases it; releasing never waits. The semaphore is strictly fair: a permit that is released is
 * handed to the task that has waited longest, and a task that arrives later queues behind all that wait. If a task is
 * cancelled between being handed a permit and running, the permit is handed to the next one.
 *
 * <p>For the thread of one event loop. asyncio: {@code Semaphore}.
 */
public sealed class AsyncSemaphore extends LoopBound permits AsyncBoundedSemaphore {
    /** The permits that are neither held nor given to a task that has not run yet. */
    private int free;

    /**
     * The tasks that wait and were given nothing. If there are any, either no permit is free or some task was granted one.
     */
    private final WaitingLine line = new WaitingLine(this);

    /**
     * How many tasks were given a permit and have not run since. A task that arrives meanwhile does not run before them.
     */
    private int granted;

    /**
     * Creates a semaphore.
     *
     * @param permits how many permits there are, zero or more
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public AsyncSemaphore(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("AsyncSemaphore: the number of permits is negative: " + permits);
        }
        this.free = permits;
    }

    /**
     * Waits for a permit. If one is free and no task waits, this does not suspend. asyncio: {@code acquire()}.
     *
     * @return a coroutine that returns the permit, a resource to close. It throws IllegalStateException if it is awaited on
     *     another loop than the one that uses the semaphore
     */
    public Coroutine<Permit> acquire() {
        return new Acquire(this);
    }

    /**
     * Takes a permit if that is possible without waiting and without overtaking a task that waits; otherwise returns
     * nothing. asyncio has no counterpart. Trio: {@code acquire_nowait}.
     */
    public Optional<Permit> tryAcquire() {
        checkThread("AsyncSemaphore.tryAcquire");
        return locked() ? Optional.empty() : Optional.of(take());
    }

    /** Whether {@link #acquire()} would have to wait. asyncio: {@code locked()}. */
    public boolean locked() {
        return free == 0 || granted > 0;
    }

    /**
     * Adds a permit, which goes to the task that has waited longest. For a permit that no {@link Permit} will release when
     * it is closed. asyncio: {@code release()}.
     */
    public void release() {
        checkThread("AsyncSemaphore.release");
        free++;
        grantOne();
    }

    final int free() {
        return free;
    }

    /** Whether this was made by its constructor. A mock was not. */
    @SuppressWarnings("RedundantNullCheck")
    final boolean isReal() {
        return line != null;
    }

    /** Takes a permit for the running task; returns null if that task has to wait. */
    final @Nullable Permit acquireNow(Carrier carrier) {
        use(carrier, "AsyncSemaphore.acquire");
        return locked() ? null : take();
    }

    private Permit take() {
        free--;
        return new Permit(this);
    }

    /**
     * Hands a permit to the task that has waited longest.
     *
     * @return false if no permit is free, or no task waits
     */
    private boolean grantOne() {
        if (free == 0 || line.isEmpty()) {
            return false;
        }
        free--;
        granted++;
        line.grantFirst();
        return true;
    }

    /** Hands out what is free. For tasks that had to wait only because a task before them had been granted a permit. */
    private void grantAll() {
        while (grantOne()) {}
    }

    @Override
    public String toString() {
        return "semaphore (" + free + " free, " + line.size() + " waiting)";
    }

    /** A permit of an {@link AsyncSemaphore}, released by {@link #close()}. For the loop's thread. */
    public static final class Permit implements Acquired {
        /** Null once the permit was released. */
        private @Nullable AsyncSemaphore semaphore;

        private Permit(AsyncSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        /** Releases the permit. Closing again does nothing. Never waits. */
        @Override
        public void close() {
            AsyncSemaphore held = semaphore;
            if (held != null) {
                held.checkThread("Permit.close"); // first: if it is refused, the permit is still there to be closed
                semaphore = null;
                held.release();
            }
        }
    }

    /** One wait for a permit. */
    private static final class Acquire extends Waiter<Permit> {
        private final AsyncSemaphore semaphore;

        Acquire(AsyncSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        @Override
        protected WaitingLine line() {
            return semaphore.line;
        }

        @Override
        protected Object start(Carrier carrier) {
            Permit permit = semaphore.acquireNow(carrier);
            return permit == null ? waitInLine(carrier.task("AsyncSemaphore.acquire")) : permit;
        }

        @Override
        protected Object granted() {
            semaphore.granted--;
            semaphore.free++;
            Permit permit = semaphore.take();
            semaphore.grantAll();
            return permit;
        }

        @Override
        protected void lost() {
            semaphore.granted--;
            semaphore.free++;
            semaphore.grantAll();
        }

        @Override
        public String describeWait() {
            return "a permit of a " + semaphore;
        }
    }
}
