package dev.fermata;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs several main tasks on one event loop, one after the other: {@code try (Runner runner = new Runner()) { … }}. What
 * {@link Asyncio#run} does at its end, {@link #close()} does once. Tasks that a run leaves behind go on in the next.
 *
 * <p>One thread at a time may use it. The loop is made when it is first needed. asyncio: {@code Runner}.
 */
public final class Runner implements AutoCloseable {
    private final Supplier<EventLoop> maker;

    /** Null to leave debug mode as the loop has it. */
    private final @Nullable Boolean debug;

    private @Nullable EventLoop loop;
    private @Nullable MainRuns runs;
    private boolean closed;

    /** Who runs or closes it right now. */
    private @Nullable Thread user;

    /** A runner of a loop in real time. */
    public Runner() {
        this(EventLoop::create);
    }

    /**
     * A runner of a loop of another kind: {@code new Runner(EventLoop::virtualTime)}.
     *
     * @param loop makes the loop, which the runner closes
     */
    public Runner(Supplier<EventLoop> loop) {
        this(loop, null);
    }

    /**
     * The same, and switches the loop's debug mode.
     *
     * @param loop makes the loop, which the runner closes
     * @param debug as for {@link EventLoop#setDebug}
     */
    public Runner(Supplier<EventLoop> loop, boolean debug) {
        this(loop, (Boolean) debug);
    }

    private Runner(Supplier<EventLoop> loop, @Nullable Boolean debug) {
        this.maker = Objects.requireNonNull(loop, "loop");
        this.debug = debug;
    }

    /**
     * Runs {@code main} on the loop, on the calling thread. Ctrl-C and the end of the process end it as they end
     * {@link Asyncio#run}; the end of the process then waits for {@link #close()}, too. asyncio: {@code run}.
     *
     * @return its result; a failure is thrown as it is
     * @throws KeyboardInterrupt if Ctrl-C ended it
     * @throws IllegalStateException if the runner is closed or in use, or a loop runs on this thread already; the coroutine is
     *     then closed
     */
    public <T> T run(Coroutine<T> main) {
        Objects.requireNonNull(main, "run(null): there is no coroutine to run");
        MainRuns toRun;
        try {
            toRun = begin();
        } catch (IllegalStateException refused) {
            main.close();
            throw refused;
        }
        try {
            return toRun.run(main);
        } finally {
            end();
        }
    }

    /** Runs what {@code main} returns; it is called on the loop. Otherwise as {@link #run(Coroutine)}. */
    public <T> T run(AsyncCallable<T> main) {
        Objects.requireNonNull(main, "run(null): there is nothing to run");
        return run(new Asyncio.Call<>(main));
    }

    /**
     * The loop. From any thread. asyncio: {@code get_loop}.
     *
     * @throws IllegalStateException if the runner is closed
     */
    public synchronized EventLoop getLoop() {
        if (closed) {
            throw new IllegalStateException("The runner is closed");
        }
        EventLoop made = loop;
        if (made == null) {
            made = maker.get();
            if (made.isGuest()) {
                throw new IllegalStateException(EventLoop.NOT_RUN);
            }
            if (debug != null) {
                made.setDebug(debug);
            }
            loop = made;
        }
        return made;
    }

    private synchronized MainRuns begin() {
        EventLoop toRun = getLoop();
        checkFree(toRun);
        if (runs == null) {
            runs = new MainRuns(toRun);
        }
        user = Thread.currentThread();
        return runs;
    }

    private synchronized void end() {
        user = null;
    }

    private void checkFree(EventLoop toRun) {
        if (EventLoop.runningOrNull() != null) {
            throw new IllegalStateException("An event loop runs on thread "
                    + Thread.currentThread().getName()
                    + " already, and a runner inside of it would stop it. Await the coroutine, or make it a task");
        }
        Thread other = user == null ? toRun.thread() : user;
        if (other != null) {
            throw new IllegalStateException("The runner is in use by thread " + other.getName());
        }
    }

    /**
     * Cancels what is left until nothing is left, waits for it and closes the loop, as the end of {@link Asyncio#run} does.
     * Closing again does nothing. asyncio: {@code close}.
     *
     * @throws IllegalStateException if the runner is in use, or a loop runs on this thread
     */
    @Override
    public void close() {
        MainRuns toClose;
        synchronized (this) {
            if (closed) {
                return;
            }
            if (loop != null) {
                checkFree(loop);
            }
            closed = true;
            toClose = runs;
            if (toClose == null && loop != null) {
                toClose = new MainRuns(loop);
            }
        }
        if (toClose != null) {
            toClose.close();
        }
    }
}
