package dev.fermata.internal.channels;

import dev.fermata.internal.engine.Poller;
import dev.fermata.internal.engine.Ready;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A selector and the calls that its channels are waited for with: at most one of each direction. Reading is also
 * accepting, writing is also connecting, since no channel does both at a time.
 *
 * <p>All of it is for the loop's thread, but for {@link #wake}.
 */
final class ChannelSelector implements Poller, Consumer<SelectionKey> {
    /** The two calls that a channel can be ready for. An attachment of its key. */
    private static final class Interest {
        @Nullable
        Ready reader;

        @Nullable
        Ready writer;

        @Nullable
        Ready call(boolean reading) {
            return reading ? reader : writer;
        }

        void set(boolean reading, @Nullable Ready call) {
            if (reading) {
                reader = call;
            } else {
                writer = call;
            }
        }

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

    /**
     * Another thread that closes a channel does not end a select, and neither does the kernel, for the JDK closes the
     * socket only when the selector has let go of it. So none is longer than this.
     */
    private static final long LONGEST_SELECT = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<Ready> ready;
    private final Selector selector;

    /**
     * The keys with a call, in the order of registering. The selector forgets the keys of closed channels by itself;
     * whatever is missing there and not here was closed while somebody waited.
     */
    private final Set<SelectionKey> waitedFor = new LinkedHashSet<>();

    /** @param ready where the calls of ready channels go */
    ChannelSelector(Consumer<Ready> ready) {
        this.ready = ready;
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a channel may end a wait. */
    @Override
    public boolean isWaitedFor() {
        return !waitedFor.isEmpty();
    }

    /** Puts the calls of channels that are ready now into the ready queue, and lets go of channels nobody waits for. */
    @Override
    public void poll() {
        if (selector.keys().isEmpty()) {
            return;
        }
        try {
            selector.selectNow(this);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tellOfClosed();
    }

    /**
     * Waits for a channel up to {@code nanos}, and does the same; may return early. It drops closed channels and only then
     * waits, so those who wait for them are to be told by a {@link #poll} before.
     *
     * @param nanos {@code Long.MAX_VALUE}: for ever
     */
    @Override
    public void select(long nanos) {
        long longest = waitedFor.isEmpty() ? nanos : Math.min(nanos, LONGEST_SELECT);
        try {
            if (longest == Long.MAX_VALUE) {
                selector.select(this);
            } else {
                // Rounded up: rounded down, the loop would spin through the last millisecond before a timer.
                selector.select(this, Math.max(1, TimeUnit.NANOSECONDS.toMillis(longest + 999_999)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        tellOfClosed();
    }

    /** Ends a {@link #select}. From any thread. */
    @Override
    public void wake() {
        selector.wakeup();
    }

    /** The call that is set for {@code channel}, or null. */
    @Nullable
    Ready get(SelectableChannel channel, boolean reading) {
        SelectionKey key = channel.keyFor(selector);
        return key == null || !key.isValid() ? null : ((Interest) key.attachment()).call(reading);
    }

    /**
     * Has {@code call} put into the ready queue whenever {@code channel} is ready; null: not any more.
     *
     * @return the call there was before
     */
    @Nullable
    Ready set(SelectableChannel channel, boolean reading, @Nullable Ready call) throws ClosedChannelException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !key.isValid()) {
            if (call == null) {
                return null;
            }
            key = register(channel);
        }
        Interest interest = (Interest) key.attachment();
        Ready before = interest.call(reading);
        interest.set(reading, call);
        if (interest.reader == null && interest.writer == null) {
            waitedFor.remove(key);
            key.cancel();
            return before;
        }
        try {
            key.interestOps(interest.operations(channel.validOps()));
        } catch (CancelledKeyException closedMeanwhile) {
            if (call != null) {
                interest.set(reading, null);
                throw new ClosedChannelException();
            }
            return before; // whoever waits for the other direction is told soon
        }
        return before;
    }

    private SelectionKey register(SelectableChannel channel) throws ClosedChannelException {
        if (channel.keyFor(selector) != null) {
            dropCancelledKeys(); // a key cancelled in this iteration must leave before the channel comes again
        }
        SelectionKey key = channel.register(selector, 0, new Interest());
        waitedFor.add(key);
        return key;
    }

    /** What is ready stays ready for the next poll: to be called now as well would be twice in one iteration. */
    private void dropCancelledKeys() {
        try {
            selector.selectNow(readyKey -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A selected key: its calls become ready, reading before writing, as asyncio's do. */
    @Override
    public void accept(SelectionKey key) {
        if (!key.isValid()) {
            return; // closed meanwhile
        }
        Interest interest = (Interest) key.attachment();
        int operations = key.readyOps();
        if ((operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 && interest.reader != null) {
            ready.accept(interest.reader);
        }
        if ((operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0 && interest.writer != null) {
            ready.accept(interest.writer);
        }
    }

    /** After a select, which has dropped the keys of closed channels. */
    private void tellOfClosed() {
        if (selector.keys().size() >= waitedFor.size()) {
            return;
        }
        for (Iterator<SelectionKey> keys = waitedFor.iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            if (!key.isValid()) {
                keys.remove();
                Interest interest = (Interest) key.attachment();
                tell(interest.reader);
                tell(interest.writer);
            }
        }
    }

    private void tell(@Nullable Ready call) {
        if (call instanceof CalledOnClose) {
            ready.accept(call);
        }
    }

    /** Channels stay open. */
    void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
