package dev.fermata.internal.threads;

import dev.fermata.Deferred;
import dev.fermata.internal.engine.Engine;
import java.util.concurrent.CompletableFuture;

/**
 * A future that a loop completes: that of a {@link Deferred}, or one derived from it by {@code thenApply} and the like. A
 * task of the loop that awaits it waits for nothing from outside, so virtual time advances. From any thread.
 */
class LoopFuture<T> extends CompletableFuture<T> {
    final Engine engine;

    LoopFuture(Engine engine) {
        this.engine = engine;
    }

    /** Returns a future that depends on this one. Its cancel does not cancel this one, as with the JDK's futures. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LoopFuture<>(engine);
    }

    /** Returns what is awaited, as the end of the sentence "task X waits for …". */
    String describe() {
        return "the stage " + this;
    }
}
