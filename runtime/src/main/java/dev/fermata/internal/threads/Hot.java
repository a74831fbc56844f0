package dev.fermata.internal.threads;

import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.Engine;
import java.util.concurrent.CompletableFuture;

/**
 * Starts hot methods: those that return a {@link CompletableFuture}, and run from the call on. On an event loop the body
 * is an eager task of it; elsewhere it is on a carrier of its own and goes on wherever the awaited stages complete.
 */
public final class Hot {
    private Hot() {}

    /** Runs {@code body} until it suspends or ends. What it throws lands in the future, always. */
    public static CompletableFuture<?> start(Frame<?> body) {
        Engine engine = Engine.runningOrNull();
        if (engine != null) {
            return engine.createTask(body, null, true).toCompletableFuture();
        }
        return DetachedCarrier.start(body);
    }
}
