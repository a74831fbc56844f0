package dev.fermata.internal.threads;

import dev.fermata.Deferred;
import dev.fermata.internal.engine.LoopDeferred;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The future of a deferred. It is completed on the loop's thread. */
final class DeferredFuture<T> extends CompletedByLoop<T> implements Consumer<Deferred<T>> {
    private final LoopDeferred<T> deferred;

    private DeferredFuture(LoopDeferred<T> deferred) {
        super(deferred.engine());
        this.deferred = deferred;
    }

    /**
     * Returns a new future, completed already if {@code deferred} is done. It is a factory method so that the verifier of
     * the calling class need not load this class.
     */
    static <T> CompletableFuture<T> of(LoopDeferred<T> deferred) {
        DeferredFuture<T> future = new DeferredFuture<>(deferred);
        if (deferred.done()) {
            future.accept(deferred);
        } else {
            deferred.addDoneCallback(future);
        }
        return future;
    }

    @Override
    String describe() {
        return deferred.describe();
    }

    @Override
    public void accept(Deferred<T> done) {
        completeAs((LoopDeferred<T>) done);
    }

    /**
     * Cancels the future and the deferred. From any thread. On the loop's thread the cancel reaches the deferred at once,
     * otherwise through the inbox.
     */
    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean cancelled = super.cancel(mayInterruptIfRunning);
        if (cancelled) {
            deferred.engine().runOnLoop(new Runnable() {
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
