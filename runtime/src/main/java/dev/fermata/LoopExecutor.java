package dev.fermata;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loop's own executor, which it makes for itself with its first call unless it was given one, and the calls that run there. */
final class LoopExecutor {
    private final EventLoop loop;

    /** Made with the first call, or somebody's; shut down when the loop closes. */
    private @Nullable ExecutorService threads;

    /** Whether {@link #threads} was made here. */
    private boolean made;

    /** Those that have not ended, cancelled ones too, in the order in which they were made. */
    private final Set<ExecutorCall<?>> calls = new LinkedHashSet<>();

    LoopExecutor(EventLoop loop) {
        this.loop = loop;
    }

    /** {@link EventLoop#runInExecutor}, which says what {@code executor} may be. */
    <T> Promise<T> call(@Nullable Executor executor, Callable<T> callable) {
        if (executor == null) {
            return call(new ExecutorCall<>(loop, callable, true));
        }
        ExecutorCall<T> call = new ExecutorCall<>(loop, callable, false);
        executor.execute(call);
        loop.outsideStarted();
        return call.promise;
    }

    /** Hands a call that was made as the loop's own to the loop's executor. */
    <T> Promise<T> call(ExecutorCall<T> call) {
        ExecutorService executor = threads();
        calls.add(call); // first: an executor may make the call here and now
        try {
            executor.execute(call);
        } catch (Throwable refused) {
            calls.remove(call);
            throw refused;
        }
        loop.outsideStarted();
        return call.promise;
    }

    /** Has later calls go to {@code executor}, which becomes the loop's. */
    void replace(ExecutorService executor) {
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

    boolean isBusy() {
        return !calls.isEmpty();
    }

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
    void shutDown() {
        if (threads != null) {
            threads.shutdown();
        }
    }

    void reportBusy() {
        loop.callExceptionHandler(new ExceptionHandler.Context(
                "The loop was closed although calls in its executor are still running", null, null));
    }

    /** The same, and waits for those that run, up to {@code patience} nanoseconds. A thread that is interrupted gives up. */
    void shutDownAndWait(long patience) {
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
