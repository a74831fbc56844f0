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
 * A lock that one task at a time holds: {@code try (var held = await(lock.acquire())) { … }} waits for the lock and
 * releases it; releasing never waits. The lock is strictly fair: when it is released, it is handed to the task that has
 * waited longest, and a task that arrives later queues behind all that wait. If a task is cancelled between being handed
 * the lock and running, the lock is handed to the next one.
 *
 * <p>Tasks of one loop never run at the same time, so a lock is only needed for what must not be entered twice across an
 * await. It does not belong to a task: any task may release it, and a task that acquires it twice waits for itself.
 *
 * <p>For the thread of one event loop. asyncio: {@code Lock}.
 */
public final class AsyncLock extends LoopBound {
    /**
     * The tasks that wait and were not given the lock. If there are any, there is a {@link #holder} or an {@link #heir}.
     */
    final WaitingLine line = new WaitingLine(this);

    /** Null if the lock is not held. */
    private @Nullable Held holder;

    /** The waiter that was given the lock and has not run since. A task that arrives meanwhile does not run before it. */
    private @Nullable Waiter<?> heir;

    /** Creates a lock that is not held. */
    public AsyncLock() {}

    /**
     * Waits for the lock. If it is not held and no task waits, this does not suspend. asyncio: {@code acquire()}.
     *
     * @return a coroutine that returns the lock as a resource to close. It throws IllegalStateException if it is awaited on
     *     another loop than the one that uses the lock
     */
    public Coroutine<Held> acquire() {
        return new Acquire(this);
    }

    /**
     * Takes the lock if that is possible without waiting and without overtaking a task that waits; otherwise returns
     * nothing. asyncio has no counterpart. Trio: {@code acquire_nowait}.
     */
    public Optional<Held> tryAcquire() {
        checkThread("AsyncLock.tryAcquire");
        if (locked()) {
            return Optional.empty();
        }
        EventLoop running = EventLoop.runningOrNull();
        return Optional.of(hold(new Held(this, running == null ? null : running.currentTask())));
    }

    /**
     * Whether {@link #acquire()} would have to wait: the lock is held, or was given to a task that has not run yet.
     * asyncio: {@code locked()}, which returns false in the second case.
     */
    public boolean locked() {
        return holder != null || heir != null;
    }

    /**
     * Releases the lock, no matter which task holds it; it goes to the task that has waited longest. For a lock whose
     * {@link Held} will not be closed, or is not at hand; closing that later does nothing. asyncio: {@code release()}.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void release() {
        checkThread("AsyncLock.release");
        if (holder == null) {
            throw new IllegalStateException("AsyncLock.release: nobody holds the " + this
                    + ". Release it once for each acquire, or let try (var held = await(lock.acquire())) do it");
        }
        letGo();
    }

    /** Whether this was made by its constructor. A mock was not. */
    @SuppressWarnings("RedundantNullCheck")
    boolean isReal() {
        return line != null;
    }

    /** Takes the lock for the running task; returns null if that task has to wait. */
    @Nullable
    Held acquireNow(Carrier carrier) {
        use(carrier, "AsyncLock.acquire");
        return locked()
                ? null
                : hold(new Held(this, carrier.task("AsyncLock.acquire").task()));
    }

    /** For a condition of this lock. */
    void useOnLoopOf(ParkableTask task) {
        useOn(task.loop());
    }

    boolean isHeld() {
        return holder != null;
    }

    /**
     * Releases the lock.
     *
     * @return the hold it had, for code that will {@link #hold} it again
     */
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

    /** Called when {@code waiter} runs: it now owns the lock it was handed, or hands it on if it was cancelled. */
    void resumed(Waiter<?> waiter) {
        if (heir == waiter) {
            heir = null;
        }
    }

    /** Hands the lock to the task that has waited longest, unless the lock is held or was handed to a task already. */
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

    /** The lock, held until {@link #close()}. For the loop's thread. */
    public static final class Held implements Acquired {
        private final AsyncLock lock;

        /** The task that acquired it, for dumps; null if that was not a task. */
        private final @Nullable Task<?> task;

        private Held(AsyncLock lock, @Nullable Task<?> task) {
            this.lock = lock;
            this.task = task;
        }

        /** Releases the lock if it is still held by this. Closing again does nothing. Never waits. */
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

    /** One wait for the lock. */
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
            Held held = lock.acquireNow(carrier);
            return held == null ? waitInLine(carrier.task("AsyncLock.acquire")) : held;
        }

        @Override
        protected Object granted() {
            lock.resumed(this);
            return lock.hold(new Held(lock, task().task()));
        }

        @Override
        protected void lost() {
            lock.resumed(this);
            lock.handOn();
        }

        @Override
        public String describeWait() {
            return "a " + lock;
        }
    }
}
