package dev.fermata.internal.loop;

import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.internal.Backend;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of a {@link dev.fermata.Runner}: its loop, and the thread that uses it. Used by one thread at a time;
 * {@link #loop} may be called from any thread.
 */
final class RunnerRuns implements Backend.Runs {
    private final Supplier<EventLoop> maker;

    /** Null if debug mode is left as it is. */
    private final @Nullable Boolean debug;

    private @Nullable Loop loop;
    private @Nullable MainRuns runs;
    private boolean closed;

    /** The thread that runs it or closes it right now. */
    private @Nullable Thread user;

    RunnerRuns(Supplier<EventLoop> loop, @Nullable Boolean debug) {
        this.maker = loop;
        this.debug = debug;
    }

    @Override
    public <T> T run(Coroutine<T> main) {
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

    @Override
    public <T> T run(AsyncCallable<T> main) {
        return run(new Call<>(main));
    }

    @Override
    public synchronized Loop loop() {
        if (closed) {
            throw new IllegalStateException("The runner is closed");
        }
        Loop made = loop;
        if (made == null) {
            made = Loop.of(maker.get());
            if (made.engine().isGuest()) {
                throw new IllegalStateException(Loop.NOT_RUN);
            }
            if (debug != null) {
                made.setDebug(debug);
            }
            loop = made;
        }
        return made;
    }

    private synchronized MainRuns begin() {
        Loop toRun = loop();
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

    private void checkFree(Loop toRun) {
        if (EventLoop.runningOrNull() != null) {
            throw new IllegalStateException(
                    "An event loop runs on thread "
                            + Thread.currentThread().getName()
                            + " already, and running another one inside it would block the first. Await the coroutine, or start it with createTask");
        }
        Thread other = user == null ? toRun.engine().thread() : user;
        if (other != null) {
            throw new IllegalStateException("The runner is in use by thread " + other.getName());
        }
    }

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
