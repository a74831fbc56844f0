package dev.fermata;

import dev.fermata.abi.Done;
import dev.fermata.internal.Backend;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The functions of Fermata, for static import: {@code import static dev.fermata.Asyncio.*;}. asyncio: the functions of the
 * module {@code asyncio}, under the same names in Java's spelling.
 *
 * <p>{@link #run} is for a thread on which no loop runs; {@link #done} and {@link #dump} are for any thread. All others are
 * for the thread of a running loop. Elsewhere they throw an {@code IllegalStateException}; those that give a cold coroutine do
 * so when it is awaited.
 */
public final class Asyncio {
    /** No limit, where a limit is asked for; longer than any loop lives. */
    public static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private Asyncio() {}

    // ---- running

    /**
     * Runs {@code main} on a new event loop on the calling thread. At its end, what is left is cancelled and awaited, until
     * nothing is left, and the loop is closed. asyncio: {@code run}.
     *
     * <p>On the program's main thread the first Ctrl-C cancels {@code main}, and when that has cleaned up and ended, this
     * throws a {@link KeyboardInterrupt}; uncaught, it ends the process with the exit code 130. The second Ctrl-C ends the
     * process at once. A program with a SIGINT handler of its own keeps it.
     *
     * <p>When the process ends in the middle of a run on any thread, by SIGTERM or {@code System.exit}, {@code main} is
     * cancelled too and the process waits for the end of the run, up to {@link EventLoop#setShutdownLimit}. A loop whose own
     * thread calls {@code System.exit} just stops. Neither is done in virtual time.
     *
     * @return its result; a failure is thrown as it is
     * @throws KeyboardInterrupt if Ctrl-C ended it
     * @throws IllegalStateException if a loop runs on this thread already
     */
    public static <T> T run(Coroutine<T> main) {
        return Backend.get().run(main, EventLoop.create());
    }

    /**
     * Runs what {@code main} returns; it is called on the loop.
     *
     * @return its result
     * @throws IllegalStateException if a loop runs on this thread already
     */
    public static <T> T run(AsyncCallable<T> main) {
        return run(main, EventLoop::create);
    }

    /**
     * Runs on a loop of another kind: {@code run(() -> main(), EventLoop::virtualTime)}. asyncio: {@code run} with a
     * {@code loop_factory}.
     *
     * @param loop makes the loop, which is closed at the end
     */
    public static <T> T run(AsyncCallable<T> main, Supplier<EventLoop> loop) {
        Objects.requireNonNull(main, "run(null): there is nothing to run");
        return Backend.get().run(main, loop.get());
    }

    // ---- awaiting, in woven code

    /**
     * Waits for a coroutine, task or promise: gives its result or throws its failure, as it is. If it is not there yet, the
     * calling {@link Async} method is left and other tasks run. Awaiting what is done does not yield. asyncio: {@code await}.
     *
     * @throws CancelledError if the task is cancelled while it waits, or what it awaits is cancelled
     * @throws IllegalStateException in code that was not woven
     */
    public static <T> T await(Awaitable<T> awaitable) {
        throw notWoven(awaitable);
    }

    /**
     * The same for a stage; a {@code CompletionException} around its failure is taken off, and one that was cancelled gives a
     * {@link CancelledError}. A cancel of the task cancels the stage.
     */
    public static <T> T await(CompletionStage<T> stage) {
        throw notWoven(stage);
    }

    /**
     * The same, and tells the compiler what may be thrown, where the call that made the task does not stand here.
     *
     * @param failure only its type matters
     */
    public static <T, E extends Throwable> T await(Awaitable<T> awaitable, Class<E> failure) throws E {
        throw notWoven(awaitable);
    }

    /** The same for a stage. */
    public static <T, E extends Throwable> T await(CompletionStage<T> stage, Class<E> failure) throws E {
        throw notWoven(stage);
    }

    private static IllegalStateException notWoven(@Nullable Object awaited) {
        if (awaited instanceof Coroutine<?> coroutine) {
            coroutine.close();
        }
        return Backend.get().notWoven();
    }

    /** The result of an {@link Async} method that has none: {@code return done()}. asyncio: {@code return}. */
    public static Coroutine<Void> done() {
        return Done.of(null);
    }

    /** The result of an {@link Async} method: {@code return done(x)}. Elsewhere a value that may be awaited any number of times. */
    public static <T> Coroutine<T> done(@Nullable T result) {
        return Done.of(result);
    }

    // ---- tasks

    /**
     * Has {@code coroutine} run as a task beside the others, from the next iteration on. asyncio: {@code create_task}.
     *
     * @throws IllegalStateException if it was awaited or made a task before
     */
    public static <T> Task<T> createTask(Coroutine<T> coroutine) {
        return loopFor(coroutine).createTask(coroutine);
    }

    /** The same, with a name for dumps and messages. */
    public static <T> Task<T> createTask(Coroutine<T> coroutine, String name) {
        return loopFor(coroutine).createTask(coroutine, name);
    }

    /**
     * The same.
     *
     * @param name for dumps and messages; null for a number
     * @param eagerStart whether the first step is made now, inside this call: a coroutine that does not suspend is done when
     *     this returns. asyncio: {@code eager_start}
     */
    public static <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart) {
        return loopFor(coroutine).createTask(coroutine, name, eagerStart);
    }

    /** Has a task call {@code callable} in its first step and await what it returns: {@code createTask(() -> fetch(url))}. */
    public static <T> Task<T> createTask(AsyncCallable<T> callable) {
        return EventLoop.running().createTask(callable);
    }

    /** The same, with a name for dumps and messages. */
    public static <T> Task<T> createTask(AsyncCallable<T> callable, String name) {
        return EventLoop.running().createTask(callable, name);
    }

    /** Without a loop the coroutine will not run: it is closed, not left to be reported as never awaited. */
    private static EventLoop loopFor(@Nullable Coroutine<?> coroutine) {
        if (EventLoop.runningOrNull() == null && coroutine != null) {
            coroutine.close();
        }
        return EventLoop.running();
    }

    /** The running task; null in a callback. asyncio: {@code current_task}. */
    public static @Nullable Task<?> currentTask() {
        return EventLoop.running().currentTask();
    }

    /** The tasks of the running loop that have not ended, in the order of their creation. asyncio: {@code all_tasks}. */
    public static List<Task<?>> allTasks() {
        return EventLoop.running().allTasks();
    }

    /** A promise of the running loop. asyncio: {@code loop.create_future()}. */
    public static <T> Promise<T> createPromise() {
        return EventLoop.running().createPromise();
    }

    /**
     * All tasks of all event loops that run in this process: what each waits for, where, and for whom, as text. What a thread
     * dump is for threads. A loop on another thread is asked, and given a second; one that does not answer is shown with what
     * keeps its thread. From any thread, with or without a loop. asyncio: {@code print_call_graph}, {@code python -m asyncio
     * pstree}.
     */
    public static String dump() {
        return Backend.get().dump();
    }

    // ---- time

    /** Waits for {@code time}; zero or less yields exactly one iteration. asyncio: {@code sleep}. */
    public static Coroutine<Void> sleep(Duration time) {
        return Backend.get().sleep(time, null);
    }

    /** Waits for {@code time} and gives {@code result}. asyncio: {@code sleep(delay, result)}. */
    public static <T> Coroutine<T> sleep(Duration time, T result) {
        return Backend.get().sleep(time, result);
    }

    /**
     * A block that has to be left within {@code limit}: {@code try (var t = timeout(limit)) { … }}. Counts from now.
     * asyncio: {@code timeout}.
     *
     * @param limit {@link #FOREVER} for none; zero or less expires at the first await that waits
     * @throws IllegalStateException if no task is running
     */
    public static Timeout timeout(Duration limit) {
        return Backend.get().timeout(limit);
    }

    /**
     * The same, with a time. asyncio: {@code timeout_at}.
     *
     * @param when in nanoseconds of {@link EventLoop#time()}; {@code Long.MAX_VALUE} for none
     */
    public static Timeout timeoutAt(long when) {
        return Backend.get().timeoutAt(when);
    }

    /**
     * Waits for {@code awaitable} at most {@code limit}. When the time is up it is cancelled, and this waits until it has
     * really ended; a result that arrived in spite of that is given. asyncio: {@code wait_for}.
     *
     * @param limit zero or less starts nothing, but gives what is there already; {@link #FOREVER} for none
     * @return a coroutine that throws {@link TimeoutException} when the time was up
     */
    public static <T> Coroutine<T> waitFor(Awaitable<T> awaitable, Duration limit) {
        return Backend.get().waitFor(Objects.requireNonNull(awaitable, "waitFor(null)"), limit);
    }

    // ---- several at once

    /**
     * Runs all of {@code awaitables} at once and gives their results in the order of the arguments. The first failure goes to
     * the awaiter at once and the others run on; cancelling the promise cancels them. asyncio: {@code gather}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Promise<List<T>> gather(Awaitable<? extends T>... awaitables) {
        return Backend.get().gather(Arrays.asList(awaitables));
    }

    /** The same for a collection, in its order. */
    public static <T> Promise<List<T>> gather(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Backend.get().gather(awaitables);
    }

    /**
     * As {@link #gather(Awaitable...)}, but waits for all and gives how each ended. asyncio: {@code gather} with
     * {@code return_exceptions=True}.
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Promise<List<Outcome<T>>> gatherSettled(Awaitable<? extends T>... awaitables) {
        return Backend.get().gatherSettled(Arrays.asList(awaitables));
    }

    /** The same for a collection, in its order. */
    public static <T> Promise<List<Outcome<T>>> gatherSettled(Collection<? extends Awaitable<? extends T>> awaitables) {
        return Backend.get().gatherSettled(awaitables);
    }

    /**
     * Waits until enough of {@code tasks} are done, and only looks: it does not cancel, and a failure that nobody else asks
     * for stays unread. asyncio: {@code wait}, without a timeout.
     *
     * @param when what is enough
     * @param tasks at least one; a coroutine is made a task first, so that somebody has it afterwards
     * @return a coroutine that says which are done and which are not
     * @throws IllegalArgumentException if there are none
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> Coroutine<Waited<T>> waitUntil(ReturnWhen when, Deferred<? extends T>... tasks) {
        return waitUntil(when, FOREVER, Arrays.asList(tasks));
    }

    /** The same for a collection. */
    public static <T> Coroutine<Waited<T>> waitUntil(
            ReturnWhen when, Collection<? extends Deferred<? extends T>> tasks) {
        return waitUntil(when, FOREVER, tasks);
    }

    /**
     * The same, but waits no longer than {@code limit}; that the time is up is no exception. asyncio: {@code wait(timeout)}.
     *
     * @param limit zero or less looks once; {@link #FOREVER} for none
     */
    public static <T> Coroutine<Waited<T>> waitUntil(
            ReturnWhen when, Duration limit, Collection<? extends Deferred<? extends T>> tasks) {
        return Backend.get().waitUntil(when, limit, tasks);
    }

    /**
     * Gives tasks in the order in which they end: {@code for (Coroutine<Page> next : asCompleted(tasks)) show(await(next))}.
     * It does not cancel any. asyncio: {@code as_completed}.
     *
     * @param tasks each counts once
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T> AsCompleted<T> asCompleted(Deferred<? extends T>... tasks) {
        return asCompleted(FOREVER, Arrays.asList(tasks));
    }

    /** The same for a collection. */
    public static <T> AsCompleted<T> asCompleted(Collection<? extends Deferred<? extends T>> tasks) {
        return asCompleted(FOREVER, tasks);
    }

    /**
     * The same; those that have not ended within {@code limit} from now on give a {@link TimeoutException}. asyncio:
     * {@code as_completed} with a {@code timeout}.
     *
     * @param limit {@link #FOREVER} for none
     */
    public static <T> AsCompleted<T> asCompleted(Duration limit, Collection<? extends Deferred<? extends T>> tasks) {
        return Backend.get().asCompleted(limit, tasks);
    }

    /**
     * Keeps a cancel of the awaiter away from {@code awaitable}: the awaiter gets its {@link CancelledError}, what runs inside
     * runs on. asyncio: {@code shield}.
     */
    public static <T> Promise<T> shield(Awaitable<T> awaitable) {
        return Backend.get().shield(awaitable);
    }

    /**
     * A promise that ends as {@code stage} does, so that what takes coroutines, tasks and promises takes stages too:
     * {@code gather(wrapFuture(stage), …)}. Cancelling the promise cancels the stage. {@code await} needs no such help.
     * asyncio: {@code wrap_future}.
     */
    public static <T> Promise<T> wrapFuture(CompletionStage<T> stage) {
        Objects.requireNonNull(stage, "wrapFuture(null): there is no stage to wait for");
        return Backend.get().wrapFuture(stage);
    }

    // ---- threads

    /**
     * Has {@code callable} called on another thread and waits for it: for code that blocks. A cancel does not interrupt it;
     * it runs on unheard. asyncio: {@code to_thread}.
     *
     * @return a coroutine that throws what the call throws, and RejectedExecutionException if the loop was given an executor
     *     that has been shut down
     */
    public static <T> Coroutine<T> toThread(Callable<T> callable) {
        return Backend.get().toThread(Objects.requireNonNull(callable, "callable"));
    }

    /**
     * As {@link #toThread}, for calls that end when their thread is interrupted. A cancel interrupts it, waits until the call
     * has ended, and only then is delivered: no thread runs on unheard, and {@link #waitFor} and {@link #timeout} give up
     * that late. A further cancel interrupts the thread again.
     *
     * <p>The {@link CancelledError} has as its cause what the call threw because of the interrupt: an InterruptedException,
     * or an exception that has one among its causes. What a call gives although it was cancelled is lost; if it throws
     * something else instead, its cleaning up has failed, and that is thrown. asyncio has nothing like it.
     */
    public static <T> Coroutine<T> toThreadInterruptibly(Callable<T> callable) {
        return Backend.get().toThreadInterruptibly(Objects.requireNonNull(callable, "callable"));
    }
}
