package dev.fermata.internal.guests;

import dev.fermata.GuestHost;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.Ticks;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Asks the host for the iterations of a guest loop, whenever something is ready or a timer comes nearer. On the host's
 * thread, except {@link #requestTickThreadsafe} and {@link #isHostThread}.
 */
public final class Guest implements Ticks, Runnable {
    private final Engine engine;
    private final GuestHost host;

    /** Called after each iteration. */
    private final Runnable afterTick;

    /** Whether a call was requested and has not come. Set by any thread. */
    private final AtomicBoolean requested = new AtomicBoolean();

    /** The earliest time for which a delayed call was requested; {@code Long.MAX_VALUE} if none is outstanding. */
    private long requestedAt = Long.MAX_VALUE;

    /**
     * Creates a guest of {@code host}.
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

    /** Makes an iteration. Called by the host. */
    @Override
    public void run() {
        requested.set(false);
        try {
            engine.tick();
        } finally {
            goOn(); // after an Error too: otherwise the rest of its batch would wait until something else becomes ready
        }
    }

    /**
     * Requests the next call before a batch runs. A step of the batch may open a modal dialog and not return for long, and
     * what comes after it, and the timers, need a call all the same. A call that turns out not to be needed does no harm.
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

    /** Called when the loop is closed. */
    public void loopClosed() {
        host.loopClosed();
    }
}
