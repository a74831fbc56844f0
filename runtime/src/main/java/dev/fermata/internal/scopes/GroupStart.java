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
 * {@link dev.fermata.TaskGroup#start}: a task of the group that is not a child like the others before it has said that it is ready; what
 * it fails with until then is thrown to the one that waits here.
 */
final class GroupStart<R> extends Frame<R> implements Wait, TaskStatus<R>, AwaitedBy, Consumer<Deferred<?>> {
    private final GroupScope group;
    private final Startable<R> startable;
    private final @Nullable String name;
    private @Nullable LoopTask<?> child;

    /** The one who waits; null when its wake-up is on its way. */
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

    @SuppressWarnings("unchecked") // nobody reads the result
    private AsyncCallable<Object> erased() {
        return () -> (Coroutine<Object>) startable.call(this);
    }

    @Override
    public void started(R readyWith) {
        group.engine().checkThread("started");
        if (started) {
            throw new IllegalStateException(child + " has said before that it is ready");
        }
        if (waiting == null || child == null || child.done()) {
            throw new IllegalStateException("nobody waits for " + child + " to be ready any more");
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

    /** The child has ended before it was ready. */
    @Override
    public void accept(Deferred<?> ended) {
        group.forget(ended);
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

    /** The child is cancelled, and its end is waited for: then the cancel is thrown. */
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
        ended.readOutcome();
        throw new IllegalStateException(ended + " ended without having said that it is ready: TaskStatus.started");
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
