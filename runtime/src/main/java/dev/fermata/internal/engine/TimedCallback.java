package dev.fermata.internal.engine;

import dev.fermata.TimerHandle;

/** A call that was handed to the loop for a certain time. On the loop's thread. */
public final class TimedCallback extends Callback implements TimerHandle {
    /** The {@link #number} of a call that was not given one. */
    static final int NONE = -1;

    private final long when;

    /** Its number from when the timer was set. Other calls may get that number after this one was made. */
    int number = NONE;

    public TimedCallback(Engine engine, Runnable call, long when) {
        super(engine, call);
        this.when = when;
    }

    @Override
    public long when() {
        return when;
    }

    /** Cancels the call. The timer leaves the heap at once, however far away its time is. */
    @Override
    public void cancel() {
        super.cancel();
        engine.removeTimer(this);
    }
}
