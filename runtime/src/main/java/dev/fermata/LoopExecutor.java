package dev.fermata;

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

    /** Calls that have not ended, cancelled ones too. */
    private int calls;

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
        threads().execute(call);
        loop.outsideStarted();
        calls++;
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
    void callEnded() {
        calls--;
    }

    boolean isBusy() {
        return calls > 0;
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
