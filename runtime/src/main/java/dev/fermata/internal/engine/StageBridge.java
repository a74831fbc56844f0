package dev.fermata.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Connects the deferreds of a loop with the stages of {@code java.util.concurrent}. On the loop's thread. */
public interface StageBridge {
    /** Whether it is certain that {@code stage} is done. */
    boolean isDone(CompletionStage<?> stage);

    /** Returns the value of a stage for which {@link #isDone} is true, or throws its failure as an await throws it. */
    @org.jspecify.annotations.Nullable
    Object outcomeOf(CompletionStage<?> stage) throws Throwable;

    /** Returns a promise that completes as {@code stage} does. Cancelling the promise cancels the stage. */
    LoopPromise<?> promiseOf(Engine engine, CompletionStage<?> stage);

    /** Returns a future that completes as {@code deferred} does. Cancelling the future cancels the deferred. */
    <T> CompletableFuture<T> futureOf(LoopDeferred<T> deferred);
}
