package dev.fermata.internal.threads;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.StageBridge;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Awaits stages for a loop, and turns its deferreds into stages. One object would do for all loops. On the loop's thread.
 */
public final class LoopStages implements StageBridge {
    /** Creates a bridge, which has no state. */
    public LoopStages() {}

    @Override
    public boolean isDone(CompletionStage<?> stage) {
        return Stages.isDone(stage);
    }

    @Override
    public @Nullable Object outcomeOf(CompletionStage<?> stage) throws Throwable {
        return Stages.outcomeOf(stage);
    }

    @Override
    public LoopPromise<?> promiseOf(Engine engine, CompletionStage<?> stage) {
        return StageOrigin.promiseOf(engine, stage);
    }

    @Override
    public <T> CompletableFuture<T> futureOf(LoopDeferred<T> deferred) {
        return DeferredFuture.of(deferred);
    }
}
