package dev.fermata.internal.engine;

import dev.fermata.EventLoop;

/**
 * A call that another thread has handed to the loop, and may take back from there: {@link EventLoop#callSoonThreadsafe}. A
 * cancel that comes before the loop looks keeps the call from being made, on whichever thread it comes.
 */
public final class ThreadsafeCallback extends Callback {
    /** Written by any thread. Not the call itself: the others would pay for that, which only their loop's thread cancels. */
    private volatile boolean takenBack;

    public ThreadsafeCallback(Engine engine, Runnable call) {
        super(engine, call);
    }

    @Override
    public void cancel() {
        takenBack = true;
        forget(); // a race with the loop that reads it: whatever that sees, it asks cancelled() too
    }

    @Override
    public boolean cancelled() {
        return takenBack;
    }
}
