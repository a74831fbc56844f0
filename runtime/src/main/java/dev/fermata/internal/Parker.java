package dev.fermata.internal;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where the loop's thread waits. Until the first channel it is parked; from then on it is in a selector, whose opening
 * costs a third of a cold start.
 *
 * <p>No wake-up is lost: the loop says that it waits and then looks into the inbox, another thread puts something into
 * the inbox and then looks whether the loop waits; both through volatile accesses, so one of them sees the other.
 *
 * <p>All of it is for the loop's thread, but for {@link #wake}.
 */
public final class Parker {
    private final Inbox inbox;
    private final ReadyQueue ready;

    /** The thread that waits, or null. Written by it alone. */
    private volatile @Nullable Thread waiting;

    /** Null until the first channel. Written before {@link #waiting}, so whoever sees that sees this. */
    private @Nullable ChannelSelector channels;

    /**
     * @param inbox what ends a wait
     * @param ready where the calls of ready channels go
     */
    public Parker(Inbox inbox, ReadyQueue ready) {
        this.inbox = inbox;
        this.ready = ready;
    }

    /**
     * Waits until something is in the inbox, a channel is ready, the thread is interrupted, or {@code nanos} have passed;
     * may return early. Ready channels have their calls put into the ready queue.
     *
     * @param nanos {@code Long.MAX_VALUE}: for ever
     */
    public void park(long nanos) {
        int before = ready.end();
        poll(); // not below, where it would swallow a wake-up of somebody who has seen this thread wait
        if (ready.end() != before) {
            return;
        }
        waiting = Thread.currentThread();
        try {
            if (!inbox.isEmpty()) {
                return;
            }
            if (channels != null) {
                channels.select(nanos);
            } else if (nanos == Long.MAX_VALUE) {
                LockSupport.park(this);
            } else {
                LockSupport.parkNanos(this, nanos);
            }
        } finally {
            waiting = null;
        }
    }

    /** Puts the calls of channels that are ready now into the ready queue. */
    public void poll() {
        if (channels != null) {
            channels.poll();
        }
    }

    /** Ends the wait of the loop's thread, if it waits. From any thread. */
    public void wake() {
        Thread parked = waiting;
        if (parked == null) {
            return;
        }
        ChannelSelector open = channels;
        if (open == null) {
            LockSupport.unpark(parked);
        } else {
            open.wake();
        }
    }

    /** Whether a channel may end a wait. */
    public boolean hasChannels() {
        return channels != null && channels.isWaitedFor();
    }

    /**
     * The call that is set for a channel, or null.
     *
     * @param reading whether for reading and accepting, or for writing and connecting
     */
    public @Nullable Object call(SelectableChannel channel, boolean reading) {
        return channels == null ? null : channels.get(channel, reading);
    }

    /**
     * Has {@code call} put into the ready queue whenever {@code channel} can be read from or accepts, or, if not {@code
     * reading}, can be written to or is connected. If it is a {@link CalledOnClose}, also once when the channel was closed.
     *
     * @return the call there was before
     * @throws ClosedChannelException if the channel is closed
     * @throws java.nio.channels.IllegalBlockingModeException if it is in blocking mode
     */
    public @Nullable Object set(SelectableChannel channel, boolean reading, Object call) throws ClosedChannelException {
        if (channels == null) {
            channels = new ChannelSelector(ready);
        }
        return channels.set(channel, reading, call);
    }

    /**
     * Ends {@link #set}.
     *
     * @return the call there was
     */
    public @Nullable Object remove(SelectableChannel channel, boolean reading) {
        try {
            return channels == null ? null : channels.set(channel, reading, null);
        } catch (ClosedChannelException e) {
            throw new AssertionError("nothing was registered: a bug in Fermata", e);
        }
    }

    /** Closes the selector; channels stay open. */
    public void close() {
        if (channels != null) {
            channels.close();
            channels = null;
        }
    }
}
