package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.CalledOnClose;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A task that waits for a channel: {@link EventLoop#readable} and its like. The channel is registered as long as the task
 * is parked and no longer, so that another one may wait next, and a cancel leaves nothing behind.
 */
final class ChannelWait extends Frame<Void> implements Waiting, Ready, CalledOnClose {
    private final EventLoop loop;
    private final SelectableChannel channel;
    private final ChannelEvent event;

    /** Not null while it is parked here: whoever wakes it up, or takes the wait back, ends that. */
    private @Nullable Task<?> task;

    private ChannelWait(EventLoop loop, SelectableChannel channel, ChannelEvent event) {
        this.loop = loop;
        this.channel = channel;
        this.event = event;
    }

    /** A method, so that the verifier of the event loop need not load this class. */
    static Coroutine<Void> of(EventLoop loop, SelectableChannel channel, ChannelEvent event) {
        return new ChannelWait(loop, Objects.requireNonNull(channel, "channel"), event);
    }

    @Override
    protected Object start(Carrier carrier) throws ClosedChannelException {
        Task<?> waiter = LoopCarrier.current(carrier, event.method);
        if (waiter.loop != loop) {
            throw new IllegalStateException(waiter + " cannot await a channel of another event loop");
        }
        loop.checkChannels(event.method);
        checkChannel();
        Object other = loop.parker.call(channel, event.isReading());
        if (other != null) {
            throw other instanceof ChannelWait waiting
                    ? waiting.inTheWay()
                    : new IllegalStateException(channel + " has a callback set for it (addReader, addWriter): remove it"
                            + " before a task waits for the channel to " + event.ability);
        }
        loop.parker.set(channel, event.isReading(), this);
        task = waiter;
        carrier.suspended(this);
        return waiter.park((Waiting) this);
    }

    private void checkChannel() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if ((channel.validOps() & event.operation) == 0) {
            throw new IllegalArgumentException(
                    "A " + channel.getClass().getSimpleName() + " never can " + event.ability + ": " + channel);
        }
        if (channel.isBlocking()) {
            throw new IllegalStateException(
                    "The channel is in blocking mode, call configureBlocking(false) first: " + channel);
        }
    }

    /** What somebody else gets who wants to wait for the same. */
    IllegalStateException inTheWay() {
        return new IllegalStateException(
                task + " waits already for " + channel + " to " + event.ability + "; only one may at a time");
    }

    /** The channel is ready, or closed. As in asyncio the task runs in the iteration after that. */
    @Override
    public void runReady() {
        Task<?> waiter = task;
        if (waiter != null) {
            task = null;
            loop.parker.remove(channel, event.isReading());
            waiter.wake();
        }
    }

    @Override
    public boolean cancelWait(Task<?> cancelled, @Nullable String message) {
        if (task == null) {
            return false;
        }
        task = null;
        loop.parker.remove(channel, event.isReading());
        return true;
    }

    @Override
    public @Nullable Object outcome() {
        return null;
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
