package dev.fermata.internal.channels;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.engine.LoopCarrier;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.lowlevel.Wait;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/**
 * The wait of a task for a channel: {@link dev.fermata.EventLoop#readable} and the like. The channel is registered only
 * while the task is parked, so that another task may wait next and a cancel leaves nothing behind. On the loop's thread.
 */
final class ChannelWait extends Frame<Void> implements WaitForChannel {
    private final LoopChannels channels;
    private final SelectableChannel channel;
    private final ChannelEvent event;

    /** Not null while the task is parked here. Waking the task, or taking the wait back, sets it to null. */
    private @Nullable LoopTask<?> task;

    ChannelWait(LoopChannels channels, SelectableChannel channel, ChannelEvent event) {
        this.channels = channels;
        this.channel = channel;
        this.event = event;
    }

    @Override
    protected Object start(Carrier carrier) throws ClosedChannelException {
        LoopTask<?> waiter = LoopCarrier.current(carrier, event.method);
        if (waiter.engine() != channels.engine) {
            throw new IllegalStateException(waiter + " cannot await a channel of another event loop");
        }
        channels.check(event.method);
        event.check(channel);
        Object other = channels.call(channel, event.isReading());
        if (other != null) {
            throw other instanceof WaitForChannel waiting
                    ? waiting.inTheWay()
                    : new IllegalStateException(channel + " has a callback set for it (addReader, addWriter): remove it"
                            + " before a task waits for the channel to " + event.ability);
        }
        channels.set(channel, event.isReading(), this);
        task = waiter;
        Object suspended = waiter.park((Wait) this);
        carrier.suspended(this);
        return suspended;
    }

    @Override
    public IllegalStateException inTheWay() {
        return event.inTheWay(task, channel);
    }

    /** Wakes the task: the channel is ready, or closed. As in asyncio, the task runs in the next iteration. */
    @Override
    public void runReady() {
        LoopTask<?> waiter = task;
        if (waiter != null) {
            task = null;
            channels.remove(channel, event.isReading());
            waiter.wake();
        }
    }

    @Override
    public boolean takeBack(@Nullable String message) {
        if (task == null) {
            return false;
        }
        task = null;
        channels.remove(channel, event.isReading());
        return true;
    }

    @Override
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        if (failure != null) {
            throw failure;
        }
        if (!channel.isOpen()) {
            throw new AsynchronousCloseException();
        }
        return null;
    }

    @Override
    public String describeWait() {
        return channel + " to " + event.ability;
    }
}
