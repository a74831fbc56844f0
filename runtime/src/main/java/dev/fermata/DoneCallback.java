package dev.fermata;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A callback that waits for a deferred, and its own entry in the ready queue when that is done. */
final class DoneCallback<T> implements Ready {
    private final Deferred<T> deferred;
    final Consumer<? super Deferred<T>> callback;

    /** Of whoever added it. */
    private final @Nullable Context context = Context.current();

    DoneCallback(Deferred<T> deferred, Consumer<? super Deferred<T>> callback) {
        this.deferred = deferred;
        this.callback = callback;
    }

    @Override
    public void runReady() {
        EventLoop loop = deferred.loop;
        Context before = loop.enterCallback(context);
        try {
            callback.accept(deferred);
        } catch (Throwable failure) {
            loop.callbackFailed("A done-callback of " + deferred + " failed", failure, deferred);
        } finally {
            loop.leaveCallback(before);
        }
    }
}
