package dev.fermata;

import java.util.concurrent.CancellationException;
import java.util.function.Consumer;

/** The future side of a deferred: it is completed on the loop's thread. */
final class DeferredFuture<T> extends LoopFuture<T> implements Consumer<Deferred<T>> {
    private final Deferred<T> deferred;

    DeferredFuture(Deferred<T> deferred) {
        super(deferred.loop);
        this.deferred = deferred;
    }

    @Override
    String describe() {
        return deferred.describe();
    }

    @Override
    public void accept(Deferred<T> done) {
        if (isDone()) {
            return; // somebody cancelled or completed it: a failure is still to be read by somebody else
        }
        try {
            complete(done.result());
        } catch (CancelledError cancel) {
            CancellationException cancelled = new CancellationException(cancel.getMessage());
            cancelled.initCause(cancel);
            completeExceptionally(cancelled);
        } catch (Throwable failure) {
            completeExceptionally(failure);
        }
    }

    /** From any thread. The cancel reaches the deferred at once on its own thread, otherwise through the inbox. */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            deferred.loop.runOnLoop(new Runnable() {
                @Override
                public void run() {
                    deferred.cancel(null);
                }
            });
        }
        return cancelled;
    }

    @Override
    public String toString() {
        return "the future of " + deferred;
    }
}
