package dev.fermata;

import dev.fermata.internal.Backend;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Runs several main tasks on one event loop, one after the other: {@code try (Runner runner = new Runner()) { … }}. What
 * {@link Asyncio#run} does at its end, {@link #close()} does once. Tasks that one run leaves behind continue in the next.
 *
 * <p>One thread at a time may use it. The loop is created when it is first needed. asyncio: {@code Runner}.
 */
public final class Runner implements AutoCloseable {
    private final Backend.Runs runs;

    /** Creates a runner of a loop in real time. */
    public Runner() {
        this(EventLoop::create);
    }

    /**
     * Creates a runner of a loop of another kind: {@code new Runner(EventLoop::virtualTime)}.
     *
     * @param loop creates the loop, which the runner closes
     */
    public Runner(Supplier<EventLoop> loop) {
        this.runs = Backend.get().runs(Objects.requireNonNull(loop, "loop"), null);
    }

    /**
     * As {@link #Runner(Supplier)}, with the loop's debug mode turned on or off.
     *
     * @param loop creates the loop, which the runner closes
     * @param debug as for {@link EventLoop#setDebug}
     */
    public Runner(Supplier<EventLoop> loop, boolean debug) {
        this.runs = Backend.get().runs(Objects.requireNonNull(loop, "loop"), debug);
    }

    /**
     * Runs {@code main} on the loop, on the calling thread. Ctrl-C and the end of the process end it as they end
     * {@link Asyncio#run}; the end of the process then waits for {@link #close()}, too. asyncio: {@code run}.
     *
     * @return the result of {@code main}; a failure is thrown as it is
     * @throws KeyboardInterrupt if Ctrl-C ended it
     * @throws IllegalStateException if the runner is closed or in use, or if a loop already runs on this thread; the
     *     coroutine is then closed
     */
    public <T> T run(Coroutine<T> main) {
        return runs.run(Objects.requireNonNull(main, "run(null): there is nothing to run"));
    }

    /** Calls {@code main} on the loop and runs the coroutine it returns. Otherwise as {@link #run(Coroutine)}. */
    public <T> T run(AsyncCallable<T> main) {
        return runs.run(Objects.requireNonNull(main, "run(null): there is nothing to run"));
    }

    /**
     * Returns the loop. From any thread. asyncio: {@code get_loop}.
     *
     * @throws IllegalStateException if the runner is closed
     */
    public EventLoop getLoop() {
        return runs.loop();
    }

    /**
     * Cancels the tasks that are left, and those that they create, waits for them and closes the loop, as the end of
     * {@link Asyncio#run} does. Closing again does nothing. asyncio: {@code close}.
     *
     * @throws IllegalStateException if the runner is in use, or if a loop runs on this thread
     */
    @Override
    public void close() {
        runs.close();
    }
}
