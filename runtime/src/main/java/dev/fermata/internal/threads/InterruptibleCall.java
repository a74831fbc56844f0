package dev.fermata.internal.threads;

import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.engine.LoopPromise;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A call in the loop's executor whose thread is interrupted by a cancel. The promise then ends when the call has ended.
 *
 * @param <T> the type of the result
 */
final class InterruptibleCall<T> extends ExecutorCall<T> {
    /** The number of causes to look at: they may form a ring. */
    private static final int MOST_CAUSES = 64;

    /** The thread that makes the call, while it does. Guarded by this. */
    private @Nullable Thread thread;

    /** Whether the thread is to be interrupted, now or as soon as it begins. Guarded by this. */
    private boolean interrupted;

    /**
     * Whether the call had begun when it was cancelled; {@link #message} is that of the first cancel. On the loop's thread.
     */
    private boolean cancelled;

    private @Nullable String message;

    /** What the cancelled call threw because of the interrupt. On the loop's thread. */
    @Nullable
    Throwable answer;

    InterruptibleCall(LoopExecutor executor, Callable<T> callable) {
        super(executor, callable, true);
    }

    @Override
    T call(Callable<T> callable) throws Exception {
        begin();
        try {
            return super.call(callable);
        } finally {
            end();
        }
    }

    private synchronized void begin() {
        thread = Thread.currentThread();
        if (interrupted) {
            thread.interrupt();
        }
    }

    /**
     * Called before the thread returns to its executor: an interrupt that was meant for this call must not reach the next
     * one.
     */
    private synchronized void end() {
        thread = null;
        if (interrupted) {
            Thread.interrupted();
        }
    }

    private synchronized void interrupt() {
        interrupted = true;
        if (thread != null) {
            thread.interrupt();
        }
    }

    @Override
    public boolean cancel(LoopPromise<?> promise, @Nullable String message) {
        if (keepFromRunning()) {
            executor.engine.outsideEnded();
            return promise.cancelNow(message);
        }
        if (!cancelled) {
            cancelled = true;
            this.message = message;
        }
        interrupt();
        return true;
    }

    @Override
    void succeeded(T result) {
        if (cancelled) {
            promise.cancelNow(message);
        } else {
            super.succeeded(result);
        }
    }

    @Override
    void failed(Throwable failure) {
        if (cancelled && isOfInterrupt(failure)) {
            answer = failure;
            promise.cancelNow(message);
        } else {
            super.failed(failure);
        }
    }

    private static boolean isOfInterrupt(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MOST_CAUSES && cause != null; i++) {
            if (cause instanceof InterruptedException
                    || cause instanceof ClosedByInterruptException
                    || cause instanceof FileLockInterruptionException
                    || (cause instanceof InterruptedIOException && !(cause instanceof SocketTimeoutException))) {
                return true;
            }
            cause = Guarded.cause(cause);
        }
        return false;
    }
}
