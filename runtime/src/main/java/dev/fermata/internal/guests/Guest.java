package dev.fermata.internal.guests;

import dev.fermata.GuestHost;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.Ticks;
import java.util.concurrent.atomic.AtomicBoolean;

/** How a guest loop obtains its iterations: asks the host for a call whenever something is ready or a timer comes nearer. */
public final class Guest implements Ticks, Runnable {
    private final Engine engine;
    private final GuestHost host;

    /** Called after each iteration. */
    private final Runnable afterTick;

    /** A call was asked for and has not come. Set by any thread. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** The earliest time a delayed call was asked for; {@code Long.MAX_VALUE} if none is outstanding. */
    private long requestedAt = Long.MAX_VALUE;

    /**
     * A guest of {@code host}.
     *
     * @param afterTick called after each iteration, on the host's thread
     */
    public Guest(Engine engine, GuestHost host, Runnable afterTick) {
        this.engine = engine;
        this.host = host;
        this.afterTick = afterTick;
    }

    @Override
    public boolean isHostThread() {
        return host.isHostThread();
    }

    @Override
    public void requestTick() {
        if (!requested.get()) {
            requestTickThreadsafe();
        }
    }

    @Override
    public void requestTickThreadsafe() {
        if (requested.compareAndSet(false, true)) {
            host.execute(this);
        }
    }

    @Override
    public void requestTickAt(long when) {
        if (when >= requestedAt) {
            return;
        }
        long delay = LoopTime.until(when, engine.time());
        if (delay == 0) {
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

    /** A call from the host: makes an iteration. */
    @Override
    public void run() {
        requested.set(false);
        try {
            engine.tick();
        } finally {
            goOn(); // after an Error too, or the rest of its batch would wait for something else to become ready
        }
    }

    /**
     * A step of this batch may open a modal dialog and not come back for long. What comes after it, and the timers, need a call
     * all the same, so it is asked for now. One that turns out not to be needed does no harm.
     */
    @Override
    public void batchBegins() {
        if (engine.readyCount() > 1) {
            requestTick();
        }
        requestTickForTimers();
    }

    private void requestTickForTimers() {
        if (engine.nextDue() != LoopTime.NEVER) {
            requestTickAt(engine.nextDue());
        }
    }

    private void goOn() {
        if (engine.isClosed()) {
            return;
        }
        afterTick.run();
        if (engine.isClosed()) {
            return;
        }
        if (engine.readyCount() > 0) {
            requestTick();
        } else {
            requestTickForTimers();
        }
    }

    /** Calls {@code action} on the host's thread after {@code nanos} of real time. */
    public void executeLater(Runnable action, long nanos) {
        host.executeLater(action, nanos);
    }

    /** The loop is closed. */
    public void loopClosed() {
        host.loopClosed();
    }
}
