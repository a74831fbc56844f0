package dev.fermata.internal.threads;

import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.Origin;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A call that runs on a thread of an executor and completes a promise. Its parts run in this order, each once at most.
 *
 * @param <T> the type of the result
 */
class ExecutorCall<T> implements Origin, Runnable {
    /** The call that this thread makes and whose end a loop waits for when it closes. */
    private static final ThreadLocal<@Nullable ExecutorCall<?>> OWN = new ThreadLocal<>();

    final LoopExecutor executor;
    final LoopPromise<T> promise;
    private final Callable<T> callable;

    /** Whether the loop waits for the end of the call when it closes, even if the call was cancelled. */
    private final boolean own;

    /** Called on the loop's thread when the call has ended, or when it is known that it will never run; null for nothing. */
    private final @Nullable Runnable afterwards;

    /** Set by the thread that runs the call, or by the cancel that keeps it from running, whichever comes first. */
    private final AtomicBoolean taken = new AtomicBoolean();

    /** The thread that makes the call, while it does. Written by that thread. */
    private volatile @Nullable Thread thread;

    /**
     * Creates a call that has not begun.
     *
     * @param own whether it goes to the loop's own executor
     */
    ExecutorCall(LoopExecutor executor, Callable<T> callable, boolean own) {
        this(executor, callable, own, null);
    }

    ExecutorCall(LoopExecutor executor, Callable<T> callable, boolean own, @Nullable Runnable afterwards) {
        this.executor = executor;
        this.afterwards = afterwards;
        this.own = own;
        this.callable = Objects.requireNonNull(callable, "callable");
        this.promise = new LoopPromise<>(executor.engine, this);
    }

    /** Returns the thread that makes the call; null before and after. From any thread. */
    public final @Nullable Thread thread() {
        return thread;
    }

    /** Whether the calling thread makes a call that {@code executor} waits for when its loop closes. From any thread. */
    static boolean isMadeHere(LoopExecutor executor) {
        ExecutorCall<?> call = OWN.get();
        return call != null && call.executor == executor;
    }

    /** Makes the call. On the executor's thread. Whatever the call throws is the failure of the promise. */
    @Override
    public final void run() {
        if (!taken.compareAndSet(false, true)) {
            return;
        }
        T result;
        thread = Thread.currentThread();
        ExecutorCall<?> outer =
                OWN.get(); // there is one if this executor makes calls on the thread that hands them over
        if (own) {
            OWN.set(this);
        }
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
            if (outer == null) {
                OWN.remove();
            } else {
                OWN.set(outer);
            }
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

    /** Makes the call itself, on the executor's thread. */
    T call(Callable<T> callable) throws Exception {
        return callable.call();
    }

    /** Called on the loop's thread when the call has returned and the promise is still pending. */
    void succeeded(T result) {
        promise.setResult(result);
    }

    /** Called on the loop's thread when the call has failed and the promise is still pending. */
    void failed(Throwable failure) {
        promise.setException(failure);
    }

    /**
     * Records the end of the call. On the loop's thread.
     *
     * @return false if the promise was cancelled while the call ran
     */
    private boolean ended() {
        gone();
        if (promise.done()) {
            return false;
        }
        executor.engine.outsideEnded();
        return true;
    }

    /**
     * Cancels the promise. As in asyncio, a call that has not begun will not run; one that has begun continues, and its
     * result is dropped.
     */
    @Override
    public boolean cancel(LoopPromise<?> cancelled, @Nullable String message) {
        keepFromRunning();
        executor.engine.outsideEnded();
        return cancelled.cancelNow(message);
    }

    /**
     * Keeps the call from running. On the loop's thread.
     *
     * @return false if the call has begun
     */
    final boolean keepFromRunning() {
        boolean kept = taken.compareAndSet(false, true);
        if (kept) {
            gone();
        }
        return kept;
    }

    private void gone() {
        if (own) {
            executor.callEnded(this);
        }
        if (afterwards != null) {
            afterwards.run();
        }
    }

    @Override
    public String shortly() {
        return "call in an executor";
    }

    @Override
    public String describe() {
        return "a call in an executor: " + Guarded.description(callable::toString);
    }
}
