package dev.fermata;

import dev.fermata.internal.Backend;
import java.nio.channels.SelectableChannel;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The event loop: runs tasks and callbacks on one thread, first in first out, one iteration after the other. In an
 * iteration the loop runs what is ready when the iteration starts, oldest first. What becomes ready meanwhile runs in the
 * next iteration, after the loop has polled channels and checked timers. Most programs only need {@link Asyncio#run}.
 *
 * <p>All methods are for the loop's own thread unless they say otherwise. In debug mode ({@code -Dfermata.debug=true}) a
 * call from another thread throws an IllegalStateException. Only the runtime implements this interface. asyncio:
 * {@code AbstractEventLoop}.
 */
public interface EventLoop {
    /** Creates a loop in real time. From any thread. asyncio: {@code new_event_loop()}. */
    static EventLoop create() {
        return Backend.get().create();
    }

    /**
     * Creates a loop for tests. Its time stands still while anything runs, and jumps to the next timer when nothing is
     * ready. If nothing is left that could wake a task, {@code run} throws a {@link DeadlockException} that lists each task
     * with what it waits for.
     *
     * <p>Events from outside of the loop take real time. While a call in an executor is outstanding, or a task awaits a
     * stage that is neither a hot method's nor derived from one, virtual time stands still and the loop really waits, up to
     * {@link #setOutsideLimit}. After that limit {@code run} throws a {@code DeadlockException} too. From any thread.
     */
    static EventLoop virtualTime() {
        return Backend.get().virtualTime();
    }

    /**
     * Creates a loop that lives on the thread of another loop, such as that of a GUI. It has no run of its own;
     * {@code host} runs its iterations. The loop runs from now on until it is closed. From any thread.
     */
    static EventLoop guest(GuestHost host) {
        return Backend.get().guest(Objects.requireNonNull(host, "host"));
    }

    /**
     * Returns the loop that runs on the calling thread. asyncio: {@code get_running_loop()}.
     *
     * @throws IllegalStateException if no loop runs on this thread
     */
    static EventLoop running() {
        return Backend.get().running();
    }

    /** Returns the loop that runs on the calling thread, or null if there is none. asyncio: {@code _get_running_loop()}. */
    static @Nullable EventLoop runningOrNull() {
        return Backend.get().runningOrNull();
    }

    /** Returns the loops that run in this process, in the order in which they were created. From any thread. */
    static List<EventLoop> runningLoops() {
        return Backend.get().runningLoops();
    }

    // ---- running

    /**
     * Runs the loop until {@code awaitable} is done. The loop stays open and other tasks stay as they are;
     * {@link Asyncio#run} ends both. If the calling thread is interrupted meanwhile, {@code awaitable} is cancelled and the
     * thread stays interrupted. asyncio: {@code run_until_complete}.
     *
     * @return the result of {@code awaitable}; its failure is thrown as it is
     * @throws IllegalStateException if the loop is closed or a guest, if a loop already runs on this thread, or if
     *     {@link #stop} was called before {@code awaitable} was done
     */
    <T> T runUntilComplete(Awaitable<T> awaitable);

    /**
     * Runs the loop until {@link #stop} is called or the calling thread is interrupted. The loop stays open, and the thread
     * stays interrupted. asyncio: {@code run_forever}.
     *
     * @throws IllegalStateException if the loop is closed or a guest, or if a loop already runs on this thread
     */
    void runForever();

    /**
     * Makes {@link #runForever} return after the current iteration. Called before it, {@code runForever} runs one iteration
     * without waiting. asyncio: {@code stop}.
     */
    void stop();

    /**
     * Closes the loop. It reports failures that were never read, then shuts its executor down and waits for it, up to five
     * minutes. Callbacks and tasks that have not run never will. A guest loop that still has tasks first cancels them and
     * the tasks that these create; it closes once all of them, the calls in its executor and their callbacks have ended.
     * Closing a closed loop does nothing. asyncio: {@code close()}.
     *
     * @throws IllegalStateException if the loop is running and not a guest, or in debug mode if a guest is closed from
     *     another thread
     */
    void close();

    /** Whether the loop was closed. asyncio: {@code is_closed()}. */
    boolean isClosed();

    /** Whether the loop runs on the calling thread. From any thread. asyncio: {@code is_running()}. */
    boolean isRunning();

    // ---- callbacks and time

    /**
     * Calls {@code callback} in the next iteration. asyncio: {@code call_soon}.
     *
     * @throws IllegalStateException if the loop is closed, or in debug mode from another thread
     */
    Handle callSoon(Runnable callback);

    /**
     * Calls {@code callback} on the loop's thread, and wakes the loop if it waits. This is the way in from other threads:
     * it may be called from any thread, and so may {@link Handle#cancel} of the handle it returns. asyncio:
     * {@code call_soon_threadsafe}.
     *
     * @throws IllegalStateException if the loop is closed
     */
    Handle callSoonThreadsafe(Runnable callback);

    /**
     * Starts a task for another thread. The task calls {@code callable} in its first step and awaits the coroutine it
     * returns; the calling thread receives a future of the result. From any thread. asyncio:
     * {@code run_coroutine_threadsafe}.
     *
     * <p>The future fails with the task's own failure; cancelling the future cancels the task. If the loop closes before
     * the task has ended, the future fails with an IllegalStateException. On the loop's own thread, {@code get} and
     * {@code join} of the future throw an IllegalStateException while it is not done, because they would wait for ever.
     *
     * @throws IllegalStateException if the loop is closed
     */
    <T> CompletableFuture<T> runThreadsafe(AsyncCallable<T> callable);

    /**
     * As {@link #runThreadsafe(AsyncCallable)}, for a coroutine. If the loop closes first, the coroutine is closed.
     *
     * @throws IllegalStateException if the coroutine was started before, or if the loop is closed
     */
    <T> CompletableFuture<T> runThreadsafe(Coroutine<T> coroutine);

    /**
     * Calls {@code callback} after {@code delay}. A callback with a negative delay runs before callbacks that were
     * scheduled with a delay of zero. asyncio: {@code call_later}.
     *
     * @throws IllegalStateException as {@link #callSoon}
     */
    TimerHandle callLater(Duration delay, Runnable callback);

    /**
     * Calls {@code callback} at the time {@code when}. asyncio: {@code call_at}.
     *
     * @param when in nanoseconds of {@link #time()}; {@code Long.MAX_VALUE} for never
     * @throws IllegalStateException as {@link #callSoon}
     */
    TimerHandle callAt(long when, Runnable callback);

    /** Returns the loop's time in nanoseconds, monotonic, from an arbitrary origin. asyncio: {@code time()}, in seconds. */
    long time();

    // ---- channels

    /**
     * Waits until {@code channel} can be read from without blocking, or its peer has closed, or it has failed; the read
     * shows which. To save the wait, read first and wait only if there was nothing. asyncio: what {@code sock_recv} does
     * when it has to wait.
     *
     * <p>One task at a time may wait for a channel to be readable (or to accept), and one for it to be writable (or to
     * connect). A cancel ends the wait and leaves the channel as it is.
     *
     * @param channel open, in non-blocking mode
     * @return a coroutine. When it is awaited, it throws: ClosedChannelException if the channel is closed; its subclass
     *     AsynchronousCloseException if the channel is closed meanwhile (in the next iteration if another task closed it,
     *     within a second if another thread did); IllegalArgumentException if such a channel is never read from;
     *     IllegalStateException if the channel is in blocking mode, if another task waits for the same or
     *     {@link #addReader} has set a callback, or if the loop is closed or not the running one;
     *     UnsupportedOperationException on a guest loop
     */
    Coroutine<Void> readable(SelectableChannel channel);

    /**
     * Waits until {@code channel} can be written to without blocking. A write may still take only a part of the data: write
     * first, and wait when something is left. asyncio: what {@code sock_sendall} does when it has to wait.
     *
     * @return a coroutine that throws what that of {@link #readable} throws
     */
    Coroutine<Void> writable(SelectableChannel channel);

    /**
     * Waits until {@code channel} has a connection to accept. asyncio: what {@code sock_accept} does when it has to wait.
     *
     * @return a coroutine that throws what that of {@link #readable} throws
     */
    Coroutine<Void> acceptable(SelectableChannel channel);

    /**
     * Waits until {@code channel}, which is connecting, has connected or failed; {@code finishConnect()} shows which. asyncio:
     * what {@code sock_connect} does when it has to wait.
     *
     * @return a coroutine that throws what that of {@link #readable} throws
     */
    Coroutine<Void> connectable(SelectableChannel channel);

    /**
     * Calls {@code callback} whenever {@code channel} can be read from or can accept, once per iteration. It replaces a
     * callback that was set before. Closing the channel removes it. asyncio: {@code add_reader}.
     *
     * @param channel in non-blocking mode
     * @throws IllegalArgumentException if the channel is closed
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is in blocking mode
     * @throws IllegalStateException if a task waits for the same
     */
    void addReader(SelectableChannel channel, Runnable callback);

    /**
     * Removes the callback set by {@link #addReader}. asyncio: {@code remove_reader}.
     *
     * @return whether there was a callback
     */
    boolean removeReader(SelectableChannel channel);

    /** As {@link #addReader}, for writing and connecting. asyncio: {@code add_writer}. */
    void addWriter(SelectableChannel channel, Runnable callback);

    /**
     * Removes the callback set by {@link #addWriter}. asyncio: {@code remove_writer}.
     *
     * @return whether there was a callback
     */
    boolean removeWriter(SelectableChannel channel);

    // ---- signals

    /**
     * Calls {@code handler} on the loop's thread each time the process receives {@code signal}, until the handler is
     * removed or the loop is closed; then the previous handler is restored. While a handler is set for {@code INT}, Ctrl-C
     * does nothing else. Virtual time does not wait for signals. If the process was started with INT, TERM or HUP ignored, as
     * {@code nohup} and {@code cmd &} in a script do, the JVM leaves that so: the handler is never called, and a warning is
     * logged. asyncio: {@code add_signal_handler}.
     *
     * @param signal its name, with or without {@code SIG}: INT, TERM, HUP, USR2
     * @throws IllegalArgumentException if this system has no such signal, or if the JVM keeps it for itself
     * @throws UnsupportedOperationException without the module {@code jdk.unsupported}
     * @throws IllegalStateException as {@link #callSoon}
     */
    void addSignalHandler(String signal, Runnable handler);

    /**
     * Removes the handler set by {@link #addSignalHandler}. asyncio: {@code remove_signal_handler}.
     *
     * @return whether there was a handler
     */
    boolean removeSignalHandler(String signal);

    // ---- tasks and promises

    /**
     * Runs {@code coroutine} as a task, from the next iteration on. asyncio: {@code create_task}.
     *
     * @throws IllegalStateException if the coroutine was started before, or as {@link #callSoon}
     */
    default <T> Task<T> createTask(Coroutine<T> coroutine) {
        return createTask(coroutine, null, false);
    }

    /** As {@link #createTask(Coroutine)}, with a name for dumps and messages. */
    default <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name) {
        return createTask(coroutine, name, false);
    }

    /**
     * As {@link #createTask(Coroutine)}, with a name and the choice of when to start.
     *
     * @param name for dumps and messages; null for a number
     * @param eagerStart whether the task makes its first step now, inside this call. asyncio: {@code eager_start}
     */
    <T> Task<T> createTask(Coroutine<T> coroutine, @Nullable String name, boolean eagerStart);

    /**
     * Starts a task that calls {@code callable} in its first step and awaits the coroutine it returns. If the call throws,
     * the task fails with that exception.
     *
     * @throws IllegalStateException as {@link #callSoon}
     */
    default <T> Task<T> createTask(AsyncCallable<T> callable) {
        return createTask(callable, null, false);
    }

    /** As {@link #createTask(AsyncCallable)}, with a name for dumps and messages. */
    default <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name) {
        return createTask(callable, name, false);
    }

    /** As {@link #createTask(Coroutine, String, boolean)}; with {@code eagerStart}, the call is made inside this one. */
    <T> Task<T> createTask(AsyncCallable<T> callable, @Nullable String name, boolean eagerStart);

    /** Creates a promise. asyncio: {@code create_future}. */
    <T> Promise<T> createPromise();

    /** Returns the task whose step is running, or null in a callback. asyncio: {@code current_task}. */
    @Nullable
    Task<?> currentTask();

    /** Returns how many tasks have not ended. From another thread the number may be slightly out of date. */
    int taskCount();

    /** Returns the tasks that have not ended, in the order of their creation. asyncio: {@code all_tasks}. */
    List<Task<?>> allTasks();

    /**
     * Describes, as text for people to read, the tasks that have not ended: what each task waits for and where, below the
     * task that awaits it. The text is empty if there are none. {@link Asyncio#dump} covers all loops. asyncio:
     * {@code print_call_graph}, for all tasks.
     */
    String describeTasks();

    // ---- threads

    /**
     * Calls {@code callable} on a thread of {@code executor}. If the promise is cancelled, a call that has not begun does
     * not run; one that has begun continues, and its result is dropped. asyncio: {@code run_in_executor}.
     *
     * @param executor null for the loop's own: virtual threads where the JDK has them, or {@link #setDefaultExecutor}
     * @throws java.util.concurrent.RejectedExecutionException if the executor was shut down
     * @throws IllegalStateException as {@link #callSoon}
     */
    <T> Promise<T> runInExecutor(@Nullable Executor executor, Callable<T> callable);

    /**
     * Sets the executor of {@code toThread}, and of {@code runInExecutor} without an executor, from now on. The loop owns it:
     * closing the loop shuts it down and waits for its calls. asyncio: {@code set_default_executor}.
     *
     * @throws IllegalStateException as {@link #callSoon}
     */
    void setDefaultExecutor(ExecutorService executor);

    // ---- settings and failures

    /**
     * Sets the handler that receives failures that reach no code; null for the default, which logs them. asyncio:
     * {@code set_exception_handler}.
     */
    void setExceptionHandler(@Nullable ExceptionHandler handler);

    /**
     * Returns the handler that receives failures that reach no code; null for the default. asyncio:
     * {@code get_exception_handler}.
     */
    @Nullable
    ExceptionHandler getExceptionHandler();

    /**
     * Logs a failure. For a handler that wants logging besides what it does itself. asyncio:
     * {@code default_exception_handler}.
     */
    void defaultExceptionHandler(ExceptionHandler.Context context);

    /**
     * Calls the exception handler, or the default one if none is set. What the handler throws is logged. asyncio:
     * {@code call_exception_handler}.
     */
    void callExceptionHandler(ExceptionHandler.Context context);

    /**
     * Sets how long a failure may stay unread before it is reported. In loop time; one second at first, zero is allowed.
     */
    void setUnreadFailureGrace(Duration grace);

    /** Sets how long virtual time waits for stages and threads from outside before it fails. In real time; 5 s at first. */
    void setOutsideLimit(Duration limit);

    /**
     * Sets how long the end of the process waits for the end of a run. In real time; 5 s at first, zero for not at all,
     * {@link Asyncio#FOREVER} for no limit. See {@link Asyncio#run}.
     */
    void setShutdownLimit(Duration limit);

    /**
     * Returns the random numbers of this loop: for jitter, for simulations, and for whatever else shall be the same when a
     * test is run again. Under {@code @Explore} they come from the seed that a failure reports. Not for secrets. On the loop's
     * thread.
     */
    RandomGenerator random();

    /** Sets what {@link #random()} returns, for a test: {@code loop.setRandom(new Random(42))}. On the loop's thread. */
    void setRandom(RandomGenerator random);

    /**
     * Sets the policy that decides in which order ready entries run and where tasks are cancelled. For tests; null for
     * first in first out.
     */
    void setSchedulePolicy(@Nullable SchedulePolicy policy);

    /**
     * Turns debug mode on or off. It costs time and finds mistakes: a call from another thread than the loop's is an error,
     * and a step that takes longer than {@link #setSlowCallbackDuration} is logged with its stack <em>while</em> it blocks
     * the loop. With {@code -Dfermata.debug=true} each loop is in debug mode, and coroutines that are never awaited are
     * reported to the exception handler with the place where they were created: when they are garbage collected, at the
     * latest when their loop closes. asyncio: {@code set_debug}.
     *
     * @throws IllegalStateException from another thread than the loop's, in debug mode or not
     */
    void setDebug(boolean debug);

    /** Whether debug mode is on. asyncio: {@code get_debug}. */
    boolean isDebug();

    /**
     * Sets how long a step may take before debug mode logs it as slow, and a flight recording records it as slow. In real
     * time; 100 ms at first. asyncio: {@code slow_callback_duration}.
     */
    void setSlowCallbackDuration(Duration duration);

    /**
     * Checks, in debug mode, that the calling thread is the loop's. For primitives of your own, see
     * {@link dev.fermata.lowlevel}. From any thread.
     *
     * @param what the method that was called, for the message
     * @throws IllegalStateException in debug mode from another thread
     */
    void checkThread(String what);
}
