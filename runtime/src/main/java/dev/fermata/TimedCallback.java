package dev.fermata;

import dev.fermata.internal.TimerHeap;

/** A call that was handed to the loop for a certain time. */
final class TimedCallback extends Callback implements TimerHandle, Timed {
    private final long when;
    private int slot = TimerHeap.LEFT;

    TimedCallback(EventLoop loop, Runnable call, long when) {
        super(loop, call);
        this.when = when;
    }

    @Override
    public long when() {
        return when;
    }

    /** The timer leaves the heap at once, however far away it is. */
    @Override
    public void cancel() {
        super.cancel();
        if (slot != TimerHeap.LEFT) {
            loop.removeTimer(this);
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
