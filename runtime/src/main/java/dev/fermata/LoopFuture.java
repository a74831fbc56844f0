package dev.fermata;

import java.util.concurrent.CompletableFuture;

/**
 * A future that a loop completes: that of a {@link Deferred}, and whatever is derived from one by {@code thenApply} and the
 * like. To await it on its loop is to wait for nothing from outside, so that virtual time goes on.
 */
class LoopFuture<T> extends CompletableFuture<T> {
    final EventLoop loop;

    LoopFuture(EventLoop loop) {
        this.loop = loop;
    }

    /** What depends on this future; its cancel does not cancel this one, as the JDK has it. */
    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new LoopFuture<>(loop);
    }

    /** What is awaited, as the end of the sentence "task X waits for …". */
    String describe() {
        return "the stage " + this;
    }
}
