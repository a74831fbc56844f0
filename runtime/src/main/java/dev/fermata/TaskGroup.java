package dev.fermata;

import dev.fermata.internal.Backend;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A block that its tasks do not outlive: {@code try (var group = new TaskGroup()) { group.createTask(…); … }}. Leaving the
 * block normally waits for the tasks, and for those that they start in the group. The first failure, of a task or of the
 * block, cancels the other tasks and the block. When all have ended, one {@link ExceptionGroup} leaves the block. In detail:
 *
 * <ul>
 *   <li>only the block failed: its exception passes unchanged;
 *   <li>tasks failed: an {@code ExceptionGroup} of their exceptions in the order in which they failed, the block's last. If
 *       one of them is an {@link Error}, the first such is thrown instead, with the others suppressed in it. If several tasks
 *       failed with the same object, it is listed once, where it came first;
 *   <li>the block was cancelled from outside: the tasks are cancelled too, and the {@link CancelledError} passes. If anything
 *       failed, that is thrown, and the cancel is delivered again at the next await;
 *   <li>a task that was cancelled, and nothing else, is no failure.
 * </ul>
 *
 * Leaving the block is what throws, and what takes back the cancel of the block. A group that is opened without a block and
 * never joined cancels whatever its task awaits at that time, with a message that names the group and with the failure as the
 * cause. What failed in it is reported when that task has ended.
 *
 * <p>For the loop's thread; one task opens, joins and leaves it. asyncio: {@code TaskGroup}.
 */
public final class TaskGroup implements AsyncScope {
    private final Backend.Group group = Backend.get().group();

    /**
     * Opens a group for the running task.
     *
     * @throws IllegalStateException if no task is running
     */
    public TaskGroup() {}

    /**
     * Starts a task in the group. asyncio: {@code create_task}.
     *
     * @throws IllegalStateException if the group was cancelled, has failed or was left; the coroutine is then closed
     */
    public <T> Task<T> createTask(Coroutine<T> coroutine) {
        return group.createTask(coroutine, null, false);
    }

    /** Starts a task with a name in the group; see {@link #createTask(Coroutine)}. */
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name) {
        return group.createTask(coroutine, name, false);
    }

    /**
     * Starts a task with a name in the group, at once if {@code eagerStart}: it makes its first step inside this call, as with
     * {@link Asyncio#createTask(Coroutine, String, boolean)}. If it fails there, the group is cancelled in the next iteration,
     * as by any failure; nothing is thrown here.
     */
    public <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        return group.createTask(coroutine, name, eagerStart);
    }

    /** Starts a task in the group that calls {@code callable} in its first step; see {@link #createTask(Coroutine)}. */
    public <T> Task<T> createTask(AsyncCallable<T> callable) {
        return group.createTask(callable, null, false);
    }

    /** Starts a task with a name in the group that calls {@code callable} in its first step. */
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name) {
        return group.createTask(callable, name, false);
    }

    /** As {@link #createTask(Coroutine, String, boolean)}; with {@code eagerStart}, the call is made inside this one. */
    public <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart) {
        return group.createTask(callable, name, eagerStart);
    }

    /**
     * Starts a task in the group and waits until it reports that it is ready: {@code int port =
     * await(group.start(this::serve))}, where {@code serve(TaskStatus<Integer> status)} calls {@code status.started(port)}.
     * From then on it is a task of the group like the others. Trio: {@code nursery.start}.
     *
     * @return a coroutine that returns what the task reported. If the task fails before that, the failure is thrown here and
     *     is not the group's; if it ends before that, an IllegalStateException is thrown. A cancel of the waiting task cancels
     *     the new one and waits for its end. If the new task is cancelled before it is ready, a CancelledError is thrown. An
     *     IllegalStateException is thrown if the group accepts no more tasks
     */
    public <R> Coroutine<R> start(TaskStatus.Startable<R> task) {
        return start(task, null);
    }

    /** As {@link #start(TaskStatus.Startable)}, with a name for dumps and messages. */
    public <R> Coroutine<R> start(TaskStatus.Startable<R> task, @Nullable String name) {
        return group.start(Objects.requireNonNull(task, "start(null): there is nothing to start"), name);
    }

    /**
     * Waits for all tasks of the group, and for those that they start, without leaving the block. After a join without
     * failure more tasks may be started and joined.
     *
     * @return a coroutine that throws what leaving the block would throw. The failure counts as delivered then: leaving
     *     adds nothing, and joining again throws the same failure. An IllegalStateException is thrown if another task than
     *     the one that opened the group awaits it
     */
    public Coroutine<Void> join() {
        return group.join();
    }

    /**
     * Cancels the tasks of the group; the block continues. Leaving the block is then no failure, unless a task fails in
     * response. asyncio: {@code cancel()}.
     */
    public void cancel() {
        group.cancel();
    }

    @Override
    public Coroutine<Void> leave(@Nullable Throwable failure) {
        return group.leave(failure);
    }

    @Override
    public String toString() {
        return group.toString();
    }
}
