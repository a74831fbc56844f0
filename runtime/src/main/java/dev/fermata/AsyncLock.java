package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One at a time. {@code try (var held = await(lock.acquire())) { … }} waits for the lock and gives it back; giving back
 * never waits. Strictly in order of arrival: a lock that is given back goes to the task that has waited longest, and a
 * newcomer stands behind all who wait. If a task is cancelled between being given the lock and running, the lock goes on to
 * the next one.
 *
 * <p>Tasks of one loop never run at the same time: a lock is for what must not be entered twice across an await. It does not
 * belong to a task: any may give it back, and one that acquires it twice waits for itself.
 *
 * <p>To be used on the thread of one event loop. asyncio: {@code Lock}.
 */
public final class AsyncLock extends LoopBound {
    /** Those who wait and were not given the lock. If there are any, there is a {@link #holder} or an {@link #heir}. */
    final WaitingLine line = new WaitingLine(this);

    /** Null if nobody holds the lock. */
    private @Nullable Held holder;

    /** The one who was given the lock and has not run since; a newcomer does not run before it. */
    private @Nullable Waiter<?> heir;

    /** A lock that nobody holds. */
    public AsyncLock() {}

    /**
     * Waits for the lock. If nobody holds it and nobody waits it does not suspend. asyncio: {@code acquire()}.
     *
     * @return a coroutine that gives the lock, to be closed; it throws IllegalStateException if it is awaited on another loop
     *     than the one that uses the lock
     */
    public Coroutine<Held> acquire() {
        return new Acquire(this);
    }

    /** The lock, if it can be had without waiting and without overtaking anybody. */
    public Optional<Held> tryAcquire() {
        checkThread("AsyncLock.tryAcquire");
        if (locked()) {
            return Optional.empty();
        }
        EventLoop running = EventLoop.runningOrNull();
        return Optional.of(hold(new Held(this, running == null ? null : running.currentTask())));
    }

    /**
     * Whether a newcomer would have to wait: somebody holds the lock, or was given it and has not run yet. asyncio:
     * {@code locked()}, which answers no in between.
     */
    public boolean locked() {
        return holder != null || heir != null;
    }

    /**
     * Gives the lock back, whoever holds it; it goes to the task that has waited longest. For a lock whose {@link Held} will
     * not be closed, or is not at hand; closing that later does nothing. asyncio: {@code release()}.
     *
     * @throws IllegalStateException if nobody holds the lock
     */
    public void release() {
        checkThread("AsyncLock.release");
        if (holder == null) {
            throw new IllegalStateException("AsyncLock.release: nobody holds the " + this
                    + ". Release it once for each acquire, or let try (var held = await(lock.acquire())) do it");
        }
        letGo();
    }

    /** For a condition of this lock. */
    void useOnLoopOf(ParkableTask task) {
        useOn(task.loop());
    }

    boolean isHeld() {
        return holder != null;
    }

    /** Gives the lock back. @return by what it was held, for one who will {@link #hold} it again */
    Held letGo() {
        Held held = Objects.requireNonNull(holder);
        holder = null;
        handOn();
        return held;
    }

    Held hold(Held held) {
        holder = held;
        return held;
    }

    /** {@code waiter} runs: what it was given is its own now, or nobody's if it was cancelled. */
    void resumed(Waiter<?> waiter) {
        if (heir == waiter) {
            heir = null;
        }
    }

    /** Gives the lock to the one who has waited longest, unless it is somebody's. */
    private void handOn() {
        if (!locked() && !line.isEmpty()) {
            heir = line.grantFirst();
        }
    }

    @Override
    public String toString() {
        String state = holder != null
                ? "held" + holder.by()
                : heir != null ? "given to task " + heir.task().task().getName() : "free";
        return "lock (" + state + (line.isEmpty() ? "" : ", " + line.size() + " waiting") + ")";
    }

    /** The lock, held until {@link #close()}. On the loop's thread. */
    public static final class Held implements AutoCloseable {
        private final AsyncLock lock;

        /** Who acquired it, for dumps; null if that was not a task. */
        private final @Nullable Task<?> task;

        private Held(AsyncLock lock, @Nullable Task<?> task) {
            this.lock = lock;
            this.task = task;
        }

        /** Gives the lock back, if it is still held by this: once. Never waits. */
        @Override
        public void close() {
            if (lock.holder == this) {
                lock.release();
            }
        }

        private String by() {
            return task == null ? "" : " by task " + task.getName() + (task.done() ? ", which has ended" : "");
        }

        @Override
        public String toString() {
            return (lock.holder == this ? "the holder of a " : "a former holder of a ") + lock;
        }
    }

    /** One who wants the lock. */
    private static final class Acquire extends Waiter<Held> {
        private final AsyncLock lock;

        Acquire(AsyncLock lock) {
            this.lock = lock;
        }

        @Override
        protected WaitingLine line() {
            return lock.line;
        }

        @Override
        protected Object start(Carrier carrier) {
            ParkableTask task = lock.user(carrier, "AsyncLock.acquire");
            return lock.locked() ? waitInLine(task, carrier) : lock.hold(new Held(lock, task.task()));
        }

        @Override
        protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) throws Throwable {
            lock.resumed(this);
            if (failure != null) {
                lock.handOn();
                throw failure;
            }
            return lock.hold(new Held(lock, task().task()));
        }

        @Override
        public String describeWait() {
            return "a " + lock;
        }
    }
}
