package dev.fermata.internal.threads;

import dev.fermata.CancelledError;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.Guarded;
import dev.fermata.internal.base.OneLine;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopPromise;
import dev.fermata.internal.engine.Origin;
import dev.fermata.internal.traces.KnowsPath;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Completes a promise as a stage completes, so that a task can be parked on the promise. The stage completes on any thread;
 * the promise is completed on the loop's. asyncio: {@code wrap_future}.
 */
final class StageOrigin implements Origin, BiConsumer<Object, Throwable>, Runnable {
    private final Engine engine;
    private final CompletionStage<?> stage;
    private final LoopPromise<Object> promise;

    /** Whether code outside of the loop completes the stage, as far as can be known. */
    private final boolean outside;

    /** Written by the thread that completes the stage, and read by the loop's; the inbox is between them. */
    private @Nullable Object value;

    private @Nullable Throwable failure;

    private StageOrigin(Engine engine, CompletionStage<?> stage) {
        this.engine = engine;
        this.stage = stage;
        this.outside = !(stage instanceof LoopFuture<?> future) || future.engine != engine;
        this.promise = new LoopPromise<>(engine, this);
    }

    /**
     * Returns a promise that ends as {@code stage} does. Cancelling the promise cancels the stage. On the loop's thread.
     */
    static LoopPromise<?> promiseOf(Engine engine, CompletionStage<?> stage) {
        StageOrigin origin = new StageOrigin(engine, stage);
        if (origin.outside) {
            engine.outsideStarted();
        }
        stage.whenComplete(origin);
        return origin.promise;
    }

    /** Called when the stage is complete, on any thread, or inside {@link #promiseOf}. */
    @Override
    public void accept(@Nullable Object result, @Nullable Throwable thrown) {
        value = result;
        failure = thrown;
        engine.runOnLoop(this);
    }

    /**
     * Completes the promise with what the stage returned, unless the promise was cancelled meanwhile. On the loop's thread.
     */
    @Override
    public void run() {
        if (promise.done()) {
            return;
        }
        ended();
        if (failure != null) {
            Throwable thrown = Stages.unwrapped(failure);
            promise.fail(thrown, stage instanceof KnowsPath known ? known.path() : null);
            if (thrown instanceof CancelledError cancel && Stages.isCancel(failure)) {
                CancelAccess.get().unplace(cancel); // it was created here, where no await is
            }
        } else {
            promise.completeWith(value);
        }
    }

    @Override
    public boolean cancel(LoopPromise<?> cancelled, @Nullable String message) {
        ended();
        cancelled.cancelNow(message);
        try {
            stage.toCompletableFuture().cancel(true);
        } catch (UnsupportedOperationException e) {
            // A stage that cannot be cancelled from here continues; CompletionStage allows that.
            return true;
        }
        return true;
    }

    private void ended() {
        if (outside) {
            engine.outsideEnded();
        }
    }

    @Override
    public String shortly() {
        return "stage";
    }

    @Override
    public String describe() {
        return stage instanceof LoopFuture<?> future
                ? future.describe()
                : "the stage " + OneLine.of(Guarded.description(stage::toString));
    }
}
