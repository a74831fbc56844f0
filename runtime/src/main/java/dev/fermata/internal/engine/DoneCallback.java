package dev.fermata.internal.engine;

import dev.fermata.Deferred;
import dev.fermata.lowlevel.ThreadContext;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A callback that waits for a deferred, and also its entry in the ready queue once the deferred is done. On the loop's
 * thread.
 */
final class DoneCallback<T> implements Ready {
    private final LoopDeferred<T> deferred;
    final Consumer<? super Deferred<T>> callback;

    /** The context of the code that added the callback. */
    private final @Nullable Context context = Context.inherited();

    DoneCallback(LoopDeferred<T> deferred, Consumer<? super Deferred<T>> callback) {
        this.deferred = deferred;
        this.callback = callback;
    }

    @Override
    public void runReady() {
        Engine engine = deferred.engine;
        Context before = engine.enterCallback(context);
        ThreadContext.Scope inPlace = engine.putInPlace(context, deferred);
        try {
            callback.accept(deferred);
        } catch (Throwable failure) {
            engine.callbackFailed("A done-callback of " + deferred + " failed", failure, deferred);
        } finally {
            engine.leaveCallback(before);
            engine.takeAway(inPlace, deferred);
        }
    }
}
