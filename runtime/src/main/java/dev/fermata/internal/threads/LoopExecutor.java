package dev.fermata.internal.threads;

import dev.fermata.ExceptionHandler;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopPromise;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop's own executor, which it makes for itself with its first call unless it was given one, and the calls that run there. */
public final class LoopExecutor {
    final Engine engine;

    /** Made with the first call, or somebody's; shut down when the loop closes. */
    private @Nullable ExecutorService threads;

    /** Whether {@link #threads} was made here. */
    private boolean made;

    /** Those that have not ended, cancelled ones too, in the order in which they were made. */
    private final Set<ExecutorCall<?>> calls = new LinkedHashSet<>();

    /** An executor that is created with the first call. */
    public LoopExecutor(Engine engine) {
        this.engine = engine;
    }

    /** {@link dev.fermata.EventLoop#runInExecutor}, which says what {@code executor} may be. */
    public <T> LoopPromise<T> call(@Nullable Executor executor, Callable<T> callable) {
        if (executor == null) {
            return call(new ExecutorCall<>(this, callable, true));
        }
        ExecutorCall<T> call = new ExecutorCall<>(this, callable, false);
        executor.execute(call);
        engine.outsideStarted();
        return call.promise;
    }

    /** Hands a call that was made as the loop's own to the loop's executor. */
    <T> LoopPromise<T> call(ExecutorCall<T> call) {
        ExecutorService executor = threads();
        calls.add(call); // first: an executor may make the call here and now
        try {
            executor.execute(call);
        } catch (Throwable refused) {
            calls.remove(call);
            throw refused;
        }
        engine.outsideStarted();
        return call.promise;
    }

    /** Has later calls go to {@code executor}, which becomes the loop's. */
    public void replace(ExecutorService executor) {
        if (made) {
            shutDown(); // nobody else knows it; its calls go on
        }
        threads = executor;
        made = false;
    }

    /** A call in this executor has ended, or was cancelled before it began. On the loop's thread. */
    void callEnded(ExecutorCall<?> call) {
        calls.remove(call);
    }

    /** Whether calls have not ended. */
    public boolean isBusy() {
        return !calls.isEmpty();
    }

    /** Those that have not ended. */
    List<ExecutorCall<?>> calls() {
        return List.copyOf(calls);
    }

    private ExecutorService threads() {
        ExecutorService present = threads;
        if (present == null) {
            present = DefaultExecutor.create();
            threads = present;
            made = true;
        }
        return present;
    }

    /** Takes no more calls, and leaves those that run to themselves. */
    public void shutDown() {
        if (threads != null) {
            threads.shutdown();
        }
    }

    /** The loop closes although calls have not ended. */
    public void reportBusy() {
        engine.report(new ExceptionHandler.Context(
                "The loop was closed although calls in its executor are still running", null, null));
    }

    /** The same, and waits for those that run, up to {@code patience} nanoseconds. A thread that is interrupted gives up. */
    public void shutDownAndWait(long patience) {
        shutDown();
        try {
            if (threads != null && !threads.awaitTermination(patience, TimeUnit.NANOSECONDS)) {
                reportBusy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
