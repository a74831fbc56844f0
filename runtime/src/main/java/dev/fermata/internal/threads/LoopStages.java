package dev.fermata.internal.threads;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopDeferred;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.StageBridge;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** How loops await stages, and how their deferreds become stages. The same for all loops. */
public final class LoopStages implements StageBridge {
    /** It has no state. */
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
