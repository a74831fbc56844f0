package dev.fermata;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Done;
import dev.fermata.internal.Backend;
import dev.fermata.internal.DirectCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The functions of Fermata, for static import: {@code import static dev.fermata.Asyncio.*;}. asyncio: the functions of the
 * module {@code asyncio}, under the same names in Java's spelling.
 *
 * <p>{@link #run} is for a thread on which no loop runs; {@link #done} and {@link #dump} are for any thread. All others are
 * for the thread of a running loop. Elsewhere they throw an {@code IllegalStateException}; those that return a cold
 * coroutine throw it when the coroutine is awaited.
 */
public final class Asyncio {
    /** No limit, for parameters that take one; longer than any loop lives. */
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    static {
        DirectCalls.set(new PrimitiveCalls());
    }

    private Asyncio() {}

    // ---- running

    /**
     * Runs {@code main} on a new event loop on the calling thread. When {@code main} has ended, the tasks that are left are
     * cancelled and awaited until none is left, and the loop is closed. asyncio: {@code run}.
     *
     * <p>On the program's main thread the first Ctrl-C cancels {@code main}. When {@code main} has cleaned up and ended,
     * this method throws a {@link KeyboardInterrupt}; uncaught, it ends the process with the exit code 130. The second
     * Ctrl-C ends the process at once. A program with a SIGINT handler of its own keeps it.
     *
     * <p>When the process ends in the middle of a run on any thread, by SIGTERM or {@code System.exit}, {@code main} is
     * cancelled too and the process waits for the end of the run, up to {@link EventLoop#setShutdownLimit}. A loop whose
     * own thread calls {@code System.exit} just stops. Neither is done in virtual time.
     *
     * @return the result of {@code main}; its failure is thrown as it is
     * @throws KeyboardInterrupt if Ctrl-C ended it
     * @throws IllegalStateException if a loop runs on this thread already
     */
    public static <T> T run(Coroutine<T> main) {
        return Backend.get().run(main, EventLoop.create());
    }

    /**
     * Calls {@code main} on a new event loop and runs the coroutine it returns. Otherwise as {@link #run(Coroutine)}.
     *
     * @return the result of the coroutine; its failure is thrown as it is
     * @throws KeyboardInterrupt if Ctrl-C ended it
     * @throws IllegalStateException if a loop runs on this thread already
     */
    public static <T> T run(AsyncCallable<T> main) {
        Objects.requireNonNull(main, "run(null): there is nothing to run");
        return Backend.get().run(main, EventLoop.create());
    }

    /**
     * As {@link #run(AsyncCallable)}, on a loop of another kind: {@code run(() -> main(), EventLoop::virtualTime)}.
     * asyncio: {@code run} with a {@code loop_factory}.
     *
     * @param loop creates the loop, which is closed at the end
     */
    public static <T> T run(AsyncCallable<T> main, Supplier<EventLoop> loop) {
        Objects.requireNonNull(main, "run(null): there is nothing to run");
        return Backend.get().run(main, loop.get());
    }

    // ---- awaiting, in woven code

    /**
     * Waits for a coroutine, task or promise; returns its result or throws its failure, as it is. If neither is there yet,
     * the calling {@link Async} method suspends and other tasks run. Awaiting what is done does not yield. asyncio:
     * {@code await}.
     *
     * @throws CancelledError if the task is cancelled while it waits, or what it awaits is cancelled
     * @throws IllegalStateException in code that was not woven
     */
    public static <T> T await(Awaitable<T> awaitable) {
        throw notWoven(awaitable);
    }

    /**
     * As {@link #await(Awaitable)}, for a stage. If the stage fails with a {@code CompletionException}, its cause is thrown
     * instead. If the stage was cancelled, a {@link CancelledError} is thrown. A cancel of the task cancels the stage.
     */
    public static <T> T await(CompletionStage<T> stage) {
        throw notWoven(stage);
    }

    /**
     * As {@link #await(Awaitable)}, and declares to the compiler which checked exception may be thrown. For a task or
     * promise that is awaited away from the call whose {@code throws} clause says so.
     *
     * @param failure the exception's class; only its type matters
     */
    public static <T, E extends Throwable> T await(Awaitable<T> awaitable, Class<E> failure) throws E {
        throw notWoven(awaitable);
    }

    /**
     * As {@link #await(CompletionStage)}, and declares to the compiler which checked exception may be thrown.
     *
     * @param failure the exception's class; only its type matters
     */
    public static <T, E extends Throwable> T await(CompletionStage<T> stage, Class<E> failure) throws E {
        throw notWoven(stage);
    }

    private static IllegalStateException notWoven(@Nullable Object awaited) {
        if (awaited instanceof Coroutine<?> coroutine) {
            coroutine.close();
        }
        return Backend.get().notWoven();
    }

    /** Returns the result of an {@link Async} method that has none: {@code return done()}. asyncio: {@code return}. */
    public static Coroutine<Void> done() {
        return Done.of(null);
    }

    /**
     * Returns the result of an {@link Async} method: {@code return done(x)}. Elsewhere it returns a value that may be
     * awaited any number of times. asyncio: {@code return x}.
     */
    public static <T> Coroutine<T> done(@Nullable T result) {
        return Done.of(result);
    }

    // ---- tasks

    /**
     * Runs {@code coroutine} as a task concurrently with others, from the next iteration on. asyncio: {@code create_task}.
     *
     * @throws IllegalStateException if it was awaited or made a task before, or if no loop runs on this thread; the
     *     coroutine is then closed
     */
    public static <T> Task<T> createTask(Coroutine<T> coroutine) {
        return loopFor(coroutine).createTask(coroutine);
    }

    /** As {@link #createTask(Coroutine)}, with a name for dumps and messages; null for a number. */
    public static <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name) {
        return loopFor(coroutine).createTask(coroutine, name);
    }

    /**
     * As {@link #createTask(Coroutine)}, with a name and the choice of when to start.
     *
     * @param name for dumps and messages; null for a number
     * @param eagerStart whether the first step is made now, inside this call: a coroutine that does not suspend is done
     *     when this returns. asyncio: {@code eager_start}
     */
    public static <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        return loopFor(coroutine).createTask(coroutine, name, eagerStart);
    }

    /**
     * Starts a task that calls {@code callable} in its first step and awaits the coroutine it returns:
     * {@code createTask(() -> fetch(url))}. If the call throws, the task fails with that exception.
     */
    public static <T> Task<T> createTask(AsyncCallable<T> callable) {
        return EventLoop.running().createTask(callable);
    }

    /** As {@link #createTask(AsyncCallable)}, with a name for dumps and messages; null for a number. */
    public static <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name) {
        return EventLoop.running().createTask(callable, name);
    }

    /**
     * As {@link #createTask(AsyncCallable, String)}, with the choice of when to start, as
     * {@link #createTask(Coroutine, String, boolean)} has it.
     */
    public static <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart) {
        return EventLoop.running().createTask(callable, name, eagerStart);
    }

    /**
     * Cancels {@code tasks} and waits until they have all ended, so that nothing of them runs any more. Nothing is cancelled
     * until the coroutine is awaited. asyncio: {@code task.cancel()} and {@code wait([task])}; Kotlin: {@code cancelAndJoin}.
     *
     * @param tasks one that has ended already is no mistake
     * @return a coroutine that returns nothing if each task was cancelled or has returned a result. It throws the failure of a
     *     task that failed instead, with those of others suppressed in it; IllegalStateException, and cancels nothing, if
     *     the waiting task is one of them or one of them belongs to another loop. A cancel of the waiting task ends the wait and not the tasks
     */
    public static Coroutine<Void> cancelAndWait(Deferred<?>... tasks) {
        return cancelAndWait(Arrays.asList(tasks));
    }

    /** As {@link #cancelAndWait(Deferred...)}, for a collection. */
    public static Coroutine<Void> cancelAndWait(Collection<? extends Deferred<?>> tasks) {
        return Backend.get().cancelAndWait(tasks);
    }

    /**
     * Returns the running loop. If there is none, the coroutine will never run, so it is closed first; otherwise it would
     * be reported as never awaited.
     */
    private static EventLoop loopFor(@Nullable Coroutine<?> coroutine) {
        if (EventLoop.runningOrNull() == null && coroutine != null) {
            coroutine.close();
        }
        return EventLoop.running();
    }

    /** Returns the running task, or null in a callback. asyncio: {@code current_task}. */
    public static @Nullable Task<?> currentTask() {
        return EventLoop.running().currentTask();
    }

    /**
     * Returns the tasks of the running loop that have not ended, in the order of their creation. asyncio:
     * {@code all_tasks}.
     */
    public static List<Task<?>> allTasks() {
        return EventLoop.running().allTasks();
    }

    /** Creates a promise of the running loop. asyncio: {@code loop.create_future()}. */
    public static <T> Promise<T> createPromise() {
        return EventLoop.running().createPromise();
    }

    /**
     * Describes, as text, all tasks of all event loops that run in this process: what each waits for, where, and which task
     * waits for it. It is to tasks what a thread dump is to threads. A loop on another thread is asked, and has one second
     * to answer; for one that does not answer, the text shows what keeps its thread. From any thread, with or without a
     * loop. asyncio: {@code print_call_graph}, {@code python -m asyncio pstree}.
     */
    public static String dump() {
        return Backend.get().dump();
    }

    // ---- time

    /** Waits for {@code time}. Zero or less yields for exactly one iteration. asyncio: {@code sleep}. */
    public static Coroutine<Void> sleep(Duration time) {
        return Backend.get().sleep(time, null);
    }

    /** Waits for {@code time} and returns {@code result}. asyncio: {@code sleep(delay, result)}. */
    public static <T> Coroutine<T> sleep(Duration time, T result) {
        return Backend.get().sleep(time, result);
    }

    /**
     * Opens a block that has to be left within {@code limit} from now: {@code try (var t = timeout(limit)) { … }}. asyncio:
     * {@code timeout}.
     *
     * @param limit {@link #FOREVER} for none; zero or less expires at the first await that waits
     * @throws IllegalStateException if no task is running
     */
    public static Timeout timeout(Duration limit) {
        return Backend.get().timeout(limit);
    }

    /**
     * Opens a block that has to be left by the time {@code when}. asyncio: {@code timeout_at}.
     *
     * @param when in nanoseconds of {@link EventLoop#time()}; {@code Long.MAX_VALUE} for none
     * @throws IllegalStateException if no task is running
     */
    public static Timeout timeoutAt(long when) {
        return Backend.get().timeoutAt(when);
    }

    /**
     * Waits for {@code awaitable}, at most {@code limit}. When the time is up, {@code awaitable} is cancelled, and this
     * waits until it has really ended; if it ends with a result in spite of the cancel, that result is returned. asyncio:
     * {@code wait_for}.
     *
     * @param limit {@link #FOREVER} for none; zero or less starts nothing, but returns a result that is there already
     * @return a coroutine that throws {@link TimeoutException} when the time is up
     */
    public static <T> Coroutine<T> waitFor(Awaitable<T> awaitable, Duration limit) {
        return Backend.get().waitFor(Objects.requireNonNull(awaitable, "waitFor(null)"), limit);
    }

    // ---- several at once

    /**
     * Runs all of {@code awaitables} concurrently and returns a promise of their results, in the order of the arguments.
     * The promise fails with the first failure, at once; the others continue. Cancelling the promise cancels them all.
     * asyncio: {@code gather}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Promise<List<T>> gather(Awaitable<? extends T>... awaitables) {
        return Backend.get().gather(Arrays.asList(awaitables));
    }

    /** As {@link #gather(Awaitable...)}, for a collection, with the results in its order. */
    public static <T> Promise<List<T>> gather(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Backend.get().gather(awaitables);
    }

    /**
     * As {@link #gather(Awaitable...)}, for the futures of other libraries. Cancelling the promise cancels the stages. asyncio
     * takes futures and coroutines alike; for both in one gather: {@code gather(wrapFuture(stage), coroutine)}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Promise<List<T>> gatherStages(CompletionStage<? extends T>... stages) {
        return gatherStages(Arrays.asList(stages));
    }

    /** As {@link #gatherStages(CompletionStage...)}, for a collection, with the results in its order. */
    public static <T> Promise<List<T>> gatherStages(Collection<? extends CompletionStage<? extends T>> stages) {
        List<CompletionStage<? extends T>> given = new ArrayList<>(stages);
        int none = given.indexOf(null);
        if (none >= 0) {
            throw new NullPointerException("gatherStages: argument " + none + ", counted from 0, is null");
        }
        List<Promise<? extends T>> promises = new ArrayList<>(given.size());
        for (CompletionStage<? extends T> stage : given) {
            promises.add(wrapFuture(stage));
        }
        return gather(promises);
    }

    /**
     * As {@link #gather(Awaitable...)}, but waits for all, and the result says how each of them ended. asyncio:
     * {@code gather} with {@code return_exceptions=True}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Promise<List<Outcome<T>>> gatherSettled(Awaitable<? extends T>... awaitables) {
        return Backend.get().gatherSettled(Arrays.asList(awaitables));
    }

    /** As {@link #gatherSettled(Awaitable...)}, for a collection, with the outcomes in its order. */
    public static <T> Promise<List<Outcome<T>>> gatherSettled(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Backend.get().gatherSettled(awaitables);
    }

    /**
     * Waits until enough of {@code tasks} are done. It only looks: it cancels none of them, and a failure that is read
     * nowhere else stays unread. asyncio: {@code wait}, without a timeout.
     *
     * @param when how many are enough
     * @param tasks at least one. Make a coroutine a task first, so that you have the task afterwards
     * @return a coroutine that returns which tasks are done and which are not
     * @throws IllegalArgumentException if there are no tasks
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Coroutine<Waited<T>> waitUntil(ReturnWhen when, Deferred<? extends T>... tasks) {
        return waitUntil(when, Arrays.asList(tasks), FOREVER);
    }

    /** As {@link #waitUntil(ReturnWhen, Deferred...)}, for a collection. */
    public static <T> Coroutine<Waited<T>> waitUntil(
            ReturnWhen when, Collection<? extends Deferred<? extends T>> tasks) {
        return waitUntil(when, tasks, FOREVER);
    }

    /**
     * As {@link #waitUntil(ReturnWhen, Collection)}, but waits no longer than {@code limit}. Running out of time is no
     * exception. asyncio: {@code wait(timeout)}.
     *
     * @param limit {@link #FOREVER} for none; zero or less looks once and does not wait
     */
    public static <T> Coroutine<Waited<T>> waitUntil(
            ReturnWhen when, Collection<? extends Deferred<? extends T>> tasks, Duration limit) {
        return Backend.get().waitUntil(when, tasks, limit);
    }

    /**
     * Returns {@code awaitables} in the order in which they end: {@code for (Coroutine<Page> next : asCompleted(tasks))
     * show(await(next))}. It cancels none of them. asyncio: {@code as_completed}.
     *
     * @param awaitables coroutines, which become tasks, tasks and promises; one that is listed twice counts once
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsCompleted<T> asCompleted(Awaitable<? extends T>... awaitables) {
        return asCompleted(Arrays.asList(awaitables), FOREVER);
    }

    /** As {@link #asCompleted(Awaitable...)}, for a collection. */
    public static <T> AsCompleted<T> asCompleted(Collection<? extends Awaitable<? extends T>> awaitables) {
        return asCompleted(awaitables, FOREVER);
    }

    /**
     * As {@link #asCompleted(Collection)}, with a limit. For those that have not ended within {@code limit} from now, the
     * coroutines throw a {@link TimeoutException}. asyncio: {@code as_completed} with a {@code timeout}.
     *
     * @param limit {@link #FOREVER} for none; with zero or less only those come that have ended already
     */
    public static <T> AsCompleted<T> asCompleted(
            Collection<? extends Awaitable<? extends T>> awaitables, Duration limit) {
        return Backend.get().asCompleted(awaitables, limit);
    }

    /**
     * Calls {@code function} with each of {@code items}, at most {@code limit} at a time, and returns the results in the order
     * of the items. Whoever wants them as they come does what is to be done inside the function: {@code map(urls, 10, url -> {
     * Page page = await(fetch(url)); show(page); return done(page); })}. asyncio has no counterpart; JavaScript's is
     * {@code p-map}.
     *
     * @param items read when this is called
     * @param limit how many are in work at a time, one or more
     * @return a coroutine with a {@link TaskGroup} of its own, so that nothing runs when it has ended. After the first failure
     *     no more are begun, those in work are cancelled, and what leaves the group is thrown: an {@link ExceptionGroup}. If an
     *     item is cancelled, its {@link CancelledError} is thrown. A task works at one item after another, so what an item sets
     *     in a {@link TaskLocal} may be there for a later one
     * @throws IllegalArgumentException if {@code limit} is less than one
     */
    public static <T, R> Coroutine<List<R>> map(
            Collection<? extends T> items, int limit, AsyncFunction<? super T, ? extends R> function) {
        if (limit < 1) {
            throw new IllegalArgumentException("map: nothing can be done " + limit + " at a time");
        }
        return Backend.get().map(items, limit, Objects.requireNonNull(function, "function"));
    }

    /**
     * Protects {@code awaitable} from a cancel of its awaiter: the awaiter receives its {@link CancelledError}, and
     * {@code awaitable} continues. asyncio: {@code shield}.
     */
    public static <T> Promise<T> shield(Awaitable<T> awaitable) {
        return Backend.get().shield(awaitable);
    }

    /**
     * Returns a promise that ends as {@code stage} does. For functions that take coroutines, tasks and promises but no
     * stages: {@code gather(wrapFuture(stage), …)}. {@code await} takes a stage as it is. Cancelling the promise cancels
     * the stage. asyncio: {@code wrap_future}.
     */
    public static <T> Promise<T> wrapFuture(CompletionStage<T> stage) {
        Objects.requireNonNull(stage, "wrapFuture(null): there is no stage to wait for");
        return Backend.get().wrapFuture(stage);
    }

    // ---- threads

    /**
     * Calls {@code callable} on another thread and waits for it: for code that blocks. A cancel does not interrupt the
     * call; it continues, and its result is dropped. asyncio: {@code to_thread}.
     *
     * @return a coroutine that throws what the call throws, and RejectedExecutionException if the loop was given an
     *     executor that has been shut down
     */
    public static <T> Coroutine<T> toThread(Callable<T> callable) {
        return Backend.get().toExecutor(null, Objects.requireNonNull(callable, "callable"));
    }

    /**
     * As {@link #toThread(Callable)}, for a call without a result: {@code runInThread(() -> Files.delete(path))}. It has a name
     * of its own, because otherwise {@code toThread(reader::readLine)} could mean either. A Runnable is passed as
     * {@code runnable::run}.
     */
    public static Coroutine<Void> runInThread(CheckedRunnable call) {
        return toThread(returningNull(call));
    }

    /**
     * As {@link #toThread(Callable)}, on a thread of {@code executor}. asyncio: {@code run_in_executor}.
     *
     * @param executor where the call runs. It is not shut down with the loop, and the end of {@code run} does not wait for
     *     calls in it
     * @return a coroutine that throws what the call throws, and what {@code executor} throws if it refuses the call
     */
    public static <T> Coroutine<T> toThread(Executor executor, Callable<T> callable) {
        Objects.requireNonNull(executor, "executor");
        return Backend.get().toExecutor(executor, Objects.requireNonNull(callable, "callable"));
    }

    /** As {@link #toThread(Executor, Callable)}, for a call without a result. */
    public static Coroutine<Void> runInThread(Executor executor, CheckedRunnable call) {
        return toThread(executor, returningNull(call));
    }

    /**
     * As {@link #toThread(Callable)}, once {@code limiter} has a token for the call. The call keeps the token until it has
     * really ended, also if the task that awaits it was cancelled meanwhile: as many calls run as there are tokens, and no
     * more. Trio: {@code to_thread.run_sync} with a {@code limiter}.
     *
     * @return a coroutine that throws what the call throws. A cancel before the call has begun gives the token back at once
     */
    public static <T> Coroutine<T> toThread(CapacityLimiter limiter, Callable<T> callable) {
        return Backend.get().toThread(limiter.tokens()::acquire, Objects.requireNonNull(callable, "callable"));
    }

    /** As {@link #toThread(CapacityLimiter, Callable)}, for a call without a result. */
    public static Coroutine<Void> runInThread(CapacityLimiter limiter, CheckedRunnable call) {
        return toThread(limiter, returningNull(call));
    }

    private static Callable<Void> returningNull(CheckedRunnable call) {
        Objects.requireNonNull(call, "call");
        return new Callable<>() {
            @Override
            @SuppressWarnings("NullAway") // the one value of Void
            public Void call() throws Exception {
                call.run();
                return null;
            }

            @Override
            public String toString() {
                return call.toString(); // for dumps
            }
        };
    }

    /**
     * As {@link #toThread}, for calls that end when their thread is interrupted. A cancel interrupts the thread, waits
     * until the call has ended, and is delivered only then. So no thread continues unnoticed, and {@link #waitFor} and
     * {@link #timeout} take until the call has ended as well. A further cancel interrupts the thread again.
     *
     * <p>The cause of the {@link CancelledError} is what the call threw because of the interrupt: an InterruptedException,
     * ClosedByInterruptException, FileLockInterruptionException or InterruptedIOException, or an exception that has one of
     * them among its causes. If the call returns a result in spite of the cancel, the result is
     * lost. If it throws another exception, its cleanup has failed, and that exception is thrown. asyncio has no
     * counterpart.
     */
    public static <T> Coroutine<T> toThreadInterruptibly(Callable<T> callable) {
        return Backend.get().toThreadInterruptibly(Objects.requireNonNull(callable, "callable"));
    }

    /**
     * Awaits of primitives without a coroutine, where there is no need to wait. Otherwise, and for what is not a real primitive
     * but a mock of one, the coroutine is awaited. On the thread that runs the coroutine.
     */
    private static final class PrimitiveCalls extends DirectCalls {
        @Override
        public @Nullable Object get(AsyncQueue<?> queue, Carrier carrier) throws Throwable {
            return queue.isReal() && queue.mayGet(carrier) ? queue.take() : Abi.await(queue.get(), carrier);
        }

        @Override
        public @Nullable Object put(AsyncQueue<?> queue, Object item, Carrier carrier) throws Throwable {
            return putUnchecked(queue, item, carrier);
        }

        @SuppressWarnings("unchecked") // the compiler has checked the call of put that this stands for
        private static <T> @Nullable Object putUnchecked(AsyncQueue<T> queue, Object item, Carrier carrier)
                throws Throwable {
            if (item == null || !queue.isReal() || !queue.mayPut(carrier)) {
                return Abi.await(queue.put((T) item), carrier);
            }
            queue.add((T) item);
            return null;
        }

        @Override
        public @Nullable Object join(AsyncQueue<?> queue, Carrier carrier) throws Throwable {
            return queue.isReal() && queue.isJoined(carrier) ? null : Abi.await(queue.join(), carrier);
        }

        @Override
        public @Nullable Object acquire(AsyncLock lock, Carrier carrier) throws Throwable {
            AsyncLock.Held held = lock.isReal() ? lock.acquireNow(carrier) : null;
            return held == null ? Abi.await(lock.acquire(), carrier) : held;
        }

        @Override
        public @Nullable Object acquire(AsyncCondition condition, Carrier carrier) throws Throwable {
            AsyncLock lock = condition.lockOrNull();
            return lock == null ? Abi.await(condition.acquire(), carrier) : acquire(lock, carrier);
        }

        @Override
        public @Nullable Object acquire(AsyncSemaphore semaphore, Carrier carrier) throws Throwable {
            AsyncSemaphore.Permit permit = semaphore.isReal() ? semaphore.acquireNow(carrier) : null;
            return permit == null ? Abi.await(semaphore.acquire(), carrier) : permit;
        }

        @Override
        public @Nullable Object untilSet(AsyncEvent event, Carrier carrier) throws Throwable {
            return event.isReal() && event.isSetFor(carrier) ? null : Abi.await(event.untilSet(), carrier);
        }
    }
}
