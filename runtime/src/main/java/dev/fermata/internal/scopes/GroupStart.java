package dev.fermata.internal.scopes;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.Task;
import dev.fermata.TaskStatus;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.AwaitedBy;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.lowlevel.Wait;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link dev.fermata.TaskGroup#start}. The new task is not a child like the others until it has
 * reported that it is ready; what it fails with before that is thrown to the task that waits here. On the loop's thread.
 *
 * @param <R> the type of what the task reports
 */
final class GroupStart<R> extends Frame<R> implements Wait, TaskStatus<R>, AwaitedBy, Consumer<Deferred<?>> {
    private final GroupScope group;
    private final Startable<R> startable;
    private final @Nullable String name;
    private @Nullable LoopTask<?> child;

    /** The task that waits; null once its wake-up is on its way. */
    private @Nullable LoopTask<?> waiting;

    private @Nullable R value;
    private boolean started;

    GroupStart(GroupScope group, Startable<R> startable, @Nullable String name) {
        this.group = group;
        this.startable = startable;
        this.name = name;
    }

    @Override
    protected Object start(Carrier carrier) {
        LoopTask<?> task = LoopCarrier.current(carrier, "TaskGroup.start");
        child = group.begin(erased(), name, this);
        waiting = task;
        return task.park((Wait) this);
    }

    @SuppressWarnings("unchecked") // no code reads the result
    private AsyncCallable<Object> erased() {
        return () -> (Coroutine<Object>) startable.call(this);
    }

    @Override
    public void started(R readyWith) {
        group.engine().checkThread("started");
        if (started) {
            throw new IllegalStateException(child + " has already reported that it is ready");
        }
        if (waiting == null || child == null || child.done()) {
            throw new IllegalStateException("No task waits for " + child + " to be ready any longer");
        }
        started = true;
        value = readyWith;
        group.adopt(child, this);
        wake();
    }

    @Override
    public @Nullable Deferred<?> source() {
        return child;
    }

    /** Called when the child has ended before it was ready. */
    @Override
    public void accept(Deferred<?> ended) {
        group.forget((LoopTask<?>) ended);
        wake();
    }

    @Override
    public List<Task<?>> awaiters() {
        return waiting == null ? List.of() : List.of(waiting);
    }

    private void wake() {
        LoopTask<?> task = Objects.requireNonNull(waiting);
        waiting = null;
        task.wake();
    }

    /** Cancels the child and does not take the wait back: the cancel is thrown once the child has ended. */
    @Override
    public boolean takeBack(@Nullable String message) {
        if (waiting != null && child != null) {
            child.cancel(message);
        }
        return false;
    }

    @Override
    public @Nullable Object outcome() throws Throwable {
        LoopTask<?> ended = Objects.requireNonNull(child);
        if (started) {
            return value;
        }
        ended.outcome();
        throw new IllegalStateException(ended + " ended without reporting that it is ready. Call TaskStatus.started");
    }

    @Override
    protected @Nullable Object resume(@Nullable Object result, @Nullable Throwable failure, Carrier carrier) {
        throw new AssertionError("a start has no frame in the chain: a bug in Fermata");
    }

    @Override
    public String describeWait() {
        return child + " to be ready";
    }
}
