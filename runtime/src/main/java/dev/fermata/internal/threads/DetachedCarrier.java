package dev.fermata.internal.threads;

import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.FailureLog;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.Context;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.traces.Awaiting;
import dev.fermata.internal.traces.Delivery;
import dev.fermata.internal.traces.KnowsPath;
import dev.fermata.internal.traces.OwnFrames;
import dev.fermata.internal.traces.Traces;
import dev.fermata.internal.traces.TracingCarrier;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.ThreadContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The carrier of one hot body that was started outside of any event loop. There is no thread to return to: the body
 * continues on the thread that completes the stage it awaits, or on the one that cancels its future.
 *
 * <p>Three threads meet here: the one that is still on its way out of a suspension, one that completes the awaited stage,
 * and one that cancels. The lock decides which of the latter two ends the wait. Of the two events "the wait has ended" and
 * "the chain has unwound", the thread of the second one runs the next step. No other code is called with the lock held.
 */
final class DetachedCarrier extends TracingCarrier {
    private final Result<Object> result = new Result<>(this);

    /** What the chain waits for, from before the stage can complete until the next step. Guarded by this. */
    private @Nullable Wait wait;

    /**
     * Whether the chain has unwound and {@link #leaf} may be resumed. The thread that resets it resumes the chain. Guarded
     * by this.
     */
    private boolean parked;

    /** Whether a cancel was requested and not thrown yet. Guarded by this. */
    private boolean cancelPending;

    /** The innermost suspended frame. Written before {@link #parked} is set, read after it was seen. */
    private @Nullable Frame<?> leaf;

    /** What an await has thrown last. For the thread that runs the step. */
    private @Nullable Delivery delivered;

    /**
     * What frameworks keep on threads, as the last step has left it; null if that does not follow tasks. For the thread that
     * runs the step, which writes it before the chain is parked.
     */
    private ThreadContext.@Nullable Snapshot carried;

    private DetachedCarrier(ThreadContext.@Nullable Snapshot carried) {
        this.carried = carried;
    }

    static CompletableFuture<?> start(Frame<?> body) {
        DetachedCarrier carrier = new DetachedCarrier(Context.inPlace());
        carrier.run(body, null);
        return carrier.result;
    }

    /**
     * Runs steps until the chain is parked or has ended. The first of them starts {@code body}, or continues with the
     * outcome of {@code ended}.
     */
    private void run(@Nullable Frame<?> body, @Nullable Wait ended) {
        try {
            Object returned = step(body, ended);
            while (returned == Abi.SUSPENDED) {
                leaf = takeChain(leaf);
                Wait next = parkOrTakeEnded();
                if (next == null) {
                    return;
                }
                returned = step(null, next);
            }
            result.complete(returned);
        } catch (CancelledError cancelled) {
            discardWait();
            result.completeCancelled(cancelled);
        } catch (Throwable thrown) {
            discardWait();
            result.fail(thrown, path(thrown));
        }
    }

    /**
     * Runs one step as on a thread without a loop: a loop that runs here, because its task or callback has completed the
     * awaited stage, stands aside. What the future's end makes run is outside of that, as it is with any future.
     */
    private @Nullable Object step(@Nullable Frame<?> body, @Nullable Wait ended) throws Throwable {
        Engine around = Engine.standAside();
        try {
            return stepInPlace(body, ended);
        } finally {
            if (around != null) {
                around.comeBack();
            }
        }
    }

    /** Runs one step, with what frameworks keep on threads in place. */
    private @Nullable Object stepInPlace(@Nullable Frame<?> body, @Nullable Wait ended) throws Throwable {
        ThreadContext.Scope inPlace = carried == null ? null : install(carried);
        try {
            return body == null ? goOn(ended) : begin(body);
        } finally {
            if (inPlace != null) {
                remove(inPlace);
            }
        }
    }

    private static ThreadContext.@Nullable Scope install(ThreadContext.Snapshot snapshot) {
        try {
            return snapshot.install();
        } catch (Throwable failure) {
            failed("put in place", failure);
            return null;
        }
    }

    private void remove(ThreadContext.Scope inPlace) {
        try {
            carried = inPlace.remove();
        } catch (Throwable failure) {
            failed("taken away", failure);
        }
    }

    /** Logs, as a loop does without an exception handler. The body goes on: its future would never complete. */
    private static void failed(String what, Throwable failure) {
        if (Rethrow.isFatal(failure)) {
            throw Rethrow.<Error>unchecked(failure);
        }
        FailureLog.write("What frameworks keep on the thread could not be " + what + " for a hot method", failure);
    }

    private @Nullable Object goOn(@Nullable Wait ended) throws Throwable {
        Wait wokenBy = Objects.requireNonNull(ended);
        Frame<?> toResume = leaf;
        if (wokenBy.failure != null && toResume != null) {
            if (wokenBy.cancelled) {
                Traces.place(wokenBy.failure, toResume, nothingBelow());
            } else {
                show(wokenBy.failure, wokenBy.stage, Awaiting.suspended(toResume, DetachedCarrier::nothingBelow));
            }
        }
        return resume(toResume, wokenBy.value, wokenBy.failure);
    }

    /** Returns an empty trace: the thread that makes the body continue may run any code. */
    private static StackTraceElement[] nothingBelow() {
        return new StackTraceElement[0];
    }

    /** Makes the trace of {@code failure}, which is thrown to what awaits {@code stage}, show the awaiting methods. */
    private void show(Throwable failure, CompletionStage<?> stage, Awaiting awaiting) {
        StackTraceElement[] path = stage instanceof KnowsPath known ? known.path() : null;
        delivered = awaiting.of(failure, path, "stage");
    }

    @Override
    protected @Nullable Delivery lastDelivery() {
        return delivered;
    }

    /**
     * Returns the path of the body's failure. Its trace ends with the code that made the body continue, which is not a part
     * of the path.
     */
    private StackTraceElement @Nullable [] path(Throwable failure) {
        Supplier<StackTraceElement[]> below = () -> OwnFrames.below(DetachedCarrier.class, "run");
        StackTraceElement[] awaited = delivered == null ? null : delivered.path(failure);
        return awaited == null ? Awaiting.made(failure, below) : awaited;
    }

    private @Nullable Object begin(Frame<?> body) throws Throwable {
        try {
            return body.begin(this);
        } catch (Throwable thrown) {
            Traces.settle(thrown);
            throw thrown;
        }
    }

    /**
     * Forgets the wait. An Error that is thrown while a chain unwinds, because the heap is full, say, leaves a wait behind
     * that has no chain.
     */
    private synchronized void discardWait() {
        wait = null;
        leaf = null;
        takeChain(null);
    }

    @Override
    protected void leafLeft() {
        leaf = null;
    }

    /**
     * Parks the chain, unless the wait has ended while the chain was unwinding. Then returns that wait; a cancel that came
     * after its end still wins.
     */
    private synchronized @Nullable Wait parkOrTakeEnded() {
        Wait current = wait;
        if (current == null || !current.ended) {
            parked = true;
            return null;
        }
        wait = null;
        if (cancelPending) {
            cancelPending = false;
            current.cancel(new CancelledError());
        }
        return current;
    }

    @Override
    protected @Nullable Object await(Awaitable<?> awaitable) {
        throw needsLoop("Awaiting " + awaitable);
    }

    @Override
    public ParkableTask task(String what) {
        throw needsLoop(what);
    }

    private static IllegalStateException needsLoop(String what) {
        return new IllegalStateException(what + " needs an event loop, and none ran where this hot method was called."
                + " There it can await only stages, and coroutines that await only those. Let the method return a Coroutine"
                + " instead, and run it on a LoopThread: loopThread.run(() -> …). A program of your own starts with"
                + " Asyncio.run");
    }

    @Override
    protected @Nullable Object await(CompletionStage<?> stage) throws Throwable {
        if (Stages.isDone(stage)) {
            try {
                return Stages.outcomeOf(stage);
            } catch (CancelledError cancel) {
                throw Awaiting.here(cancel);
            } catch (Throwable failure) {
                show(failure, stage, Awaiting.running(DetachedCarrier::nothingBelow));
                throw failure;
            }
        }
        Wait waiting = new Wait(stage);
        if (!beginWait(waiting)) {
            throw Awaiting.here(cancelInsteadOf(waiting));
        }
        try {
            stage.whenComplete(waiting);
        } catch (Throwable thrown) {
            discardWait();
            throw thrown;
        }
        return endedAtOnce(waiting) ? waiting.outcome() : Abi.SUSPENDED;
    }

    /** Begins a wait. Returns false if a cancel is to be thrown instead. */
    private synchronized boolean beginWait(Wait waiting) {
        if (cancelPending) {
            cancelPending = false;
            return false;
        }
        wait = waiting;
        return true;
    }

    private synchronized boolean endedAtOnce(Wait waiting) {
        if (waiting.ended) {
            wait = null;
        }
        return waiting.ended;
    }

    /** Called when the awaited stage has completed, on the thread that completed it. */
    private void completed(Wait waiting, @Nullable Object value, @Nullable Throwable thrown) {
        Throwable failure = thrown == null ? null : Stages.unwrapped(thrown);
        if (end(waiting, value, failure, thrown != null && Stages.isCancel(thrown))) {
            Continuations.run(waiting);
        }
    }

    /**
     * Called when the future was cancelled, on the thread that cancelled it. The cancel is thrown where the body is parked,
     * or at its next await that suspends. If it awaits the future of another hot body, that one is cancelled too, and so on:
     * a loop, because the chain may be long. The innermost body goes on first, as it does when its end wakes the others.
     */
    private void cancel() {
        Deque<Wait> parked = new ArrayDeque<>();
        Wait ended = cancelWait(parked);
        if (ended != null) {
            cancelFrom(ended, parked);
        }
    }

    /**
     * Cancels the stage of a wait that has ended, and the bodies behind it. If the cancel of a stage throws, the bodies go on
     * all the same, because their cleanup would never run; that exception is thrown afterwards.
     *
     * @param parked the waits of bodies that have to go on
     */
    private static void cancelFrom(Wait outermost, Deque<Wait> parked) {
        Throwable failure = null;
        try {
            Wait ended = outermost;
            while (ended != null) {
                DetachedCarrier inner = ended.cancelStage();
                ended = inner == null ? null : inner.cancelWait(parked);
            }
        } catch (Throwable ofStage) {
            failure = ofStage;
        }
        Continuations.runAll(parked, failure);
    }

    /**
     * Cancels a stage instead of waiting for it, because a cancel is pending. Returns what the await throws. Whoever has
     * cancelled cannot be told any more if the stage's cancel throws.
     */
    private static CancelledError cancelInsteadOf(Wait waiting) {
        CancelledError cancel = new CancelledError();
        try {
            cancelFrom(waiting, new ArrayDeque<>());
        } catch (Throwable ofStage) {
            if (Rethrow.isFatal(ofStage)) {
                throw Rethrow.<Error>unchecked(ofStage);
            }
            Suppression.add(cancel, ofStage);
        }
        return cancel;
    }

    /**
     * Ends the wait with a cancel, and adds it to the front of {@code parked} if the caller has to run the next step.
     *
     * @return the wait, whose stage is to be cancelled; null if the body does not wait, and will be cancelled when it does
     */
    private synchronized @Nullable Wait cancelWait(Deque<Wait> parked) {
        Wait waiting = wait;
        if (waiting == null || waiting.ended) {
            cancelPending = true;
            return null;
        }
        if (end(waiting, null, new CancelledError(), true)) {
            parked.addFirst(waiting);
        }
        return waiting;
    }

    /** Ends a wait, once. Returns true if the caller has to run the next step, because the chain has unwound already. */
    private synchronized boolean end(
            Wait waiting, @Nullable Object value, @Nullable Throwable failure, boolean cancelled) {
        if (wait != waiting || waiting.ended) {
            return false;
        }
        waiting.end(value, failure);
        waiting.cancelled = cancelled;
        if (!parked) {
            return false;
        }
        parked = false;
        wait = null;
        return true;
    }

    /** The wait for one stage. Its fields are guarded by the carrier until it has ended, and final from then on. */
    private final class Wait implements BiConsumer<Object, Throwable>, Runnable {
        private final CompletionStage<?> stage;
        boolean ended;

        @Nullable
        Object value;

        @Nullable
        Throwable failure;

        /** Whether {@link #failure} is a cancel that was created for the await, and not what the stage failed with. */
        boolean cancelled;

        Wait(CompletionStage<?> stage) {
            this.stage = stage;
        }

        @Override
        public void accept(@Nullable Object result, @Nullable Throwable thrown) {
            completed(this, result, thrown);
        }

        /** Goes on with the body, after {@link DetachedCarrier#end} has said so. */
        @Override
        public void run() {
            DetachedCarrier.this.run(null, this);
        }

        void end(@Nullable Object value, @Nullable Throwable failure) {
            this.ended = true;
            this.value = value;
            this.failure = failure;
        }

        void cancel(CancelledError error) {
            end(null, error);
            cancelled = true;
        }

        /**
         * Returns the outcome or throws it, for methods that still run because the wait has ended before they could
         * suspend.
         */
        @Nullable
        Object outcome() throws Throwable {
            if (failure == null) {
                return value;
            }
            if (cancelled) {
                throw Awaiting.here(failure);
            }
            show(failure, stage, Awaiting.running(DetachedCarrier::nothingBelow));
            throw failure;
        }

        /**
         * Cancels the awaited stage. A stage that shows no future to cancel continues, and its result is dropped.
         *
         * @return the carrier of the body that the caller has to cancel, because the stage is its future; null if none
         */
        @Nullable
        DetachedCarrier cancelStage() {
            try {
                CompletableFuture<?> future = stage.toCompletableFuture();
                if (future instanceof Result<?> ofHot) {
                    return ofHot.completeCancelled() ? ofHot.carrier : null;
                }
                future.cancel(true);
            } catch (UnsupportedOperationException hidden) {
                return null;
            }
            return null;
        }
    }

    /** The future that the hot method returns. */
    private static final class Result<T> extends CompletableFuture<T> implements KnowsPath {
        private final DetachedCarrier carrier;

        /** Written before this completes, and read after that. */
        private StackTraceElement @Nullable [] path;

        Result(DetachedCarrier carrier) {
            this.carrier = carrier;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (completeCancelled()) {
                carrier.cancel();
                return true;
            }
            return isCancelled();
        }

        /** Completes this because it is cancelled. Returns false if it was complete; otherwise the body is to be told. */
        boolean completeCancelled() {
            return completeExceptionally(new CancellationException());
        }

        void fail(Throwable failure, StackTraceElement @Nullable [] way) {
            path = way;
            completeExceptionally(failure);
        }

        @Override
        public StackTraceElement @Nullable [] path() {
            return path;
        }

        /** Completes this as {@link #isCancelled()}, because a cancel has ended the body; the trace shows where. */
        void completeCancelled(CancelledError cancelled) {
            CancellationException cancellation = new CancellationException(Guarded.message(cancelled));
            cancellation.initCause(cancelled);
            completeExceptionally(cancellation);
        }
    }
}
