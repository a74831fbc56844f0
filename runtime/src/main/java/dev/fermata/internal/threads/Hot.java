package dev.fermata.internal.threads;

import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.Engine;
import java.util.concurrent.CompletableFuture;

/**
 * Starts hot methods: those that return a {@link CompletableFuture} and run from the call on. On an event loop the body is
 * an eager task of that loop. Elsewhere it has a carrier of its own and continues wherever the awaited stages complete.
 * From any thread.
 */
public final class Hot {
    private Hot() {}

    /** Runs {@code body} until it suspends or ends. What it throws always ends up in the future. */
    public static CompletableFuture<?> start(Frame<?> body) {
        Engine engine = Engine.runningOrNull();
        if (engine != null) {
            return engine.createTask(body, null, true).toCompletableFuture();
        }
        return DetachedCarrier.start(body);
    }
}
