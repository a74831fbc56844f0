package dev.fermata.internal.engine;

import dev.fermata.Handle;
import dev.fermata.internal.base.Guarded;
import dev.fermata.lowlevel.ThreadContext;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A call that was handed to the engine. What it throws goes to the exception handler, and the loop continues. On the loop's
 * thread, except where a subclass says otherwise.
 */
public sealed class Callback implements Handle, Ready permits TimedCallback, ThreadsafeCallback {
    final Engine engine;

    /** The context of the code that handed the call over. */
    private final @Nullable Context context = Context.inherited();

    /** Null once cancelled, so that what the call captures is not held. */
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

    /** Releases the call and what it captures. */
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
        ThreadContext.Scope inPlace = engine.putInPlace(context, this);
        try {
            toRun.run();
        } catch (Throwable failure) {
            engine.callbackFailed("A callback failed", failure, this);
        } finally {
            engine.leaveCallback(before);
            engine.takeAway(inPlace, this);
        }
    }

    @Override
    public String toString() {
        Runnable toCall = call;
        return "callback " + (toCall == null ? "(cancelled)" : Guarded.description(toCall::toString));
    }
}
