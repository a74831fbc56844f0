package dev.fermata;

import dev.fermata.codegen.Abi;
import dev.fermata.codegen.Carrier;
import dev.fermata.codegen.Frame;
import dev.fermata.internal.Stages;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The carrier of an event loop: it knows the task whose step runs. One for each loop. */
final class LoopCarrier extends Carrier {
    private final EventLoop loop;

    /** The task whose step runs; null between steps, and while a tick runs inside a step (a modal dialog). */
    private @Nullable Task<?> current;

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
            place(cancel, leaf);
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
        return deferred.done() ? deferred.readOutcome() : task().park(deferred);
    }

    @Override
    protected @Nullable Object await(CompletionStage<?> stage) throws Throwable {
        if (Stages.isDone(stage)) {
            return Stages.outcomeOf(stage);
        }
        Promise<?> promise = StageOrigin.promiseOf(loop, stage);
        return promise.done() ? promise.readOutcome() : task().park(promise);
    }
}
