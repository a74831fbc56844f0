package dev.fermata.internal.threads;

import dev.fermata.Deferred;
import dev.fermata.internal.engine.Engine;
import java.util.concurrent.CompletableFuture;

/**
 * A future that a loop completes: that of a {@link Deferred}, and whatever is derived from one by {@code thenApply} and the
 * like. To await it on its loop is to wait for nothing from outside, so that virtual time goes on.
 */
class LoopFuture<T> extends CompletableFuture<T> {
    final Engine engine;

    LoopFuture(Engine engine) {
        this.engine = engine;
    }

    /** What depends on this future; its cancel does not cancel this one, as the JDK has it. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LoopFuture<>(engine);
    }

    /** What is awaited, as the end of the sentence "task X waits for …". */
    String describe() {
        return "the stage " + this;
    }
}
