package dev.fermata.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Between the deferreds of a loop and the stages of {@code java.util.concurrent}. On the loop's thread. */
public interface StageBridge {
    /** Whether it is certain that {@code stage} is done. */
    boolean isDone(CompletionStage<?> stage);

    /** The value of a stage for which {@link #isDone} is true, or its failure thrown as an await throws it. */
    @org.jspecify.annotations.Nullable
    Object outcomeOf(CompletionStage<?> stage) throws Throwable;

    /** A promise that completes as {@code stage} does, and whose cancel cancels it. */
    LoopPromise<?> promiseOf(Engine engine, CompletionStage<?> stage);

    /** A future that completes as {@code deferred} does, and whose cancel cancels it. */
    <T> CompletableFuture<T> futureOf(LoopDeferred<T> deferred);
}
