package dev.fermata.internal.gathering;

import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TimerHandle;
import dev.fermata.Waited;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Watcher;
import dev.fermata.lowlevel.Wait;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link dev.fermata.Asyncio#waitUntil}. It only looks at tasks: it neither reads a failure nor
 * cancels. On the loop's thread.
 *
 * @param <T> the type of the results
 */
public final class WaitUntil<T> extends Frame<Waited<T>> implements Wait, Watcher {
    private final ReturnWhen when;
    private final List<Deferred<? extends T>> awaited;

    private final Duration limit;

    private int unfinished;
    private @Nullable TimerHandle timer;

    /** The waiting task, until its wake-up is on its way. */
    private @Nullable LoopTask<?> waiting;

    private WaitUntil(ReturnWhen when, Duration limit, List<Deferred<? extends T>> awaited) {
        this.when = when;
        this.limit = limit;
        this.awaited = awaited;
    }

    /** Returns a coroutine that waits until enough of {@code awaited} are done. */
    public static <T> Coroutine<Waited<T>> of(
            ReturnWhen when, Collection<? extends Deferred<? extends T>> awaited, Duration limit) {
        Objects.requireNonNull(when, "when");
        Objects.requireNonNull(limit, "the Duration is null");
        Arguments.requireNoNulls("waitUntil", awaited);
        Set<Deferred<?>> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Deferred<? extends T>> distinct = new ArrayList<>(awaited.size());
        for (Deferred<? extends T> each : awaited) {
            if (seen.add(each)) {
                distinct.add(each);
            }
        }
        if (distinct.isEmpty()) {
            throw new IllegalArgumentException("waitUntil: there are no tasks to wait for");
        }
        return new WaitUntil<>(when, limit, distinct);
    }

    /**
     * Starts the wait. As in asyncio, it takes two iterations even if everything is done: first the callbacks run, then the
     * task.
     */
    @Override
    protected Object start(Carrier carrier) {
        LoopTask<?> task = LoopCarrier.current(carrier, "waitUntil");
        Arguments.requireOwn("waitUntil", awaited, task.loop());
        waiting = task;
        unfinished = awaited.size();
        long due = LoopTime.after(task.loop().time(), limit);
        if (due != LoopTime.NEVER) {
            timer = task.loop().callAt(due, this::wake);
        }
        for (Deferred<?> each : awaited) {
            watch(LoopDeferred.from(each));
        }
        Object suspended = task.park((Wait) this);
        carrier.suspended(this);
        return suspended;
    }

    private void watch(LoopDeferred<?> each) {
        if (!each.done()) {
            each.watch(this);
        } else if (noteEnd(each)) {
            each.tell(this);
        }
    }

    /** Called inside the end of one of them. It is news if no more of them are waited for. */
    @Override
    public boolean noteEnd(LoopDeferred<?> ended) {
        unfinished--;
        return unfinished == 0
                || when == ReturnWhen.FIRST_COMPLETED
                || (when == ReturnWhen.FIRST_EXCEPTION && ended.peekFailure() != null);
    }

    /** Called when enough of them are done. */
    @Override
    public void accept(Deferred<?> done) {
        wake();
    }

    private void wake() {
        LoopTask<?> task = waiting;
        waiting = null;
        if (task != null) {
            task.wake();
        }
    }

    @Override
    public List<Task<?>> awaiters() {
        return waiting == null ? List.of() : List.of(waiting);
    }

    @Override
    public boolean takeBack(@Nullable String message) {
        boolean agreed = waiting != null;
        waiting = null;
        return agreed;
    }

    @Override
    protected Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier) throws Throwable {
        if (timer != null) {
            timer.cancel();
        }
        List<Deferred<? extends T>> done = new ArrayList<>();
        List<Deferred<? extends T>> pending = new ArrayList<>();
        for (Deferred<? extends T> each : awaited) {
            if (each.done()) {
                done.add(each);
            } else {
                ((LoopDeferred<?>) each).unwatch(this);
                pending.add(each);
            }
        }
        if (failure != null) {
            throw failure;
        }
        return new Waited<>(done, pending);
    }

    @Override
    public String describeWait() {
        return switch (when) {
                    case FIRST_COMPLETED -> "the first of ";
                    case FIRST_EXCEPTION -> "the first failure of ";
                    case ALL_COMPLETED -> "all of ";
                }
                + awaited.size() + ", " + unfinished + " of them not done";
    }
}
