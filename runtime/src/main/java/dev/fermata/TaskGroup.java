package dev.fermata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that a block does not outlive: {@code try (var group = new TaskGroup()) { group.createTask(…); … }}. Leaving the
 * block normally waits for them, and for those that they start in the group. The first failure, of a task or of the block,
 * cancels the other tasks and the block; when all have ended, one {@link ExceptionGroup} leaves it. Exactly:
 *
 * <ul>
 *   <li>only the block failed: its exception passes as it is;
 *   <li>tasks failed: an {@code ExceptionGroup} of their exceptions in the order in which they failed, the block's last. If
 *       one of these is an {@link Error} the first such is thrown instead, the others suppressed in it. An object with which
 *       several of them failed is in there once, where it came first;
 *   <li>the block was cancelled from outside: the tasks are cancelled too, and the {@link CancelledError} passes; if
 *       anything failed that is thrown, and the cancel is delivered again at the next await;
 *   <li>a task that was cancelled, and nothing else, is no failure.
 * </ul>
 *
 * Leaving the block is what throws and what takes back the cancel of the block. A group that is opened without one and that
 * nobody joins cancels whatever its task awaits then, with a message that names it and the failure as the cause; what failed
 * in it is reported when that task has ended.
 *
 * <p>To be used on the loop's thread; opened, joined and left by one task. asyncio: {@code TaskGroup}.
 */
public final class TaskGroup implements AsyncScope {
    final Task<?> owner;

    /** How many cancels the owner had got when the group was opened; those that come later are from outside or its own. */
    private final int cancelsBefore;

    /** Those that have not ended, as far as the group has been told, in the order of creation. */
    private final Set<Task<?>> children = new LinkedHashSet<>();

    private final ChildDone childDone = new ChildDone();

    /** Those of them that {@link #start} waits for: what such a one fails with is not the group's. Null until the first. */
    private @Nullable Set<Task<?>> starting;

    /** What the children failed with, in the order of failing, as far as the group has been told. */
    final List<Throwable> failures = new ArrayList<>();

    /** The children themselves, which know on which way each failure came. */
    final List<Deferred<?>> failed = new ArrayList<>();

    /** The children are cancelled, and no more may be started: after the first failure, a cancel, or {@link #cancel()}. */
    private boolean stopped;

    /** Where it was opened, in debug mode. */
    private final String place;

    /** The cancel by which a failed child stops the block, once it was sent. */
    private @Nullable ScopeCancel sent;

    /** It was taken back. */
    private boolean takenBack;

    /** Hears of the owner's end once the cancel was sent. */
    private @Nullable Consumer<Deferred<?>> ownerEnded;

    /** The owner's wait for the children, while there is one. */
    private @Nullable GroupJoin join;

    /** What a join has thrown to the block; nothing is left to be told of then. */
    private @Nullable Throwable delivered;

    private boolean left;

    /** The exception handler knows that the owner has ended without leaving the group. */
    private boolean toldOfOwner;

    /**
     * Opens a group for the running task.
     *
     * @throws IllegalStateException if no task is running
     */
    public TaskGroup() {
        Task<?> running = EventLoop.running().currentTask();
        if (running == null) {
            throw new IllegalStateException("A TaskGroup is opened by a task, and none is running");
        }
        this.owner = running;
        this.cancelsBefore = running.deliveredCancels();
        this.place = ScopeCancel.place(running.loop);
    }

    /**
     * Starts a task in the group. asyncio: {@code create_task}.
     *
     * @throws IllegalStateException if the group was cancelled, has failed or was left; the coroutine is closed then
     */
    public <T> Task<T> createTask(Coroutine<T> coroutine) {
        return createTask(coroutine, null);
    }

    /** Starts a task with a name in the group; see {@link #createTask(Coroutine)}. */
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name) {
        String closed = closed();
        if (closed != null) {
            coroutine.close();
            throw new IllegalStateException(closed);
        }
        return adopt(owner.loop.createTask(coroutine, name));
    }

    /** Starts a task in the group that calls {@code callable} in its first step; see {@link #createTask(Coroutine)}. */
    public <T> Task<T> createTask(AsyncCallable<T> callable) {
        return createTask(callable, null);
    }

    /** Starts a task with a name in the group, likewise. */
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name) {
        String closed = closed();
        if (closed != null) {
            throw new IllegalStateException(closed);
        }
        return adopt(owner.loop.createTask(callable, name));
    }

    /**
     * Starts a task in the group and waits until it says that it is ready: {@code int port =
     * await(group.start(this::serve))}, where {@code serve(TaskStatus<Integer> status)} calls {@code status.started(port)}.
     * From then on it is a task of the group like the others. Trio: {@code nursery.start}.
     *
     * @return a coroutine that gives what the task said. If the task fails before it is ready, that failure is thrown here
     *     and is not the group's; if it ends, an IllegalStateException. A cancel of the one that waits cancels the task and
     *     waits for its end; the other way round, a task that is cancelled before it is ready gives a CancelledError. An
     *     IllegalStateException if the group takes no more tasks
     */
    public <R> Coroutine<R> start(TaskStatus.Startable<R> task) {
        return start(task, null);
    }

    /** As {@link #start(TaskStatus.Startable)}, with a name for dumps and messages. */
    public <R> Coroutine<R> start(TaskStatus.Startable<R> task, @Nullable String name) {
        return new GroupStart<>(this, Objects.requireNonNull(task, "start(null): there is nothing to start"), name);
    }

    /**
     * Waits for all tasks of the group, those that they start too, inside the block. After a good join more may be
     * started and joined.
     *
     * @return a coroutine that throws what leaving would throw; that is delivered then, so leaving adds nothing, and joining
     *     again throws the same. IllegalStateException if another task than the one that opened the group awaits it
     */
    public Coroutine<Void> join() {
        return new GroupJoin(this, false, null);
    }

    /**
     * Cancels the tasks of the group; the block goes on. Leaving it is no failure then, unless a task fails in answer.
     * asyncio: {@code cancel()}.
     */
    public void cancel() {
        owner.loop.checkThread("TaskGroup.cancel");
        stop();
    }

    @Override
    public Coroutine<Void> leave(@Nullable Throwable failure) {
        return new GroupJoin(this, true, failure);
    }

    private <T> Task<T> adopt(Task<T> child) {
        children.add(child);
        child.addDoneCallback(childDone);
        return child;
    }

    /** A child that is not ready: the group waits for it and cancels it, and {@code listener} hears how it ends. */
    Task<?> begin(AsyncCallable<?> callable, @Nullable String name, Consumer<Deferred<?>> listener) {
        String closed = closed();
        if (closed != null) {
            throw new IllegalStateException(closed);
        }
        Task<?> child = owner.loop.createTask(callable, name);
        children.add(child);
        if (starting == null) {
            starting = new HashSet<>();
        }
        starting.add(child);
        child.addDoneCallback(listener);
        return child;
    }

    /** It is ready, and from now on a child like the others. */
    void adopt(Task<?> child, Consumer<Deferred<?>> listener) {
        child.removeDoneCallback(listener);
        child.addDoneCallback(childDone);
        ready(child);
    }

    private void ready(Deferred<?> child) {
        if (starting != null) {
            starting.remove(child);
        }
    }

    /** It has ended, ready or not. */
    void forget(Deferred<?> child) {
        ready(child);
        children.remove(child);
        if (children.isEmpty() && join != null) {
            join.childrenDone();
        }
    }

    /** Why no task can be started; null if one can. */
    private @Nullable String closed() {
        if (stopped) {
            return this + " starts no more tasks: it was cancelled or has failed";
        }
        boolean leaving = join != null && join.leaving;
        return left || (leaving && children.isEmpty()) ? this + " starts no more tasks: its block has been left" : null;
    }

    /** What each child has; the owner cannot leave the block before it is done. */
    private final class ChildDone implements Consumer<Deferred<?>>, AwaitedBy {
        @Override
        public void accept(Deferred<?> child) {
            childDone(child);
        }

        @Override
        public List<Task<?>> awaiters() {
            return owner.done() ? List.of() : List.of(owner);
        }
    }

    private void childDone(Deferred<?> child) {
        forget(child);
        Throwable failure = child.cancelled() ? null : child.exception();
        if (failure != null) {
            stop();
        }
        if (owner.done()) {
            endedBehindOwner(child, failure);
        } else if (failure != null) {
            failures.add(failure);
            failed.add(child);
            if (failures.size() == 1 && join == null) {
                stopBlock(child, failure);
            }
        }
    }

    private void stopBlock(Deferred<?> child, Throwable failure) {
        // without the text of the failure, which its class may compute, and fail to
        sent = new ScopeCancel(
                this,
                "cancelled by " + described() + ", because " + child.describe() + " of it failed with "
                        + failure.getClass().getName(),
                failure);
        ownerEnded = this::ownerEnded;
        owner.addDoneCallback(ownerEnded);
        owner.cancel(sent);
    }

    /** Its failure is reported, since no block is left to throw it; that of one that was only cut off is no failure. */
    private void endedBehindOwner(Deferred<?> child, @Nullable Throwable failure) {
        if (failure != null || !toldOfOwner) {
            neverLeft(
                    child.describe() + " of it " + (failure == null ? "ended later" : "failed later"), failure, child);
        }
    }

    /** The owner has ended after the cancel was sent. If it has not left the group, nobody was thrown what failed. */
    private void ownerEnded(Deferred<?> ended) {
        if (!isOver()) {
            neverLeft("what failed in it is lost", GroupFailure.of(failures, 0, null), ended);
        }
    }

    private void neverLeft(String what, @Nullable Throwable failure, Deferred<?> source) {
        toldOfOwner = true;
        owner.loop.callExceptionHandler(new ExceptionHandler.Context(
                described() + " was not left before that task ended: " + what
                        + ". Open it as the resource of a try-with-resources, in code that is woven",
                failure,
                source));
    }

    private String described() {
        return "the TaskGroup that task " + owner.getName() + " opened" + place;
    }

    /** Cancels the children, once. */
    void stop() {
        if (!stopped) {
            stopped = true;
            new ArrayList<>(children).forEach(Task::cancel);
        }
    }

    void checkOwner(Task<?> task, String what, @Nullable Throwable failure) {
        if (task != owner) {
            IllegalStateException refusal = new IllegalStateException(
                    task + " cannot " + what + " a group of " + owner + ": only the task that opened it may");
            if (failure != null) {
                refusal.addSuppressed(failure);
            }
            throw refusal;
        }
    }

    /** How many children have failed, those included of which the group will be told in the next iteration. */
    int failedSoFar() {
        int failed = failures.size();
        for (Task<?> child : children) {
            if (child.peekFailure() != null && (starting == null || !starting.contains(child))) {
                failed++;
            }
        }
        return failed;
    }

    boolean isOver() {
        return left || delivered != null;
    }

    @Nullable
    Throwable delivered() {
        return delivered;
    }

    boolean hasChildren() {
        return !children.isEmpty();
    }

    void begin(GroupJoin begun) {
        join = begun;
    }

    void ended(GroupJoin ended, @Nullable Throwable thrown) {
        join = null;
        left = ended.leaving;
        delivered = thrown;
        if (isOver() && ownerEnded != null) {
            owner.removeDoneCallback(ownerEnded);
        }
    }

    /**
     * Takes back the cancel that a failed child sent to the block; while the owner waits for the children none is sent.
     *
     * @return whether it had been delivered
     */
    boolean takeBackCancel() {
        if (sent == null || takenBack) {
            return false;
        }
        takenBack = true;
        boolean pending = owner.isCancelPending(this);
        owner.uncancel(this, cancelsBefore);
        return !pending;
    }

    /** Whether {@code thrown} is the cancel that the group has sent to the block. */
    boolean isOwnCancel(@Nullable Throwable thrown) {
        return sent != null && sent.isSentAs(thrown);
    }

    /** Whether there was a cancel since the group was opened that is not its own. To be asked after that was taken back. */
    boolean cancelledFromOutside() {
        return owner.cancelling() > cancelsBefore;
    }

    @Override
    public String toString() {
        return "group of " + owner + " (" + children.size() + " running" + (stopped ? ", stopped)" : ")");
    }
}
