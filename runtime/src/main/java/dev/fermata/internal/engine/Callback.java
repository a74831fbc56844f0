package dev.fermata.internal.engine;

import dev.fermata.Handle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A call that was handed to the engine. What it throws goes to the exception handler, and the loop goes on. */
public sealed class Callback implements Handle, Ready permits TimedCallback, ThreadsafeCallback {
    final Engine engine;

    /** Of whoever handed it over. */
    private final @Nullable Context context = Context.current();

    /** Null when cancelled, so that what it captures is not held. */
    private @Nullable Runnable call;

    public Callback(Engine engine, Runnable call) {
        this.engine = engine;
        this.call = Objects.requireNonNull(call, "callback");
    }

    @Override
    public void cancel() {
        engine.checkThread("cancel");
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
        Context before = engine.enterCallback(context);
        try {
            toRun.run();
        } catch (Throwable failure) {
            engine.callbackFailed("A callback failed", failure, this);
        } finally {
            engine.leaveCallback(before);
        }
    }

    @Override
    public String toString() {
        Runnable toCall = call;
        return "callback " + (toCall == null ? "(cancelled)" : toCall);
    }
}
