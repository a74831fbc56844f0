package dev.fermata.internal.engine;

import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.traces.Awaiting;
import dev.fermata.internal.traces.Delivery;
import dev.fermata.internal.traces.OwnFrames;
import dev.fermata.internal.traces.Traces;
import dev.fermata.internal.traces.TracingCarrier;
import dev.fermata.lowlevel.ParkableTask;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The carrier of an event loop: it knows the task whose step is running. There is one for each loop. On the loop's thread.
 */
public final class LoopCarrier extends TracingCarrier {
    private final Engine engine;

    /** The task whose step runs; null between steps, and while a tick runs inside a step (a modal dialog). */
    private @Nullable LoopTask<?> current;

    /** The result of {@link #below}; null if it is not known. */
    private StackTraceElement @Nullable [] below;

    LoopCarrier(Engine engine) {
        this.engine = engine;
    }

    /**
     * Returns the running task, for a primitive that parks it. Throws an IllegalStateException outside of a loop, or if no
     * task is running.
     */
    public static LoopTask<?> current(Carrier carrier, String what) {
        return carrier instanceof LoopCarrier ofLoop ? ofLoop.requireTask() : (LoopTask<?>) carrier.task(what);
    }

    @Override
    public ParkableTask task(String what) {
        return requireTask();
    }

    /** Returns the running task. Throws an IllegalStateException if there is none. */
    LoopTask<?> requireTask() {
        LoopTask<?> running = current;
        if (running == null) {
            throw new IllegalStateException("No task is running. Only a task can await; a callback cannot");
        }
        return running;
    }

    @Nullable
    LoopTask<?> taskOrNull() {
        return current;
    }

    /**
     * Makes {@code task} the running one.
     *
     * @return the previous one, to be restored at the end of the step
     */
    @Nullable
    LoopTask<?> mount(@Nullable LoopTask<?> task) {
        LoopTask<?> before = current;
        current = task;
        return before;
    }

    /**
     * Makes the first step of a task: runs its coroutine from the beginning, or not at all if the task was cancelled
     * before.
     */
    @Nullable
    Object begin(@Nullable Object body, @Nullable Throwable failure) throws Throwable {
        if (failure != null) {
            throw failure;
        }
        try {
            if (body instanceof Frame<?> coroutine) {
                return coroutine.beginClaimed(this);
            }
            if (body instanceof AsyncCallable<?> callable) {
                return Abi.await(callable.call(), this);
            }
            return Abi.await((Awaitable<?>) body, this);
        } catch (Throwable thrown) {
            Traces.settle(thrown);
            throw thrown;
        }
    }

    /** Makes a later step of a task: resumes the parked chain, from its leaf outwards. */
    @Nullable
    Object goOn(@Nullable Frame<?> leaf, @Nullable Object value, @Nullable Throwable failure) throws Throwable {
        if (failure instanceof CancelledError cancel && CancelAccess.get().place(cancel) && leaf != null) {
            Traces.place(cancel, leaf, below());
        }
        return resume(leaf, value, failure);
    }

    @Nullable
    Frame<?> takeFrames() {
        return takeChain();
    }

    @Override
    protected @Nullable Object await(Awaitable<?> awaitable) throws Throwable {
        LoopDeferred<?> deferred = awaitable instanceof LoopDeferred<?> ours // coroutines do not get here
                ? ours
                : LoopDeferred.from((Deferred<?>) awaitable);
        return deferred.done() ? outcomeOf(deferred, null) : requireTask().park(deferred);
    }

    /**
     * Returns the outcome of a deferred that is done, for the running task. The trace of a failure then shows what awaited
     * it.
     *
     * @param resumed the primitive that the trampoline has resumed and that reads the outcome; null if running methods
     *     await it
     */
    public @Nullable Object outcomeOf(LoopDeferred<?> deferred, @Nullable Frame<?> resumed) throws Throwable {
        try {
            return deferred.readOutcome();
        } catch (Throwable failure) {
            if (failure instanceof CancelledError cancel && CancelAccess.get().place(cancel)) {
                throw Awaiting.here(cancel); // created for this await
            }
            requireTask().delivered(awaiting(resumed).of(failure, deferred.path(), deferred.shortly()));
            throw failure;
        }
    }

    /** Makes the trace of each failure show what awaited it. The failures are thrown together into the running task. */
    public void showAwaiting(List<LoopDeferred<?>> failed, @Nullable Frame<?> resumed) {
        Awaiting awaiting = awaiting(resumed);
        for (LoopDeferred<?> each : failed) {
            Throwable failure = each.peekFailure();
            if (failure != null) {
                awaiting.of(failure, each.path(), each.shortly());
            }
        }
    }

    @Override
    protected @Nullable Delivery lastDelivery() {
        return current == null ? null : current.lastDelivery();
    }

    private Awaiting awaiting(@Nullable Frame<?> resumed) {
        return resumed == null ? Awaiting.running(this::below) : Awaiting.suspended(resumed, this::below);
    }

    /** Returns what a trace of the loop's thread ends with. It stays the same until other code runs the loop. */
    StackTraceElement[] below() {
        StackTraceElement[] known = below;
        if (known == null) {
            known = OwnFrames.below(Engine.class, "runReady");
            below = known.length == 0 ? null : known;
        }
        return known;
    }

    /** Called when other code runs the loop from now on. */
    void forgetBelow() {
        below = null;
    }

    @Override
    protected @Nullable Object await(CompletionStage<?> stage) throws Throwable {
        if (engine.stages.isDone(stage)) {
            try {
                return engine.stages.outcomeOf(stage);
            } catch (CancelledError cancel) {
                throw Awaiting.here(cancel);
            } catch (Throwable failure) {
                requireTask().delivered(Awaiting.running(this::below).of(failure, null, "stage"));
                throw failure;
            }
        }
        LoopPromise<?> promise = engine.stages.promiseOf(engine, stage);
        return promise.done() ? outcomeOf(promise, null) : requireTask().park(promise);
    }
}
