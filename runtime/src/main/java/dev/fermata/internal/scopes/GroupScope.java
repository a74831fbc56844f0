package dev.fermata.internal.scopes;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.ExceptionHandler;
import dev.fermata.Task;
import dev.fermata.TaskStatus;
import dev.fermata.internal.Backend;
import dev.fermata.internal.engine.CancelScope;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Watcher;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of a {@link dev.fermata.TaskGroup}. It watches its children: of a child's end it is notified in the
 * next iteration, as by a done-callback, but only if it was a failure or if no other child is left. On the loop's thread.
 */
public final class GroupScope extends CancelScope implements Backend.Group, Watcher {
    /** The tasks that have not ended. One that is still starting stays until the group was notified of its end. */
    private final Children children = new Children();

    /** How many children have ended of whose end the group will be notified. The owner cannot leave the block before. */
    private int notifications;

    /** How many of these have failed. */
    private int failedUnnoticed;

    /**
     * The children that are still starting: {@link #start(TaskStatus.Startable, String)} waits for them, and receives what
     * they fail with instead of the group. Null until the first.
     */
    private @Nullable Set<LoopTask<?>> starting;

    /** The failures of the children in the order of failing, as far as the group was notified. */
    List<Throwable> failures = List.of();

    /** The children that failed, which know the path of each failure. */
    List<LoopDeferred<?>> failed = List.of();

    /**
     * Whether the children are cancelled and no more may be started: after the first failure, a cancel, or
     * {@link #cancel()}.
     */
    private boolean stopped;

    /** The callback for the owner's end; set once the cancel was sent. */
    private @Nullable Consumer<Deferred<?>> ownerEnded;

    /** The owner's wait for the children, while there is one. */
    private @Nullable GroupJoin join;

    /** What a join has thrown to the block; nothing is left to report then. */
    private @Nullable Throwable delivered;

    private boolean left;

    /** Whether the exception handler was notified that the owner has ended without leaving the group. */
    private boolean toldOfOwner;

    /** Opens a group of {@code owner}, the running task. */
    public GroupScope(LoopTask<?> owner) {
        super(owner);
    }

    @Override
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        String closed = closed();
        if (closed != null) {
            coroutine.close();
            throw new IllegalStateException(closed);
        }
        return adopt(engine().createTask(coroutine, name, eagerStart));
    }

    @Override
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart) {
        String closed = closed();
        if (closed != null) {
            throw new IllegalStateException(closed);
        }
        return adopt(engine().createTask(callable, name, eagerStart));
    }

    @Override
    public <R> Coroutine<R> start(TaskStatus.Startable<R> task, @Nullable String name) {
        return new GroupStart<>(this, task, name);
    }

    @Override
    public Coroutine<Void> join() {
        return new GroupJoin(this, false, null);
    }

    @Override
    public void cancel() {
        engine().checkThread("TaskGroup.cancel");
        stop();
    }

    @Override
    public Coroutine<Void> leave(@Nullable Throwable failure) {
        return new GroupJoin(this, true, failure);
    }

    private <T> Task<T> adopt(LoopTask<T> child) {
        children.add(child);
        if (!child.done()) {
            child.watch(this);
        } else if (noteEnd(child)) {
            child.tell(this);
        }
        if (stopped) { // in the first step of an eager task
            child.cancel();
        }
        return child;
    }

    /**
     * Starts a child that is not ready. The group waits for it and cancels it like the others, and {@code listener} is
     * called when it ends.
     */
    LoopTask<?> begin(AsyncCallable<?> callable, @Nullable String name, Consumer<Deferred<?>> listener) {
        String closed = closed();
        if (closed != null) {
            throw new IllegalStateException(closed);
        }
        LoopTask<?> child = (LoopTask<?>) engine().face.createTask(callable, name);
        children.add(child);
        if (starting == null) {
            starting = new HashSet<>();
        }
        starting.add(child);
        child.addDoneCallback(listener);
        return child;
    }

    /** Called when a child is ready: from now on it is a child like the others. */
    void adopt(LoopTask<?> child, Consumer<Deferred<?>> listener) {
        child.removeDoneCallback(listener);
        child.watch(this);
        ready(child);
    }

    private void ready(Deferred<?> child) {
        if (starting != null) {
            starting.remove(child);
        }
    }

    /** Called when a child has ended that was not ready. */
    void forget(LoopTask<?> child) {
        ready(child);
        children.remove(child);
        wakeOwner();
    }

    private void wakeOwner() {
        if (join != null && !hasChildren()) {
            join.childrenDone();
        }
    }

    /** Returns why no task can be started; null if one can. */
    private @Nullable String closed() {
        if (stopped) {
            return this + " accepts no more tasks: it was cancelled or has failed";
        }
        boolean leaving = join != null && join.leaving;
        return left || (leaving && !hasChildren()) ? this + " accepts no more tasks: its block has been left" : null;
    }

    @Override
    public boolean noteEnd(LoopDeferred<?> ended) {
        children.remove((LoopTask<?>) ended);
        boolean failed = ended.peekFailure() != null;
        if (!failed && !children.isEmpty() && !owner().done()) {
            return false;
        }
        notifications++;
        if (failed) {
            failedUnnoticed++;
        }
        return true;
    }

    @Override
    public List<Task<?>> awaiters() {
        return owner().done() ? List.of() : List.of(owner());
    }

    @Override
    public void accept(Deferred<?> ended) {
        LoopDeferred<?> child = (LoopDeferred<?>) ended;
        notifications--;
        wakeOwner();
        Throwable failure = child.cancelled() ? null : child.exception();
        if (failure != null) {
            failedUnnoticed--;
            stop();
        }
        if (owner().done()) {
            endedBehindOwner(child, failure);
        } else if (failure != null) {
            addFailure(child, failure);
            if (failures.size() == 1 && join == null) {
                stopBlock(child, failure);
            }
        }
    }

    private void addFailure(LoopDeferred<?> child, Throwable failure) {
        if (failures.isEmpty()) {
            failures = new ArrayList<>();
            failed = new ArrayList<>();
        }
        failures.add(failure);
        failed.add(child);
    }

    private void stopBlock(LoopDeferred<?> child, Throwable failure) {
        // without the message of the failure, which its class may compute and may fail to compute
        String message = "cancelled by " + described() + ", because " + child.describe() + " of it failed with "
                + failure.getClass().getName();
        ownerEnded = this::ownerEnded;
        owner().addDoneCallback(ownerEnded);
        cancelOwner(message, failure);
    }

    /**
     * Reports the failure of a child that ended after its owner, since no block is left to throw it. A child that was only
     * cancelled is no failure.
     */
    private void endedBehindOwner(LoopDeferred<?> child, @Nullable Throwable failure) {
        if (failure != null || !toldOfOwner) {
            neverLeft(
                    child.describe() + " of it " + (failure == null ? "ended later" : "failed later"), failure, child);
        }
    }

    /**
     * Called when the owner has ended after the cancel was sent. If it has not left the group, the failures were thrown
     * nowhere.
     */
    private void ownerEnded(Deferred<?> ended) {
        if (!isOver()) {
            neverLeft("its failure is lost", GroupFailure.of(failures, 0, null), ended);
        }
    }

    private void neverLeft(String what, @Nullable Throwable failure, Deferred<?> source) {
        if (owner().isDropped()) {
            return;
        }
        toldOfOwner = true;
        engine().report(new ExceptionHandler.Context(
                ExceptionHandler.Kind.SCOPE_NEVER_LEFT,
                described() + " was not left before that task ended: " + what
                        + ". Open it in the head of a try-with-resources, in code that is woven",
                failure,
                source));
    }

    private String described() {
        return "the TaskGroup that task " + owner().getName() + " opened" + place();
    }

    /** Whether the children are cancelled and no more may be started. */
    boolean isStopped() {
        return stopped;
    }

    /** Cancels the children, once. */
    void stop() {
        if (!stopped) {
            stopped = true;
            children.toList().forEach(Task::cancel);
        }
    }

    void checkOwner(Task<?> task, String what, @Nullable Throwable failure) {
        if (task != owner()) {
            IllegalStateException refusal = new IllegalStateException(
                    task + " cannot " + what + " a group of " + owner() + ": only the task that opened it may");
            if (failure != null) {
                refusal.addSuppressed(failure);
            }
            throw refusal;
        }
    }

    /**
     * Returns how many children have failed, including those of which the group will be notified only in the next
     * iteration.
     */
    int failedSoFar() {
        return failures.size() + failedUnnoticed;
    }

    boolean isOver() {
        return left || delivered != null;
    }

    @Nullable
    Throwable delivered() {
        return delivered;
    }

    /** Whether a child has not ended, or the group will still be notified of its end. */
    boolean hasChildren() {
        return notifications > 0 || !children.isEmpty();
    }

    void begin(GroupJoin begun) {
        join = begun;
    }

    void ended(GroupJoin ended, @Nullable Throwable thrown) {
        join = null;
        left = ended.leaving;
        delivered = thrown;
        if (isOver() && ownerEnded != null) {
            owner().removeDoneCallback(ownerEnded);
        }
    }

    @Override
    public String toString() {
        return "group of " + owner() + " (" + children.size() + " running" + (stopped ? ", stopped)" : ")");
    }
}
