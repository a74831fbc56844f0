package dev.fermata;

/** A call handed to the loop for a certain time. */
final class TimedCallback extends Callback implements TimerHandle {
    private final long when;

    TimedCallback(EventLoop loop, Runnable callback, long when) {
        super(loop, callback);
        this.when = when;
    }

    @Override
    public long when() {
        return when;
    }
}
