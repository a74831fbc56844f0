package dev.fermata;

import java.util.concurrent.atomic.AtomicBoolean;

/** How a guest loop gets its iterations: asks the host for a call whenever something is ready or a timer comes nearer. */
final class Guest implements Runnable {
    private final EventLoop loop;
    private final GuestHost host;

    /** A call was asked for and has not come. Set by any thread. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** The earliest time a delayed call was asked for; {@code Long.MAX_VALUE} if none is outstanding. */
    private long requestedAt = Long.MAX_VALUE;

    /** The loop is being closed: its tasks are cancelled, and it closes when none is left. */
    private boolean closing;

    Guest(EventLoop loop, GuestHost host) {
        this.loop = loop;
        this.host = host;
        requestTickThreadsafe();
    }

    boolean isHostThread() {
        return host.isHostThread();
    }

    /** Something has become ready. */
    void requestTick() {
        if (!requested.get()) {
            requestTickThreadsafe();
        }
    }

    /** The same, from any thread. */
    void requestTickThreadsafe() {
        if (requested.compareAndSet(false, true)) {
            host.execute(this);
        }
    }

    void requestTickAt(long when) {
        if (when >= requestedAt) {
            return;
        }
        long delay = when - loop.time();
        if (delay <= 0) {
            requestTick(); // not noted in requestedAt, which only a delayed call resets
        } else {
            requestedAt = when;
            host.executeLater(this::delayedTick, delay);
        }
    }

    private void delayedTick() {
        requestedAt = Long.MAX_VALUE;
        run();
    }

    /** A call from the host. */
    @Override
    public void run() {
        requested.set(false);
        loop.tick();
        if (loop.isClosed()) {
            return;
        }
        if (closing && loop.tasks.size() == 0) {
            loop.close();
        } else if (loop.hasReady()) {
            requestTick();
        } else if (loop.nextDue() != LoopTime.NEVER) {
            requestTickAt(loop.nextDue());
        }
    }

    /** Begins closing, or goes on with it. @return whether tasks are left, which are cancelled until there is none */
    boolean drains() {
        closing = true;
        loop.cancelAll(loop.tasks.toList());
        return loop.tasks.size() > 0;
    }
}
