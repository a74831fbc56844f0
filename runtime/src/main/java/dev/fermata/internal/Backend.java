package dev.fermata.internal;

import dev.fermata.Acquired;
import dev.fermata.AsCompleted;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncFunction;
import dev.fermata.AsyncScope;
import dev.fermata.Awaitable;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.Outcome;
import dev.fermata.Promise;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TaskStatus;
import dev.fermata.Timeout;
import dev.fermata.Waited;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one way from what users import to what implements it. The types that users import know no class of the
 * implementation; the implementation knows them. So dependencies between packages point in one direction, and the public
 * types can be read without the implementation. (Besides this one, public types know two classes of this package:
 * {@link CancelAccess} and {@link DirectCalls}.)
 *
 * <p>There is one implementation, {@code internal.loop.LoopBackend}, found by its name. A service would do the same, with
 * one file more, which a shaded jar would have to merge.
 *
 * <p>From any thread, unless the public method that calls it says otherwise.
 */
public interface Backend {
    /** Returns the implementation. */
    static Backend get() {
        return Holder.BACKEND;
    }

    // ---- loops

    EventLoop create();

    EventLoop virtualTime();

    EventLoop guest(GuestHost host);

    /** Returns the loop that runs on the calling thread. Throws an IllegalStateException if there is none. */
    EventLoop running();

    @Nullable
    EventLoop runningOrNull();

    List<EventLoop> runningLoops();

    /** Returns a host that uses the one thread of {@code executor}. */
    GuestHost hostOf(ScheduledExecutorService executor);

    // ---- running

    /** Runs {@code main} on {@code loop} and closes the loop. */
    <T> T run(Coroutine<T> main, EventLoop loop);

    <T> T run(AsyncCallable<T> main, EventLoop loop);

    /**
     * Returns the main runs of a runner, on one loop.
     *
     * @param loop creates the loop when it is first needed
     * @param debug null to leave debug mode as it is
     */
    Runs runs(Supplier<EventLoop> loop, @Nullable Boolean debug);

    /** The implementation of a {@link dev.fermata.Runner}. */
    interface Runs extends AutoCloseable {
        <T> T run(Coroutine<T> main);

        <T> T run(AsyncCallable<T> main);

        EventLoop loop();

        @Override
        void close();
    }

    /**
     * Starts a thread that runs a loop.
     *
     * @param loop creates the loop, on the calling thread
     */
    ThreadRuns startThread(String name, Supplier<EventLoop> loop);

    /** The implementation of a {@link dev.fermata.LoopThread}. */
    interface ThreadRuns extends AutoCloseable {
        <T> CompletableFuture<T> run(Coroutine<T> coroutine);

        <T> CompletableFuture<T> run(AsyncCallable<T> callable);

        EventLoop loop();

        @Override
        void close();
    }

    /** Starts a hot method. */
    CompletableFuture<?> hot(Frame<?> body);

    /** Returns what an await throws when it is called as a method, in code that was not woven. */
    IllegalStateException notWoven();

    // ---- time

    <T> Coroutine<T> sleep(Duration time, @Nullable T result);

    /** Runs {@code await(sleep(time))}. Returns {@link dev.fermata.abi.Abi#SUSPENDED}. */
    Object awaitSleep(Duration time, Carrier carrier);

    Timeout timeout(Duration limit);

    Timeout timeoutAt(long when);

    <T> Coroutine<T> waitFor(Awaitable<T> awaitable, Duration limit);

    // ---- several at once

    <T> Promise<List<T>> gather(Collection<? extends Awaitable<? extends T>> awaitables);

    <T> Promise<List<Outcome<T>>> gatherSettled(Collection<? extends Awaitable<? extends T>> awaitables);

    <T> Coroutine<Waited<T>> waitUntil(
            ReturnWhen when, Collection<? extends Deferred<? extends T>> tasks, Duration limit);

    <T> AsCompleted<T> asCompleted(Collection<? extends Awaitable<? extends T>> awaitables, Duration limit);

    Coroutine<Void> cancelAndWait(Collection<? extends Deferred<?>> tasks);

    <T, R> Coroutine<List<R>> map(
            Collection<? extends T> items, int limit, AsyncFunction<? super T, ? extends R> function);

    <T> Promise<T> shield(Awaitable<T> awaitable);

    /** Opens a group for the running task. */
    Group group();

    /** The implementation of a {@link dev.fermata.TaskGroup}. */
    interface Group extends AsyncScope {
        <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart);

        <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart);

        <R> Coroutine<R> start(TaskStatus.Startable<R> task, @Nullable String name);

        Coroutine<Void> join();

        void cancel();
    }

    // ---- threads and stages

    <T> Promise<T> wrapFuture(CompletionStage<T> stage);

    /** Calls on a thread of {@code executor}; null for that of the loop. */
    <T> Coroutine<T> toExecutor(@Nullable Executor executor, Callable<T> callable);

    /** Calls on a thread of the loop's executor while it holds a token that {@code tokens} lets it wait for. */
    <T> Coroutine<T> toThread(Supplier<? extends Coroutine<? extends Acquired>> tokens, Callable<T> callable);

    <T> Coroutine<T> toThreadInterruptibly(Callable<T> callable);

    // ---- task locals

    /** Called when a task local is created. Contexts have to be passed on from then on. */
    void useTaskLocals();

    /** Returns the value of a {@link dev.fermata.TaskLocal} here, or null. */
    @Nullable
    Object get(Object local);

    /**
     * Sets the value of a {@link dev.fermata.TaskLocal} here, or removes it if {@code value} is null.
     *
     * @return the previous value, or null
     */
    @Nullable
    Object set(Object local, @Nullable Object value);

    /** Returns the owner of the values here: a task, a loop between tasks, or a thread. */
    Object ownerOfLocals();

    // ---- simulated hosts

    /** Returns the tasks of the running loop in which a {@link dev.fermata.TaskLocal} was set to {@code value}. */
    List<Task<?>> tasksWith(Object local, Object value);

    /**
     * Ends a task where it is, as the end of its process would: no finally block of it runs. Throws an IllegalStateException
     * if the task runs.
     */
    void drop(Task<?> task, String message);

    /**
     * Returns a promise of the running loop that only its creator completes.
     *
     * @param what is waited for, as the end of the sentence "task X waits for …"; asked when somebody reads it
     */
    <T> Promise<T> promiseOf(Supplier<String> what);

    /**
     * Sets what is told of a deadlock of the running loop before it is thrown, and may add to it what it knows; null for
     * nobody.
     *
     * @return what was set before
     */
    @Nullable
    Consumer<DeadlockException> explainDeadlocks(@Nullable Consumer<DeadlockException> explainer);

    // ---- looking inside

    /** Describes all tasks of all running loops, as text. */
    String dump();

    /** Called when a coroutine was created. Only with {@code -Dfermata.debug=true}. */
    void created(Frame<?> coroutine);

    /**
     * Called when a coroutine was started or closed, and for a frame that never was a coroutine. Only with
     * {@code -Dfermata.debug=true}.
     */
    void used(Frame<?> coroutine);
}
