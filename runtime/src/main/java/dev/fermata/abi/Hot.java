package dev.fermata.abi;

import dev.fermata.EventLoop;
import java.util.concurrent.CompletableFuture;

/**
 * Starts hot methods: those that return a {@link CompletableFuture}, and run from the call on. On an event loop the body
 * is an eager task of it; elsewhere it is on a carrier of its own and goes on wherever the awaited stages complete.
 */
final class Hot {
    private Hot() {}

    /** Runs {@code body} until it suspends or ends. What it throws lands in the future, always. */
    static CompletableFuture<?> start(Frame<?> body) {
        EventLoop loop = EventLoop.runningOrNull();
        if (loop != null) {
            return loop.createTask(body, null, true).toCompletableFuture();
        }
        return DetachedCarrier.start(body);
    }
}
