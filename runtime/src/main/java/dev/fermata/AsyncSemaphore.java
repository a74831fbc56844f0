package dev.fermata;

import dev.fermata.codegen.Carrier;
import dev.fermata.codegen.Frame;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * So many at a time. {@code try (Permit permit = await(semaphore.acquire())) { … }} waits for a permit and gives it back;
 * giving back never waits. Strictly in order of arrival: a permit that comes back goes to the task that has waited
 * longest, and a newcomer stands behind all who wait. If a task is cancelled between being given a permit and running,
 * the permit goes on to the next one.
 *
 * <p>To be used on the thread of one event loop. asyncio: {@code Semaphore}.
 */
public final class AsyncSemaphore {
    /** Those that nobody holds and nobody was given. */
    private int free;

    /** Those who wait and were given nothing, oldest first. */
    private final Set<Acquire> waiters = new LinkedHashSet<>();

    /** How many were given a permit and have not run since; a newcomer does not run before them. */
    private int granted;

    /** The loop of the first who had to wait. */
    private @Nullable EventLoop loop;

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
     *     loop than the one the semaphore was used on before
     */
    public Coroutine<Permit> acquire() {
        return new Acquire(this);
    }

    /** A permit if one can be had without waiting and without overtaking anybody. */
    public Optional<Permit> tryAcquire() {
        return locked() ? Optional.empty() : Optional.of(take());
    }

    /** Whether a newcomer would have to wait. asyncio: {@code locked()}. */
    public boolean locked() {
        return free == 0 || granted > 0 || !waiters.isEmpty();
    }

    /**
     * Adds a permit, which goes to the task that has waited longest. For permits that were not acquired by a
     * {@link Permit} that will be closed. asyncio: {@code release()}.
     */
    public void release() {
        if (loop != null) {
            loop.checkThread("AsyncSemaphore.release");
        }
        free++;
        grantAll();
    }

    private Permit take() {
        free--;
        return new Permit(this);
    }

    private void grantAll() {
        while (free > 0 && !waiters.isEmpty()) {
            Acquire first = waiters.iterator().next();
            waiters.remove(first);
            free--;
            granted++;
            first.grant();
        }
    }

    private void checkLoop(EventLoop used) {
        if (loop != null && loop != used) {
            throw new IllegalStateException(this + " is used by another event loop already");
        }
        loop = used;
    }

    @Override
    public String toString() {
        return "semaphore (" + free + " free, " + waiters.size() + " waiting)";
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

    /** One who waits. */
    private static final class Acquire extends Frame<Permit> implements Waiting {
        private final AsyncSemaphore semaphore;

        /** Set while it is among the waiters; null once it was given a permit or cancelled. */
        private @Nullable Task<?> waiting;

        private boolean granted;

        Acquire(AsyncSemaphore semaphore) {
            this.semaphore = semaphore;
        }

        @Override
        protected Object start(Carrier carrier) {
            Task<?> task = LoopCarrier.current(carrier, "AsyncSemaphore.acquire");
            if (!semaphore.locked()) {
                return semaphore.take();
            }
            semaphore.checkLoop(task.loop);
            semaphore.waiters.add(this);
            waiting = task;
            carrier.suspended(this);
            return task.park(this);
        }

        void grant() {
            granted = true;
            Objects.requireNonNull(waiting).wake();
            waiting = null;
        }

        @Override
        public boolean cancelWait(Task<?> task, @Nullable String message) {
            waiting = null;
            return semaphore.waiters.remove(this);
        }

        @Override
        public @Nullable Object outcome() {
            return null;
        }

        /** Cancelled while it waited, cancelled after it was given a permit, or in possession of one. */
        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) throws Throwable {
            if (granted) {
                semaphore.granted--;
            }
            if (granted && failure != null) {
                semaphore.free++;
            }
            semaphore.grantAll(); // also to those who came while this one stood before them
            if (failure != null) {
                throw failure;
            }
            return new Permit(semaphore);
        }

        @Override
        public String describeWait() {
            return "a permit of a " + semaphore;
        }
    }
}
