package dev.fermata.codegen;

import dev.fermata.Awaitable;
import dev.fermata.CancelledError;
import dev.fermata.internal.Stages;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries one hot body that was started outside of any event loop. There is no thread to go back to: the body goes on
 * in the thread that completes the stage it awaits, or in the one that cancels its future.
 *
 * <p>Three threads meet here: the one that is still on its way out of a suspension, one that completes the awaited
 * stage, and one that cancels. The lock decides who of the latter two ends the wait, and whoever comes second of "the
 * wait has ended" and "the chain has unwound" runs the next step. Nobody else's code is called with the lock held.
 */
final class DetachedCarrier extends Carrier {
    private final Result<Object> result = new Result<>(this);

    /** What the chain waits for, from before the stage can complete until the next step. Guarded by this. */
    private @Nullable Wait wait;

    /** The chain has unwound and {@link #leaf} may be resumed, by whoever sets this back. Guarded by this. */
    private boolean parked;

    /** A cancel that was asked for and not thrown yet. Guarded by this. */
    private boolean cancelPending;

    /** The innermost suspended frame. Written before {@link #parked} is set, read after it was seen. */
    private @Nullable Frame<?> leaf;

    private DetachedCarrier() {}

    static CompletableFuture<?> start(Frame<?> body) {
        DetachedCarrier carrier = new DetachedCarrier();
        carrier.run(body, null, null);
        return carrier.result;
    }

    /** Runs steps until the chain is parked or has ended. {@code body} is null in all but the first. */
    private void run(@Nullable Frame<?> body, @Nullable Object value, @Nullable Throwable failure) {
        try {
            Object returned = body != null ? begin(body) : resume(takeLeaf(), value, failure);
            while (returned == Abi.SUSPENDED) {
                leaf = takeChain();
                Wait ended = parkOrTakeEnded();
                if (ended == null) {
                    return;
                }
                returned = resume(takeLeaf(), ended.value, ended.failure);
            }
            result.complete(returned);
        } catch (CancelledError cancelled) {
            discardWait();
            result.completeCancelled(cancelled);
        } catch (Throwable thrown) {
            discardWait();
            result.completeExceptionally(thrown);
        }
    }

    private @Nullable Object begin(Frame<?> body) throws Throwable {
        try {
            return body.begin(this);
        } catch (Throwable thrown) {
            settle(thrown);
            throw thrown;
        }
    }

    /** An Error thrown while a chain unwinds, by a full heap say, leaves a wait behind that nobody waits for. */
    private synchronized void discardWait() {
        wait = null;
        takeChain();
    }

    /** A frame that is being resumed is not held: what it lets go of can be collected. */
    private @Nullable Frame<?> takeLeaf() {
        Frame<?> taken = leaf;
        leaf = null;
        return taken;
    }

    /** Parks, unless the wait has ended while the chain was unwinding; then a cancel that came after that still wins. */
    private synchronized @Nullable Wait parkOrTakeEnded() {
        Wait current = wait;
        if (current == null || !current.ended) {
            parked = true;
            return null;
        }
        wait = null;
        if (cancelPending) {
            cancelPending = false;
            current.end(null, new CancelledError());
        }
        return current;
    }

    @Override
    protected @Nullable Object await(Awaitable<?> awaitable) {
        throw new IllegalStateException(
                "Awaiting " + awaitable + " needs an event loop: start it with Asyncio.run. A hot"
                        + " method that is called outside of one may await stages and coroutines only");
    }

    @Override
    protected @Nullable Object await(CompletionStage<?> stage) throws Throwable {
        if (Stages.isDone(stage)) {
            return Stages.outcomeOf(stage);
        }
        Wait waiting = new Wait(stage);
        if (!beginWait(waiting)) {
            waiting.cancelStage();
            throw new CancelledError();
        }
        try {
            stage.whenComplete(waiting);
        } catch (Throwable thrown) {
            discardWait();
            throw thrown;
        }
        return endedAtOnce(waiting) ? waiting.outcome() : Abi.SUSPENDED;
    }

    /** False if a cancel is to be thrown instead. */
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

    /** The awaited stage has completed, in the calling thread. */
    private void completed(Wait waiting, @Nullable Object value, @Nullable Throwable failure) {
        if (end(waiting, value, failure)) {
            run(null, value, failure);
        }
    }

    /** The future has been cancelled, in the calling thread. Thrown where the body is parked, or at its next suspending await. */
    private void cancel() {
        Wait waiting;
        CancelledError error = new CancelledError();
        boolean resume = false;
        synchronized (this) {
            waiting = wait;
            if (waiting == null || waiting.ended) {
                cancelPending = true;
                return;
            }
            resume = end(waiting, null, error);
        }
        waiting.cancelStage();
        if (resume) {
            run(null, null, error);
        }
    }

    /** Ends a wait, once. True if the caller has to run the next step, because the chain has unwound already. */
    private synchronized boolean end(Wait waiting, @Nullable Object value, @Nullable Throwable failure) {
        if (wait != waiting || waiting.ended) {
            return false;
        }
        waiting.end(value, failure);
        if (!parked) {
            return false;
        }
        parked = false;
        wait = null;
        return true;
    }

    /** The wait for one stage. Its fields are guarded by the carrier until it has ended, and final from then on. */
    private final class Wait implements BiConsumer<Object, Throwable> {
        private final CompletionStage<?> stage;
        boolean ended;

        @Nullable
        Object value;

        @Nullable
        Throwable failure;

        Wait(CompletionStage<?> stage) {
            this.stage = stage;
        }

        @Override
        public void accept(@Nullable Object result, @Nullable Throwable thrown) {
            completed(this, result, thrown == null ? null : Stages.unwrapped(thrown));
        }

        void end(@Nullable Object value, @Nullable Throwable failure) {
            this.ended = true;
            this.value = value;
            this.failure = failure;
        }

        @Nullable
        Object outcome() throws Throwable {
            if (failure != null) {
                throw failure;
            }
            return value;
        }

        /** A cancel reaches what is awaited; a stage that shows no future to cancel runs on unheard. */
        void cancelStage() {
            try {
                stage.toCompletableFuture().cancel(true);
            } catch (UnsupportedOperationException hidden) {
                return;
            }
        }
    }

    /** What the hot method returned. */
    private static final class Result<T> extends CompletableFuture<T> {
        private final DetachedCarrier carrier;

        Result(DetachedCarrier carrier) {
            this.carrier = carrier;
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            if (completeExceptionally(new CancellationException())) {
                carrier.cancel();
                return true;
            }
            return isCancelled();
        }

        /** The body has ended by a cancel: {@link #isCancelled()}, and the trace shows where. */
        void completeCancelled(CancelledError cancelled) {
            CancellationException cancellation = new CancellationException(cancelled.getMessage());
            cancellation.initCause(cancelled);
            completeExceptionally(cancellation);
        }
    }
}
