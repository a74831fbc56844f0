package dev.fermata.internal.loop;

import dev.fermata.Acquired;
import dev.fermata.AsCompleted;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncFunction;
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
import dev.fermata.Timeout;
import dev.fermata.Waited;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.Backend;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.Context;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.engine.Origin;
import dev.fermata.internal.gathering.CancelAndWait;
import dev.fermata.internal.gathering.Completions;
import dev.fermata.internal.gathering.Gathering;
import dev.fermata.internal.gathering.Shield;
import dev.fermata.internal.gathering.WaitUntil;
import dev.fermata.internal.guests.ExecutorHost;
import dev.fermata.internal.inspection.NeverAwaited;
import dev.fermata.internal.inspection.NotWoven;
import dev.fermata.internal.inspection.RunningLoops;
import dev.fermata.internal.inspection.TaskDump;
import dev.fermata.internal.scopes.GroupScope;
import dev.fermata.internal.scopes.Mapping;
import dev.fermata.internal.scopes.TimeoutScope;
import dev.fermata.internal.scopes.WaitFor;
import dev.fermata.internal.threads.Hot;
import dev.fermata.internal.threads.LimitedToThread;
import dev.fermata.internal.threads.ToThread;
import dev.fermata.internal.threads.ToThreadInterruptibly;
import dev.fermata.internal.time.RealClock;
import dev.fermata.internal.time.Sleep;
import dev.fermata.internal.time.VirtualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of what users import: shows for each function which class implements it. From any thread, unless the
 * public method says otherwise.
 */
public final class LoopBackend implements Backend {
    /** Called once, by {@link Backend#get}. */
    public LoopBackend() {}

    // ---- loops

    @Override
    public EventLoop create() {
        return new Loop(new RealClock());
    }

    @Override
    public EventLoop virtualTime() {
        return new Loop(new VirtualClock());
    }

    @Override
    public EventLoop guest(GuestHost host) {
        return Loop.guest(host);
    }

    @Override
    public EventLoop running() {
        Engine running = Engine.runningOrNull();
        if (running == null) {
            throw NotWoven.withoutLoop().orElseGet(LoopBackend::noLoop);
        }
        return running.face;
    }

    private static IllegalStateException noLoop() {
        String thread = Thread.currentThread().getName();
        String why = Engine.occupyingOrNull() == null
                ? "No event loop runs on thread " + thread
                : "The event loop on thread " + thread
                        + " is not that of the hot method that runs here, which was called where none ran";
        return new IllegalStateException(why
                + ". Start the program with Asyncio.run. On the threads of a framework, start a LoopThread once and hand the coroutine to it:"
                + " loopThread.run(() -> …). To use the loop of another thread, call loop.runThreadsafe(…) with a coroutine, or"
                + " loop.callSoonThreadsafe(…) with a callback");
    }

    @Override
    public @Nullable EventLoop runningOrNull() {
        Engine running = Engine.runningOrNull();
        return running == null ? null : running.face;
    }

    @Override
    public List<EventLoop> runningLoops() {
        List<EventLoop> loops = new ArrayList<>();
        RunningLoops.list().forEach(it -> loops.add(it.face));
        return loops;
    }

    @Override
    public GuestHost hostOf(ScheduledExecutorService executor) {
        return new ExecutorHost(executor);
    }

    // ---- running

    @Override
    public <T> T run(Coroutine<T> main, EventLoop loop) {
        return MainRuns.once(main, Loop.of(loop));
    }

    @Override
    public <T> T run(AsyncCallable<T> main, EventLoop loop) {
        return run(new Call<>(main), loop);
    }

    @Override
    public Runs runs(Supplier<EventLoop> loop, @Nullable Boolean debug) {
        return new RunnerRuns(loop, debug);
    }

    @Override
    public ThreadRuns startThread(String name, Supplier<EventLoop> loop) {
        return LoopThreadRuns.start(name, Loop.of(Objects.requireNonNull(loop.get(), "loop")));
    }

    @Override
    public CompletableFuture<?> hot(Frame<?> body) {
        return Hot.start(body);
    }

    @Override
    public IllegalStateException notWoven() {
        return NotWoven.awaiting();
    }

    // ---- time

    @Override
    @SuppressWarnings("unchecked") // a Sleep returns null, one with a result that result
    public <T> Coroutine<T> sleep(Duration time, @Nullable T result) {
        long nanos = LoopTime.nanos(time);
        return (Coroutine<T>) (Coroutine<?>) (result == null ? new Sleep(nanos) : new Sleep.WithResult(nanos, result));
    }

    @Override
    public Object awaitSleep(Duration time, Carrier carrier) {
        return Sleep.sleep(LoopTime.nanos(time), carrier);
    }

    @Override
    public Timeout timeout(Duration limit) {
        Engine engine = Engine.running();
        long now = engine.time();
        return new TimeoutScope(engine.requireTask(), now, LoopTime.after(now, limit));
    }

    @Override
    public Timeout timeoutAt(long when) {
        Engine engine = Engine.running();
        return new TimeoutScope(engine.requireTask(), engine.time(), when);
    }

    @Override
    public <T> Coroutine<T> waitFor(Awaitable<T> awaitable, Duration limit) {
        return WaitFor.of(awaitable, limit);
    }

    // ---- several at once

    @Override
    public <T> Promise<List<T>> gather(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Gathering.results(awaitables);
    }

    @Override
    public <T> Promise<List<Outcome<T>>> gatherSettled(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Gathering.outcomes(awaitables);
    }

    @Override
    public <T> Coroutine<Waited<T>> waitUntil(
            ReturnWhen when, Collection<? extends Deferred<? extends T>> tasks, Duration limit) {
        return WaitUntil.of(when, tasks, limit);
    }

    @Override
    public <T> AsCompleted<T> asCompleted(Collection<? extends Awaitable<? extends T>> awaitables, Duration limit) {
        return new Completions<>(Engine.running(), awaitables, limit);
    }

    @Override
    public Coroutine<Void> cancelAndWait(Collection<? extends Deferred<?>> tasks) {
        return new CancelAndWait(tasks);
    }

    @Override
    public <T, R> Coroutine<List<R>> map(
            Collection<? extends T> items, int limit, AsyncFunction<? super T, ? extends R> function) {
        return new Mapping<>(items, limit, function);
    }

    @Override
    public <T> Promise<T> shield(Awaitable<T> awaitable) {
        return Shield.around(awaitable);
    }

    @Override
    public Group group() {
        LoopTask<?> running = Engine.running().currentTask();
        if (running == null) {
            throw new IllegalStateException("A TaskGroup is opened by a task, and none is running");
        }
        return new GroupScope(running);
    }

    // ---- threads and stages

    @Override
    @SuppressWarnings("unchecked") // a stage completes with the type it declares
    public <T> Promise<T> wrapFuture(CompletionStage<T> stage) {
        Engine engine = Engine.running();
        return (Promise<T>) engine.stages.promiseOf(engine, stage);
    }

    @Override
    public <T> Coroutine<T> toExecutor(@Nullable Executor executor, Callable<T> callable) {
        return new ToThread<>(executor, callable);
    }

    @Override
    public <T> Coroutine<T> toThread(Supplier<? extends Coroutine<? extends Acquired>> tokens, Callable<T> callable) {
        return new LimitedToThread<>(tokens, callable, loop -> Loop.of(loop).executor());
    }

    @Override
    public <T> Coroutine<T> toThreadInterruptibly(Callable<T> callable) {
        return new ToThreadInterruptibly<>(callable, loop -> Loop.of(loop).executor());
    }

    // ---- task locals

    @Override
    public void useTaskLocals() {
        Context.use();
    }

    @Override
    public @Nullable Object get(Object local) {
        return Context.get(local);
    }

    @Override
    public @Nullable Object set(Object local, @Nullable Object value) {
        return Context.put(local, value);
    }

    @Override
    public Object ownerOfLocals() {
        return Context.owner();
    }

    // ---- simulated hosts

    @Override
    public List<Task<?>> tasksWith(Object local, Object value) {
        List<Task<?>> found = new ArrayList<>();
        for (LoopTask<?> task : Engine.running().tasks.toList()) {
            if (task.valueOf(local) == value) {
                found.add(task);
            }
        }
        return found;
    }

    @Override
    public void drop(Task<?> task, String message) {
        ((LoopTask<?>) task).drop(message);
    }

    @Override
    public <T> Promise<T> promiseOf(Supplier<String> what) {
        return new LoopPromise<>(Engine.running(), new Named(what));
    }

    /** Gives a promise no more than a name. */
    private record Named(Supplier<String> what) implements Origin {
        @Override
        public boolean cancel(LoopPromise<?> promise, @Nullable String message) {
            return promise.cancelNow(message);
        }

        @Override
        public String describe() {
            return what.get();
        }

        @Override
        public String shortly() {
            return what.get();
        }
    }

    @Override
    public @Nullable Consumer<DeadlockException> explainDeadlocks(@Nullable Consumer<DeadlockException> explainer) {
        return Engine.running().explainDeadlocks(explainer);
    }

    // ---- looking inside

    @Override
    public String dump() {
        return TaskDump.ofAllLoops();
    }

    @Override
    public void created(Frame<?> coroutine) {
        NeverAwaited.made(coroutine);
    }

    @Override
    public void used(Frame<?> coroutine) {
        NeverAwaited.used(coroutine);
    }
}
