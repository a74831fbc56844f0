package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock, and a way to wait for changes of what it guards:
 *
 * <pre>{@code
 * try (var held = await(condition.acquire())) {
 *     await(condition.until(() -> !orders.isEmpty()));
 *     serve(orders.remove());
 * }
 * }</pre>
 *
 * The code that makes a change holds the lock too, and calls {@link #signal()} or {@link #signalAll()}. A wait releases the
 * lock and takes it again before it ends, so the lock is held afterwards, however the wait ends. If a task is cancelled
 * after it was signalled, the signal passes on to another task that waits.
 *
 * <p>For the thread of one event loop. asyncio: {@code Condition}.
 */
public final class AsyncCondition extends LoopBound {
    private final AsyncLock lock;

    /** The tasks that wait and were not signalled. Those that were signalled wait in the lock's line, if it is not free. */
    private final WaitingLine line = new WaitingLine(this);

    /** Creates a condition with a lock of its own. */
    public AsyncCondition() {
        this(new AsyncLock());
    }

    /** Creates a condition of what {@code lock} guards; a lock may have several. */
    public AsyncCondition(AsyncLock lock) {
        this.lock = Objects.requireNonNull(lock, "lock");
    }

    /** Waits for the lock, as {@link AsyncLock#acquire()}. asyncio: {@code acquire()}. */
    public Coroutine<AsyncLock.Held> acquire() {
        return lock.acquire();
    }

    /** Whether {@link #acquire()} would have to wait, as {@link AsyncLock#locked()}. asyncio: {@code locked()}. */
    public boolean locked() {
        return lock.locked();
    }

    /**
     * Releases the lock, as {@link AsyncLock#release()}. asyncio: {@code release()}.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void release() {
        lock.release();
    }

    /**
     * Releases the lock, waits for a signal, and takes the lock again. A cancel ends the wait for the signal. It does not
     * end the wait for the lock: it is thrown once the lock is held. asyncio: {@code wait()}, named otherwise because
     * {@code Object.wait} blocks.
     *
     * @return a coroutine that throws IllegalStateException if it is awaited while the lock is not held, or on another loop
     *     than the one that uses the condition or its lock
     */
    public Coroutine<Void> untilSignalled() {
        return new Wait(this, null);
    }

    /**
     * Waits for signals, as {@link #untilSignalled()}, until {@code predicate} returns true. If it returns true at once,
     * this does not wait. asyncio: {@code wait_for(predicate)}.
     *
     * @param predicate called with the lock held, at first and after each signal. What it throws ends the wait
     * @return a coroutine that throws IllegalStateException as {@code untilSignalled()} does, even if it need not wait
     */
    public Coroutine<Void> until(BooleanSupplier predicate) {
        return new Wait(this, Objects.requireNonNull(predicate, "predicate"));
    }

    /**
     * Wakes the task that has waited longest, if any waits. It continues when it has the lock. asyncio: {@code notify()}.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes the {@code n} tasks that have waited longest, or all if there are fewer. asyncio: {@code notify(n)}.
     *
     * @param n zero or more
     * @throws IllegalArgumentException if {@code n} is negative
     * @throws IllegalStateException if the lock is not held
     */
    public void signal(int n) {
        if (n < 0) {
            throw new IllegalArgumentException("AsyncCondition.signal: " + n + " signals");
        }
        checkThread("AsyncCondition.signal");
        checkHeld("AsyncCondition.signal");
        grant(n);
    }

    /**
     * Wakes all tasks that wait, in order of arrival. asyncio: {@code notify_all()}.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signalAll() {
        checkThread("AsyncCondition.signalAll");
        checkHeld("AsyncCondition.signalAll");
        line.grantAll();
    }

    /** Returns the lock; null for a mock of a condition. */
    @Nullable
    AsyncLock lockOrNull() {
        return lock;
    }

    private void grant(int n) {
        for (int left = n; left > 0 && !line.isEmpty(); left--) {
            line.grantFirst();
        }
    }

    private void checkHeld(String what) {
        if (!lock.isHeld()) {
            throw new IllegalStateException(what + ": nobody holds the lock of the " + this
                    + ". Acquire it first: try (var held = await(condition.acquire())) { … }");
        }
    }

    @Override
    public String toString() {
        return "condition (" + lock + (line.isEmpty() ? "" : ", " + line.size() + " waiting for a signal") + ")";
    }

    /** One wait of a task: first in the line of the condition, then in that of the lock. */
    private static final class Wait extends Waiter<Void> {
        private final AsyncCondition condition;

        /** What the task waits for; null for one signal. */
        private final @Nullable BooleanSupplier predicate;

        /** The hold on the lock before the wait, and again after it. */
        private AsyncLock.@Nullable Held held;

        private boolean signalled;

        /** Whether the task is in the line of the lock, where a cancel does not end the wait. */
        private boolean relocking;

        /** The last cancel that arrived, to be thrown when the lock is held. */
        private @Nullable Throwable cancel;

        Wait(AsyncCondition condition, @Nullable BooleanSupplier predicate) {
            this.condition = condition;
            this.predicate = predicate;
        }

        private String what() {
            return predicate == null ? "AsyncCondition.untilSignalled" : "AsyncCondition.until";
        }

        @Override
        protected WaitingLine line() {
            return relocking ? condition.lock.line : condition.line;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            ParkableTask task = condition.user(carrier, what());
            condition.lock.useOnLoopOf(task);
            condition.checkHeld(what());
            return predicate != null && predicate.getAsBoolean() ? null : waitForSignal(task, carrier);
        }

        private Object waitForSignal(ParkableTask task, Carrier carrier) {
            condition.checkHeld(what()); // the predicate may have released it
            held = condition.lock.letGo();
            return waitInLine(task, carrier);
        }

        /** Runs when the task was signalled or cancelled, or was given the lock. */
        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (failure != null) {
                cancel = failure;
            }
            AsyncLock lock = condition.lock;
            if (relocking) {
                relocking = false;
                lock.resumed(this);
            } else {
                signalled = wasGranted();
                if (lock.locked()) {
                    relocking = true;
                    return waitInLine(task(), carrier);
                }
            }
            lock.hold(Objects.requireNonNull(held));
            if (cancel != null) {
                condition.grant(signalled ? 1 : 0);
                throw cancel;
            }
            return predicate == null || predicate.getAsBoolean() ? null : waitForSignal(task(), carrier);
        }

        /**
         * A cancel that arrives while the task waits for the lock stays pending, and is delivered when the lock is held.
         */
        @Override
        public boolean takeBack(@Nullable String message) {
            return !relocking && super.takeBack(message);
        }

        @Override
        public String describeWait() {
            return relocking
                    ? "the " + condition.lock + ", to end its wait for a condition"
                    : "a signal of a " + condition;
        }
    }
}
