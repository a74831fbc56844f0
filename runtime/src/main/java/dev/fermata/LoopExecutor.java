package dev.fermata;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The executor that a loop makes for itself with its first call, and the calls that run there. */
final class LoopExecutor {
    private final EventLoop loop;

    /** Made with the first call, shut down when the loop closes. */
    private @Nullable ExecutorService threads;

    /** Calls that have not ended, cancelled ones too. */
    private int calls;

    LoopExecutor(EventLoop loop) {
        this.loop = loop;
    }

    /** {@link EventLoop#runInExecutor}, which says what {@code executor} may be. */
    <T> Promise<T> call(@Nullable Executor executor, Callable<T> callable) {
        boolean own = executor == null;
        ExecutorCall<T> call = new ExecutorCall<>(loop, callable, own);
        Executor chosen = executor == null ? threads() : executor;
        chosen.execute(call);
        loop.outsideStarted();
        if (own) {
            calls++;
        }
        return call.promise();
    }

    /** A call in this executor has ended, or was cancelled before it began. On the loop's thread. */
    void callEnded() {
        calls--;
    }

    boolean isBusy() {
        return calls > 0;
    }

    private ExecutorService threads() {
        ExecutorService made = threads;
        if (made == null) {
            made = DefaultExecutor.create();
            threads = made;
        }
        return made;
    }

    /** Takes no more calls, and leaves those that run to themselves. */
    void shutDown() {
        if (threads != null) {
            threads.shutdown();
        }
    }

    /** The same, and waits for those that run, up to {@code patience} nanoseconds. A thread that is interrupted gives up. */
    void shutDownAndWait(long patience) {
        shutDown();
        try {
            if (threads != null && !threads.awaitTermination(patience, TimeUnit.NANOSECONDS)) {
                loop.callExceptionHandler(new ExceptionHandler.Context(
                        "The loop was closed although calls in its executor are still running", null, null));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
