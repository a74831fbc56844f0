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

/**
 * A loop's own executor, and the calls that run there. Unless the loop was given one, it creates an executor with its first
 * call. On the loop's thread.
 */
public final class LoopExecutor {
    final Engine engine;

    /** Created with the first call, or passed in by a user. Shut down when the loop closes. */
    private @Nullable ExecutorService threads;

    /** Whether {@link #threads} was created here. */
    private boolean made;

    /** The calls that have not ended, including cancelled ones, in the order in which they were made. */
    private final Set<ExecutorCall<?>> calls = new LinkedHashSet<>();

    /** Creates an executor that is opened with the first call. */
    public LoopExecutor(Engine engine) {
        this.engine = engine;
    }

    /** Implements {@link dev.fermata.EventLoop#runInExecutor}, which describes {@code executor}. */
    public <T> LoopPromise<T> call(@Nullable Executor executor, Callable<T> callable) {
        if (executor == null) {
            return call(new ExecutorCall<>(this, callable, true));
        }
        ExecutorCall<T> call = new ExecutorCall<>(this, callable, false);
        executor.execute(call);
        engine.outsideStarted();
        return call.promise;
    }

    /** Hands a call that was created as the loop's own to the loop's executor. */
    <T> LoopPromise<T> call(ExecutorCall<T> call) {
        ExecutorService executor = threads();
        calls.add(call); // first, because an executor may make the call right here
        try {
            executor.execute(call);
        } catch (Throwable refused) {
            calls.remove(call);
            throw refused;
        }
        engine.outsideStarted();
        return call.promise;
    }

    /** Replaces the executor: later calls go to {@code executor}, which belongs to the loop from now on. */
    public void replace(ExecutorService executor) {
        if (made) {
            shutDown(); // no other code knows it; its calls continue
        }
        threads = executor;
        made = false;
    }

    /** Called when a call in this executor has ended, or was cancelled before it began. */
    void callEnded(ExecutorCall<?> call) {
        calls.remove(call);
    }

    /** Whether the calling thread makes one of these calls. From any thread. */
    public boolean makesCallHere() {
        return ExecutorCall.isMadeHere(this);
    }

    /** Whether calls have not ended. */
    public boolean isBusy() {
        return !calls.isEmpty();
    }

    /** Returns the calls that have not ended. */
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

    /** Shuts the executor down: it accepts no more calls, and calls that run continue. */
    public void shutDown() {
        if (threads != null) {
            threads.shutdown();
        }
    }

    /** Reports that the loop closes although calls have not ended. */
    public void reportBusy() {
        engine.report(new ExceptionHandler.Context(
                ExceptionHandler.Kind.CALLS_LEFT_AT_CLOSE,
                "The event loop was closed while calls in its executor were still running",
                null,
                null));
    }

    /**
     * As {@link #shutDown}, and waits for calls that run, up to {@code patience} nanoseconds. If the thread is interrupted,
     * it stops waiting.
     */
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
