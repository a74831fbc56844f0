package dev.fermata.internal.channels;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a task for a {@link RegisteredChannel}. Most channels are waited for by one task after another, or by one
 * again and again, so the wait of a direction is used again once it has ended. On the loop's thread.
 */
final class RegisteredWait extends Frame<Void> implements WaitForChannel, CalledAtOnce {
    private final RegisteredChannel registered;
    private final ChannelEvent event;

    /** Not null while the task is parked here. Waking the task, or taking the wait back, sets it to null. */
    private @Nullable LoopTask<?> task;

    /** Whether the wait has ended, and its task has gone on. Nobody knows it any more then. */
    private boolean hasEnded;

    RegisteredWait(RegisteredChannel registered, ChannelEvent event) {
        this.registered = registered;
        this.event = event;
    }

    boolean isFor(ChannelEvent asked) {
        return event == asked;
    }

    /** Makes this a coroutine that was not awaited yet, if it has ended. Returns false otherwise. */
    boolean isUsedAgain() {
        if (!hasEnded) {
            return false;
        }
        hasEnded = false;
        renew();
        return true;
    }

    @Override
    protected Object start(Carrier carrier) throws ClosedChannelException {
        LoopTask<?> waiter = LoopCarrier.current(carrier, event.method);
        registered.add(waiter.engine(), event, this);
        task = waiter;
        Object suspended = waiter.park(this);
        carrier.suspended(this);
        return suspended;
    }

    @Override
    public IllegalStateException inTheWay() {
        return event.inTheWay(task, registered.channel);
    }

    /** Wakes the task: the channel is ready, or closed. */
    @Override
    public void runReady() {
        LoopTask<?> waiter = task;
        if (waiter != null) {
            task = null;
            registered.remove(event);
            waiter.wake();
        }
    }

    @Override
    public boolean takeBack(@Nullable String message) {
        if (task == null) {
            return false;
        }
        task = null;
        registered.remove(event);
        return true;
    }

    @Override
    public void abandoned() {
        takeBack(null);
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        hasEnded = true;
        if (failure != null) {
            throw failure;
        }
        if (!registered.channel.isOpen()) {
            throw new AsynchronousCloseException();
        }
        return null;
    }

    @Override
    public String describeWait() {
        return registered.channel + " to " + event.ability;
    }
}
