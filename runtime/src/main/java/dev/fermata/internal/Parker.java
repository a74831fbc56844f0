package dev.fermata.internal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the loop's thread waits. Until the first channel it is parked; from then on it is in a {@link Selector}, whose
 * opening costs a third of a cold start.
 *
 * <p>No wake-up is lost: the loop says that it waits and then looks into the inbox, another thread puts something into
 * the inbox and then looks whether the loop waits; both through volatile accesses, so one of them sees the other.
 *
 * <p>All of it is for the loop's thread, but for {@link #wake}.
 */
public final class Parker implements Consumer<SelectionKey> {
    /** The two calls that a channel can be ready for. An attachment of its key. */
    private static final class Interest {
        @Nullable
        Object reader;

        @Nullable
        Object writer;

        int operations(int valid) {
            int operations = 0;
            if (reader != null) {
                operations |= valid & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT);
            }
            if (writer != null) {
                operations |= valid & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT);
            }
            return operations;
        }
    }

    private final Inbox inbox;
    private final ReadyQueue ready;

    /** The thread that waits, or null. Written by it alone. */
    private volatile @Nullable Thread waiting;

    /** Null until the first channel. Written before {@link #waiting}, so whoever sees that sees this. */
    private @Nullable Selector selector;

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
        waiting = Thread.currentThread();
        try {
            if (!inbox.isEmpty()) {
                poll();
            } else if (selector != null) {
                select(selector, nanos);
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
        Selector open = selector;
        if (open == null || open.keys().isEmpty()) {
            return;
        }
        try {
            open.selectNow(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the wait of the loop's thread, if it waits. From any thread. */
    public void wake() {
        Thread parked = waiting;
        if (parked == null) {
            return;
        }
        Selector open = selector;
        if (open == null) {
            LockSupport.unpark(parked);
        } else {
            open.wakeup();
        }
    }

    /** Whether a channel may end a wait. */
    public boolean hasChannels() {
        return selector != null && !selector.keys().isEmpty();
    }

    /**
     * Has {@code call} put into the ready queue whenever {@code channel} can be read from or accepts; null: not any more.
     *
     * @return the call there was before
     */
    public @Nullable Object setReader(SelectableChannel channel, @Nullable Object call) {
        return set(channel, call, true);
    }

    /** The same for writing and connecting. */
    public @Nullable Object setWriter(SelectableChannel channel, @Nullable Object call) {
        return set(channel, call, false);
    }

    /** Closes the selector; channels stay open. */
    public void close() {
        if (selector != null) {
            try {
                selector.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            selector = null;
        }
    }

    /** A selected key: its calls become ready, reading before writing, as asyncio's do. */
    @Override
    public void accept(SelectionKey key) {
        if (!key.isValid()) {
            return; // closed meanwhile; the selector drops it
        }
        Interest interest = (Interest) key.attachment();
        int operations = key.readyOps();
        if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 && interest.reader != null) {
            ready.add(interest.reader);
        }
        if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0 && interest.writer != null) {
            ready.add(interest.writer);
        }
    }

    private void select(Selector open, long nanos) {
        try {
            if (nanos == Long.MAX_VALUE) {
                open.select(this);
            } else {
                // Rounded up: rounded down, the loop would spin through the last millisecond before a timer.
                open.select(this, Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos + 999_999)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private @Nullable Object set(SelectableChannel channel, @Nullable Object call, boolean reading) {
        SelectionKey key = selector == null ? null : channel.keyFor(selector);
        if (key == null || !key.isValid()) {
            if (call == null) {
                return null;
            }
            key = register(channel);
        }
        Interest interest = (Interest) key.attachment();
        Object before = reading ? interest.reader : interest.writer;
        if (reading) {
            interest.reader = call;
        } else {
            interest.writer = call;
        }
        if (interest.reader == null && interest.writer == null) {
            key.cancel();
        } else {
            key.interestOps(interest.operations(channel.validOps()));
        }
        return before;
    }

    private SelectionKey register(SelectableChannel channel) {
        try {
            Selector open = selector;
            if (open == null) {
                open = Selector.open();
                selector = open;
            }
            SelectionKey stale = channel.keyFor(open);
            if (stale != null) {
                open.selectNow(this); // a key cancelled in this iteration must leave before the channel comes again
            }
            return channel.register(open, 0, new Interest());
        } catch (ClosedChannelException e) {
            throw new IllegalArgumentException("The channel is closed: " + channel, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
