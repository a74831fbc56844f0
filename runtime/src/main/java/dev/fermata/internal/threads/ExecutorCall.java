package dev.fermata.internal.threads;

import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.Origin;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A call that runs on a thread of an executor, behind a promise. Its parts run in this order, each once at most. */
class ExecutorCall<T> implements Origin, Runnable {
    final LoopExecutor executor;
    final LoopPromise<T> promise;
    private final Callable<T> callable;

    /** Whether the loop waits for its end when it closes, cancelled or not. */
    private final boolean own;

    /** Whoever sets it has the call: the thread that runs it, or the cancel that keeps it from running. */
    private final AtomicBoolean taken = new AtomicBoolean();

    /** Who makes the call, while it is made. Written by that thread. */
    private volatile @Nullable Thread thread;

    /** @param own whether it goes to the loop's own executor */
    ExecutorCall(LoopExecutor executor, Callable<T> callable, boolean own) {
        this.executor = executor;
        this.own = own;
        this.callable = Objects.requireNonNull(callable, "callable");
        this.promise = new LoopPromise<>(executor.engine, this);
    }

    /** Who makes the call; null before and after. From any thread. */
    public final @Nullable Thread thread() {
        return thread;
    }

    /** On the executor's thread. Whatever the call throws is the failure of the promise. */
    @Override
    public final void run() {
        if (!taken.compareAndSet(false, true)) {
            return;
        }
        T result;
        thread = Thread.currentThread();
        try {
            result = call(callable);
        } catch (Throwable failure) {
            executor.engine.runOnLoop(new Runnable() {
                @Override
                public void run() {
                    if (ended()) {
                        failed(failure);
                    }
                }
            });
            return;
        } finally {
            thread = null;
        }
        executor.engine.runOnLoop(new Runnable() {
            @Override
            public void run() {
                if (ended()) {
                    succeeded(result);
                }
            }
        });
    }

    /** The call itself, on the executor's thread. */
    T call(Callable<T> callable) throws Exception {
        return callable.call();
    }

    /** On the loop's thread: the call has ended, and the promise has not. */
    void succeeded(T result) {
        promise.setResult(result);
    }

    /** Likewise. */
    void failed(Throwable failure) {
        promise.setException(failure);
    }

    /** On the loop's thread. @return false if the promise was cancelled while the call ran */
    private boolean ended() {
        if (own) {
            executor.callEnded(this);
        }
        if (promise.done()) {
            return false;
        }
        executor.engine.outsideEnded();
        return true;
    }

    /** As asyncio: a call that has not begun will not run, one that has goes on, and nobody hears of its end. */
    @Override
    public boolean cancel(LoopPromise<?> cancelled, @Nullable String message) {
        keepFromRunning();
        executor.engine.outsideEnded();
        return cancelled.cancelNow(message);
    }

    /** On the loop's thread. @return false if the call has begun */
    final boolean keepFromRunning() {
        boolean kept = taken.compareAndSet(false, true);
        if (kept && own) {
            executor.callEnded(this);
        }
        return kept;
    }

    @Override
    public String shortly() {
        return "call in an executor";
    }

    @Override
    public String describe() {
        return "a call in an executor: " + callable;
    }
}
