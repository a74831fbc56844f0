package dev.fermata.internal.engine;

import dev.fermata.EventLoop;

/**
 * A call that another thread has handed to the loop and may cancel from there: {@link EventLoop#callSoonThreadsafe}. If the
 * cancel comes before the loop looks, the call is not made, on whichever thread the cancel comes.
 */
public final class ThreadsafeCallback extends Callback {
    /**
     * Written by any thread. The call itself is not volatile: other callbacks, which only their loop's thread cancels,
     * would pay for that.
     */
    private volatile boolean takenBack;

    public ThreadsafeCallback(Engine engine, Runnable call) {
        super(engine, call);
    }

    @Override
    public void cancel() {
        takenBack = true;
        forget(); // races with the loop, which reads it: whatever the loop sees, it also checks cancelled()
    }

    @Override
    public boolean cancelled() {
        return takenBack;
    }
}
