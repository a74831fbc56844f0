package dev.fermata;

/** A call handed to the loop. */
sealed class Callback implements Handle, Ready permits TimedCallback {
    private final EventLoop loop;
    private Runnable callback;
    private boolean cancelled;

    Callback(EventLoop loop, Runnable callback) {
        this.loop = loop;
        this.callback = callback;
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    @Override
    public void runReady() {
        if (cancelled) {
            return;
        }
        try {
            callback.run();
        } catch (Throwable failure) {
            loop.callbackFailed("A callback failed", failure, this);
        }
    }
}
