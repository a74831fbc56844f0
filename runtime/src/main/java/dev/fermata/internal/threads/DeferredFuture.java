package dev.fermata.internal.threads;

import dev.fermata.Deferred;
import dev.fermata.internal.engine.LoopDeferred;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The future side of a deferred: it is completed on the loop's thread. */
final class DeferredFuture<T> extends CompletedByLoop<T> implements Consumer<Deferred<T>> {
    private final LoopDeferred<T> deferred;

    private DeferredFuture(LoopDeferred<T> deferred) {
        super(deferred.engine());
        this.deferred = deferred;
    }

    /** A new one, completed already if {@code deferred} is done. A method, so that the verifier of that need not load this class. */
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

    /** From any thread. The cancel reaches the deferred at once on its own thread, otherwise through the inbox. */
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
