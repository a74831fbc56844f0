package dev.fermata;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.Awaiting;
import dev.fermata.internal.Delivery;
import dev.fermata.internal.OwnFrames;
import dev.fermata.internal.Stages;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The carrier of an event loop: it knows the task whose step runs. One for each loop. */
final class LoopCarrier extends Carrier {
    private final EventLoop loop;

    /** The task whose step runs; null between steps, and while a tick runs inside a step (a modal dialog). */
    private @Nullable Task<?> current;

    /** What {@link #below} says; null if that is not known. */
    private StackTraceElement @Nullable [] below;

    LoopCarrier(EventLoop loop) {
        this.loop = loop;
    }

    /**
     * The running task, for a primitive that wants to park it.
     *
     * @param what the primitive, for the message: "sleep"
     * @throws IllegalStateException if {@code carrier} belongs to a hot method that was started outside of a loop
     */
    static Task<?> current(Carrier carrier, String what) {
        if (carrier instanceof LoopCarrier ofLoop) {
            return ofLoop.task();
        }
        throw new IllegalStateException(what + " needs an event loop: start it with Asyncio.run");
    }

    /** The running task. */
    Task<?> task() {
        Task<?> running = current;
        if (running == null) {
            throw new IllegalStateException("No task is running: coroutines are awaited by tasks, not by callbacks");
        }
        return running;
    }

    @Nullable
    Task<?> taskOrNull() {
        return current;
    }

    /** Makes {@code task} the running one. @return the one before, to be put back at the end of the step */
    @Nullable
    Task<?> mount(@Nullable Task<?> task) {
        Task<?> before = current;
        current = task;
        return before;
    }

    /** The first step of a task: runs its coroutine from the beginning, or not at all if it was cancelled before. */
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
            settle(thrown);
            throw thrown;
        }
    }

    /** A later step: the parked chain goes on, from its leaf outwards. */
    @Nullable
    Object goOn(@Nullable Frame<?> leaf, @Nullable Object value, @Nullable Throwable failure) throws Throwable {
        if (failure instanceof CancelledError cancel && cancel.takeUnplaced() && leaf != null) {
            place(cancel, leaf, below());
        }
        return resume(leaf, value, failure);
    }

    @Nullable
    Frame<?> takeFrames() {
        return takeChain();
    }

    @Override
    protected @Nullable Object await(Awaitable<?> awaitable) throws Throwable {
        Deferred<?> deferred = (Deferred<?>) awaitable; // Awaitable is sealed, and coroutines do not come here
        return deferred.done() ? outcomeOf(deferred, null) : task().park(deferred);
    }

    /**
     * The outcome of a deferred that is done, read for the running task. A failure then shows who awaited it.
     *
     * @param resumed the primitive that the trampoline has resumed and that reads it; null if methods are running and await it
     */
    @Nullable
    Object outcomeOf(Deferred<?> deferred, @Nullable Frame<?> resumed) throws Throwable {
        try {
            return deferred.readOutcome();
        } catch (Throwable failure) {
            if (failure instanceof CancelledError cancel && cancel.takeUnplaced()) {
                throw Awaiting.here(cancel); // made for this await
            }
            task().delivered(awaiting(resumed).of(failure, deferred.path(), deferred.shortly()));
            throw failure;
        }
    }

    /** The failures of these are thrown together to the running task, and each shows who awaited it. */
    void showAwaiting(List<Deferred<?>> failed, @Nullable Frame<?> resumed) {
        Awaiting awaiting = awaiting(resumed);
        for (Deferred<?> each : failed) {
            Throwable failure = each.peekFailure();
            if (failure != null) {
                awaiting.of(failure, each.path(), each.shortly());
            }
        }
    }

    @Override
    protected @Nullable Delivery delivered() {
        return current == null ? null : current.lastDelivery();
    }

    private Awaiting awaiting(@Nullable Frame<?> resumed) {
        return resumed == null ? Awaiting.running(this::below) : Awaiting.suspended(resumed, this::below);
    }

    /** What a trace of the loop's thread ends with; the same until the loop is run by somebody else. */
    StackTraceElement[] below() {
        StackTraceElement[] known = below;
        if (known == null) {
            known = OwnFrames.below(EventLoop.class, "runReady");
            below = known.length == 0 ? null : known;
        }
        return known;
    }

    /** The loop is run from elsewhere from now on. */
    void forgetBelow() {
        below = null;
    }

    @Override
    protected @Nullable Object await(CompletionStage<?> stage) throws Throwable {
        if (Stages.isDone(stage)) {
            try {
                return Stages.outcomeOf(stage);
            } catch (CancelledError cancel) {
                throw Awaiting.here(cancel);
            } catch (Throwable failure) {
                task().delivered(Awaiting.running(this::below).of(failure, null, "stage"));
                throw failure;
            }
        }
        Promise<?> promise = StageOrigin.promiseOf(loop, stage);
        return promise.done() ? outcomeOf(promise, null) : task().park(promise);
    }
}
