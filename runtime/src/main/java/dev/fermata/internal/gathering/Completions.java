package dev.fermata.internal.gathering;

import dev.fermata.AsCompleted;
import dev.fermata.AsyncQueue;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.TimerHandle;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.AwaitedBy;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopTask;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deferreds in the order in which they end: the implementation of {@link dev.fermata.Asyncio#asCompleted}. On the loop's
 * thread.
 *
 * @param <T> the type of the results
 */
public final class Completions<T> implements AsCompleted<T> {
    /** The deferreds that have ended and were not handed out yet. */
    private final AsyncQueue<End<T>> ends = new AsyncQueue<>();

    /** The deferreds that have not ended. */
    private final Set<Deferred<? extends T>> pending;

    private final EventLoop loop;
    private final Consumer<Deferred<? extends T>> listener = new Listener();
    private final @Nullable TimerHandle timer;

    /** The tasks that wait for one to end, for dumps. */
    private final Set<Task<?>> waiting = new LinkedHashSet<>();

    /** For how many {@link #next} was not called yet. */
    private int left;

    /** A deferred that has ended, or null if the time is up. */
    private record End<T>(@Nullable Deferred<? extends T> deferred) {}

    /**
     * Watches {@code awaited} from now on, and makes tasks of those that are coroutines.
     *
     * @param engine the running one, to which all have to belong
     */
    public Completions(Engine engine, Collection<? extends Awaitable<? extends T>> awaited, Duration limit) {
        this.loop = engine.face;
        this.pending = new LinkedHashSet<>();
        long due = LoopTime.after(loop.time(), limit);
        Arguments.requireNoNulls("asCompleted", awaited);
        Arguments.requireOwn("asCompleted", awaited, loop);
        for (Awaitable<? extends T> each : new LinkedHashSet<>(awaited)) { // a coroutine is started once
            pending.add(engine.started(each));
        }
        this.left = pending.size();
        this.timer = due == LoopTime.NEVER || pending.isEmpty() ? null : loop.callAt(due, this::timeIsUp);
        pending.forEach(it -> it.addDoneCallback(listener));
    }

    /** The callback of each deferred. The tasks that called {@link #next} wait for it. */
    private final class Listener implements Consumer<Deferred<? extends T>>, AwaitedBy {
        @Override
        public void accept(Deferred<? extends T> ended) {
            pending.remove(ended);
            if (pending.isEmpty() && timer != null) {
                timer.cancel();
            }
            ends.putNowait(new End<>(ended));
        }

        @Override
        public List<Task<?>> awaiters() {
            return List.copyOf(waiting);
        }
    }

    private void timeIsUp() {
        for (Deferred<? extends T> late : pending) {
            late.removeDoneCallback(listener);
            ends.putNowait(new End<>(null));
        }
        pending.clear();
    }

    @Override
    public boolean hasNext() {
        return left > 0;
    }

    @Override
    @SuppressWarnings("unchecked") // the values are only read
    public Coroutine<Deferred<T>> next() {
        return (Coroutine<Deferred<T>>) (Coroutine<?>) new Next<>(asked(), false);
    }

    @Override
    public Iterator<Coroutine<T>> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return Completions.this.hasNext();
            }

            @Override
            @SuppressWarnings("unchecked") // returns a T
            public Coroutine<T> next() {
                return (Coroutine<T>) new Next<>(asked(), true);
            }
        };
    }

    private Completions<T> asked() {
        loop.checkThread("AsCompleted.next");
        if (left == 0) {
            throw new NoSuchElementException("next() was called for all of them");
        }
        left--;
        return this;
    }

    /** The wait for the next end. */
    private static final class Next<T> extends Frame<Object> {
        private final Completions<T> ends;
        private final boolean result;
        private @Nullable LoopTask<?> waiter;

        Next(Completions<T> ends, boolean result) {
            this.ends = ends;
            this.result = result;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            LoopTask<?> task = LoopCarrier.current(carrier, "asCompleted");
            Object end = Abi.await(ends.ends.get(), carrier);
            if (end == Abi.SUSPENDED) {
                waiter = task;
                ends.waiting.add(task);
                carrier.suspended(this);
                return end;
            }
            return resume(end, null, carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object end, @Nullable Throwable failure, Carrier carrier)
                throws Throwable {
            if (waiter != null) {
                ends.waiting.remove(waiter);
            }
            if (failure != null) {
                throw failure;
            }
            Deferred<?> deferred = end instanceof End<?> ended ? ended.deferred : null;
            if (deferred == null) {
                throw new TimeoutException("timed out: not all tasks ended within the limit", null);
            }
            return result
                    ? ((LoopCarrier) carrier).outcomeOf((LoopDeferred<?>) deferred, waiter == null ? null : this)
                    : deferred;
        }
    }
}
