package dev.fermata.internal.engine;

import dev.fermata.AsyncCallable;
import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
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
    private final EventLoop loop;
    private final TaskTable tasks;
    private final ReadyQueue ready;

    /** Instead of the number of a task: none is running. */
    static final int NO_TASK = -1;

    /**
     * The number of the task whose step runs; {@link #NO_TASK} between steps, and while a tick runs inside a step (a modal
     * dialog).
     */
    private int current = NO_TASK;

    private boolean hasGivenWay;

    /** The result of {@link #below}; null if it is not known. */
    private StackTraceElement @Nullable [] below;

    LoopCarrier(Engine engine, TaskTable tasks, ReadyQueue ready) {
        this.engine = engine;
        this.loop = engine.face;
        this.tasks = tasks;
        this.ready = ready;
    }

    /**
     * Returns the running task, for a primitive that parks it. Throws an IllegalStateException outside of a loop, or if no
     * task is running.
     */
    public static LoopTask<?> current(Carrier carrier, String what) {
        return carrier instanceof LoopCarrier ofLoop ? ofLoop.requireTask() : (LoopTask<?>) carrier.task(what);
    }

    /**
     * Parks the running task until the next iteration: {@code await(sleep(Duration.ZERO))}. This does not look at the task:
     * the processor would have to fetch it before it could begin with the next step.
     */
    public Object giveWay() {
        if (current == NO_TASK) {
            throw noTask();
        }
        takeChain(null); // empty, unless an Error came while a chain unwound and was caught
        if (!hasGivenWay) {
            ready.addStep(current);
            engine.requestTick();
            hasGivenWay = true;
        }
        return Abi.SUSPENDED;
    }

    /** Whether the step that ends has called {@link #giveWay}; false from then on. */
    boolean takeHasGivenWay() {
        boolean has = hasGivenWay;
        hasGivenWay = false;
        return has;
    }

    @Override
    public ParkableTask task(String what) {
        return requireTask();
    }

    @Override
    public EventLoop loop(String what) {
        if (current == NO_TASK) {
            throw noTask();
        }
        return loop;
    }

    /** Returns the running task. Throws an IllegalStateException if there is none. */
    LoopTask<?> requireTask() {
        LoopTask<?> running = taskOrNull();
        if (running == null) {
            throw noTask();
        }
        return running;
    }

    private static IllegalStateException noTask() {
        return new IllegalStateException("No task is running. Only a task can await; a callback cannot");
    }

    @Nullable
    LoopTask<?> taskOrNull() {
        return current == NO_TASK ? null : tasks.get(current);
    }

    /**
     * Makes the task with this number the running one.
     *
     * @return the number of the previous one, to be restored at the end of the step
     */
    int mount(int task) {
        int before = current;
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
            if (failure instanceof CancelledError cancel) {
                CancelAccess.get().fillIn(cancel);
            }
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
        if (failure instanceof CancelledError cancel
                && CancelAccess.get().place(cancel)
                && (leaf == null || !Traces.place(cancel, leaf, below()))) {
            CancelAccess.get().fillIn(cancel);
        }
        return resume(leaf, value, failure);
    }

    @Override
    protected void leafLeft() {
        LoopTask<?> running = taskOrNull();
        if (running != null) {
            running.leafLeft();
        }
    }

    /** Returns the leaf of the chain that has suspended; {@code resumed} if that is still the leaf. */
    @Nullable
    Frame<?> takeFrames(@Nullable Frame<?> resumed) {
        return takeChain(resumed);
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
            return deferred.outcome();
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
        LoopTask<?> running = taskOrNull();
        return running == null ? null : running.lastDelivery();
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
