package dev.fermata;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that was handed to the loop. What it throws goes to the exception handler, and the loop goes on. */
sealed class Callback implements Handle, Ready permits TimedCallback, ThreadsafeCallback {
    final EventLoop loop;

    /** Of whoever handed it over. */
    private final @Nullable Context context = Context.current();

    /** Null when cancelled, so that what it captures is not held. */
    private @Nullable Runnable call;

    Callback(EventLoop loop, Runnable call) {
        this.loop = loop;
        this.call = Objects.requireNonNull(call, "callback");
    }

    @Override
    public void cancel() {
        loop.checkThread("cancel");
        forget();
    }

    /** Does not hold what the call captures any more. */
    final void forget() {
        call = null;
    }

    @Override
    public boolean cancelled() {
        return call == null;
    }

    @Override
    public final void runReady() {
        Runnable toRun = call;
        if (toRun == null || cancelled()) {
            return;
        }
        Context before = loop.enterCallback(context);
        try {
            toRun.run();
        } catch (Throwable failure) {
            loop.callbackFailed("A callback failed", failure, this);
        } finally {
            loop.leaveCallback(before);
        }
    }

    @Override
    public String toString() {
        Runnable toCall = call;
        return "callback " + (toCall == null ? "(cancelled)" : toCall);
    }
}
