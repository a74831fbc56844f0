package dev.fermata;

import java.util.function.Consumer;

/** A callback that waits for a deferred, and its own entry in the ready queue when that is done. */
final class DoneCallback<T> implements Ready {
    private final Deferred<T> deferred;
    final Consumer<? super Deferred<T>> callback;

    DoneCallback(Deferred<T> deferred, Consumer<? super Deferred<T>> callback) {
        this.deferred = deferred;
        this.callback = callback;
    }

    @Override
    public void runReady() {
        try {
            callback.accept(deferred);
        } catch (Throwable failure) {
            deferred.loop.callbackFailed("A done-callback of " + deferred + " failed", failure, deferred);
        }
    }
}
