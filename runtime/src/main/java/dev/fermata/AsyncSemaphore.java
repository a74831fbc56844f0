package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * So many at a time. {@code try (Permit permit = await(semaphore.acquire())) { … }} waits for a permit and gives it back;
 * giving back never waits. Strictly in order of arrival: a permit that comes back goes to the task that has waited
 * longest, and a newcomer stands behind all who wait. If a task is cancelled between being given a permit and running,
 * the permit goes on to the next one.
 *
 * <p>To be used on the thread of one event loop. asyncio: {@code Semaphore}.
 */
public sealed class AsyncSemaphore extends LoopBound permits AsyncBoundedSemaphore {
    /** Those that nobody holds and nobody was given. */
    private int free;

    /** Those who wait and were given nothing. If there are any, no permit is free or somebody was granted one. */
    private final WaitingLine line = new WaitingLine(this);

    /** How many were given a permit and have not run since; a newcomer does not run before them. */
    private int granted;

    /**
     * A semaphore.
     *
     * @param permits how many there are, zero or more
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public AsyncSemaphore(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException("a semaphore of " + permits + " permits");
        }
        this.free = permits;
    }

    /**
     * Waits for a permit. If one is free and nobody waits it does not suspend. asyncio: {@code acquire()}.
     *
     * @return a coroutine that gives the permit, to be closed; it throws IllegalStateException if it is awaited on another
     *     loop than the one that uses the semaphore
     */
    public Coroutine<Permit> acquire() {
        return new Acquire(this);
    }

    /** A permit if one can be had without waiting and without overtaking anybody. */
    public Optional<Permit> tryAcquire() {
        checkThread("AsyncSemaphore.tryAcquire");
        return locked() ? Optional.empty() : Optional.of(take());
    }

    /** Whether a newcomer would have to wait. asyncio: {@code locked()}. */
    public boolean locked() {
        return free == 0 || granted > 0;
    }

    /**
     * Adds a permit, which goes to the task that has waited longest. For permits that were not acquired by a
     * {@link Permit} that will be closed. asyncio: {@code release()}.
     */
    public void release() {
        checkThread("AsyncSemaphore.release");
        free++;
        grantOne();
    }

    final int free() {
        return free;
    }

    private Permit take() {
        free--;
        return new Permit(this);
    }

    /** Gives a permit to the one who has waited longest. @return false if there is none, or nobody waits */
    private boolean grantOne() {
        if (free == 0 || line.isEmpty()) {
            return false;
        }
        free--;
        granted++;
        line.grantFirst();
        return true;
    }

    /** For those who came while somebody stood before them who had been granted a permit. */
    private void grantAll() {
        while (grantOne()) {}
    }

    @Override
    public String toString() {
        return "semaphore (" + free + " free, " + line.size() + " waiting)";
    }

    /** A permit of an {@link AsyncSemaphore}, given back by {@link #close()}. On the loop's thread. */
    public static final class Permit implements AutoCloseable {
        /** Null once it was given back. */
        private @Nullable AsyncSemaphore semaphore;

        private Permit(AsyncSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        /** Gives the permit back, once; never waits. */
        @Override
        public void close() {
            AsyncSemaphore held = semaphore;
            semaphore = null;
            if (held != null) {
                held.release();
            }
        }
    }

    /** One who wants a permit. */
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
            ParkableTask task = semaphore.user(carrier, "AsyncSemaphore.acquire");
            return semaphore.locked() ? waitInLine(task, carrier) : semaphore.take();
        }

        /** Cancelled while it waited, cancelled after it was given a permit, or in possession of one. */
        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) throws Throwable {
            if (wasGranted()) {
                semaphore.granted--;
                semaphore.free++;
            }
            if (failure != null) {
                semaphore.grantAll();
                throw failure;
            }
            Permit permit = semaphore.take();
            semaphore.grantAll();
            return permit;
        }

        @Override
        public String describeWait() {
            return "a permit of a " + semaphore;
        }
    }
}
