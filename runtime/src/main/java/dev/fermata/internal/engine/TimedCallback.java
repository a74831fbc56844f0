package dev.fermata.internal.engine;

import dev.fermata.TimerHandle;

/** A call that was handed to the loop for a certain time. On the loop's thread. */
public final class TimedCallback extends Callback implements TimerHandle, Timed {
    private final long when;
    private int slot = TimerHeap.LEFT;

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
        if (slot != TimerHeap.LEFT) {
            engine.removeTimer(this);
            slot = TimerHeap.LEFT;
        }
    }

    @Override
    public int slot() {
        return slot;
    }

    @Override
    public void setSlot(int slot) {
        this.slot = slot;
    }
}
