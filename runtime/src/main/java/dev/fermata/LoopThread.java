package dev.fermata;

import dev.fermata.internal.Backend;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * An event loop on a thread of its own, for programs whose threads belong to somebody else: a web server, a framework, a
 * test. It runs from {@link #start} until {@link #close}, also while it has nothing to do. Any thread hands it coroutines and
 * gets futures: {@code return loopThread.run(() -> offer(id));}. anyio: {@code start_blocking_portal}; in asyncio one
 * starts a thread that calls {@code run_forever}.
 *
 * <p>A program that has a main thread of its own needs none of this, but {@link Asyncio#run}.
 *
 * <p>The thread is a daemon: it does not keep the process alive. It handles no signals, and the end of the process does not
 * wait for it; whoever has started it closes it. An interrupt that is left on the thread is dropped, and
 * {@link EventLoop#stop} does not end it. If the JVM itself is in trouble (a VirtualMachineError other than a
 * StackOverflowError), the remaining tasks are cancelled, the thread ends with that error, and {@code run} refuses from then
 * on. From any thread.
 */
public final class LoopThread implements AutoCloseable {
    private final Backend.ThreadRuns runs;

    private LoopThread(Backend.ThreadRuns runs) {
        this.runs = runs;
    }

    /**
     * Starts a daemon thread that runs a new event loop. The thread has the context class loader of the calling one, and
     * inherits none of its thread locals.
     *
     * @param name of the thread
     */
    public static LoopThread start(String name) {
        return start(name, EventLoop::create);
    }

    /**
     * As {@link #start(String)}, with a loop that the caller has set up: its exception handler, its executor, debug mode.
     *
     * @param name of the thread
     * @param loop creates the loop, on the calling thread; {@link #close} closes it
     * @throws IllegalStateException if that loop is closed, is a guest, runs already, or is in virtual time, which does not
     *     wait for other threads. What {@code loop} throws is thrown as it is. In either case no thread was started
     */
    public static LoopThread start(String name, Supplier<EventLoop> loop) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(loop, "loop");
        return new LoopThread(Backend.get().startThread(name, loop));
    }

    /**
     * Runs a task on the loop, which calls {@code callable} in its first step and awaits the coroutine it returns. The
     * future fails with the task's own failure, and cancelling the future cancels the task. On the loop's thread, await the
     * future: {@code get} and {@code join} throw there. asyncio: {@code run_coroutine_threadsafe}. anyio: {@code start_task_soon}.
     *
     * @throws IllegalStateException if this is closed, is being closed, or has ended
     */
    public <T> CompletableFuture<T> run(AsyncCallable<T> callable) {
        return runs.run(Objects.requireNonNull(callable, "run(null): there is nothing to call"));
    }

    /**
     * Runs {@code coroutine} as a task on the loop. Otherwise as {@link #run(AsyncCallable)}.
     *
     * @throws IllegalStateException if the coroutine was started before, or as {@link #run(AsyncCallable)}; the coroutine is
     *     then closed
     */
    public <T> CompletableFuture<T> run(Coroutine<T> coroutine) {
        return runs.run(Objects.requireNonNull(coroutine, "run(null): there is nothing to run"));
    }

    /**
     * Returns the loop.
     *
     * @throws IllegalStateException if this is closed, is being closed, or has ended
     */
    public EventLoop loop() {
        return runs.loop();
    }

    /**
     * Cancels the tasks that are left, and those that they create, waits for them, for calls on threads and for the thread,
     * and closes the loop, as the end of {@link Asyncio#run} does. From the beginning of the close on, {@code run} is
     * refused. Closing again waits for the same. On the thread of another event loop, which this would block, call it in
     * {@link Asyncio#runInThread runInThread}.
     *
     * <p>If the calling thread is interrupted meanwhile, the loop no longer waits for calls on threads; it still waits for
     * its tasks. The calling thread stays interrupted.
     *
     * @throws IllegalStateException on the loop's own thread and within a {@code toThread} or {@code runInThread} of this
     *     loop: either would wait for itself
     */
    @Override
    public void close() {
        runs.close();
    }
}
