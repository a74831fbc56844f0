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
 * A selector, and the calls to make when its channels are ready: at most one for each direction of a channel. Accepting
 * counts as reading and connecting as writing, since no channel does both at a time.
 *
 * <p>For the loop's thread, except {@link #wake}.
 */
final class ChannelSelector implements Poller, Consumer<SelectionKey> {
    private static final int READING = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int WRITING = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    /** The two calls for which a channel can be ready. Attached to its key. */
    private static final class Interest {
        @Nullable
        Ready reader;

        @Nullable
        Ready writer;

        /** Whether the channel stays registered when there is no call. From {@link #keep} to {@link #release}. */
        boolean isKept;

        /** What the key of a kept channel asks the selector for. It may be more than there are calls. */
        int keptOperations;

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

        int calls() {
            return (reader == null ? 0 : 1) + (writer == null ? 0 : 1);
        }

        int operations() {
            return (reader == null ? 0 : READING) | (writer == null ? 0 : WRITING);
        }
    }

    /**
     * The limit of a select, in nanoseconds. When another thread closes a channel, that does not end a select. Neither does
     * the kernel, because the JDK closes the socket only once the selector has released it.
     */
    private static final long LONGEST_SELECT = TimeUnit.SECONDS.toNanos(1);

    private final Consumer<Ready> ready;
    private final Selector selector;

    /**
     * The keys with a call, without those of kept channels, in the order of registration. The selector forgets the keys of
     * closed channels by itself. A key that is missing there and not here was closed while a task waited.
     */
    private final Set<SelectionKey> waitedFor = new LinkedHashSet<>();

    /** How many channels are kept, and how many calls they have. */
    private int kept;

    private int callsOfKept;

    /**
     * Opens a selector.
     *
     * @param ready receives the calls of ready channels
     */
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
        return callsOfKept > 0 || !waitedFor.isEmpty();
    }

    /** Whether {@link #select} might drop the key of a closed channel before the task that waits for it is told. */
    @Override
    public boolean isToBePolledFirst() {
        return !waitedFor.isEmpty();
    }

    /** Adds the calls of channels that are ready now to the ready queue, and releases channels for which no task waits. */
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
     * Waits for a channel up to {@code nanos} and adds its calls to the ready queue; may return early. It drops closed
     * channels before it waits, so tasks that wait for them have to be woken by a {@link #poll} before.
     *
     * @param nanos {@code Long.MAX_VALUE} for no limit
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

    /** Returns the call that is set for {@code channel}, or null. */
    @Nullable
    Ready get(SelectableChannel channel, boolean reading) {
        SelectionKey key = channel.keyFor(selector);
        return key == null || !key.isValid() ? null : ((Interest) key.attachment()).call(reading);
    }

    /**
     * Sets the call that is added to the ready queue whenever {@code channel} is ready; null removes it.
     *
     * @return the previous call, or null
     */
    @Nullable
    Ready set(SelectableChannel channel, boolean reading, @Nullable Ready call) throws ClosedChannelException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !key.isValid()) {
            if (call == null) {
                return null;
            }
            key = register(channel);
            waitedFor.add(key);
        }
        Interest interest = (Interest) key.attachment();
        if (interest.isKept) {
            return setKept(key, reading, call);
        }
        Ready before = interest.call(reading);
        interest.set(reading, call);
        if (interest.reader == null && interest.writer == null) {
            waitedFor.remove(key);
            key.cancel();
            return before;
        }
        try {
            key.interestOps(channel.validOps() & interest.operations());
        } catch (CancelledKeyException closedMeanwhile) {
            if (call != null) {
                interest.set(reading, null);
                throw new ClosedChannelException();
            }
            return before; // the task that waits for the other direction is woken soon
        }
        return before;
    }

    private SelectionKey register(SelectableChannel channel) throws ClosedChannelException {
        if (channel.keyFor(selector) != null) {
            dropCancelledKeys(); // a key cancelled in this iteration must leave before the channel is registered again
        }
        return channel.register(selector, 0, new Interest());
    }

    /** Registers a channel until it is {@linkplain #release released}: a call that comes or goes is no call of the system. */
    SelectionKey keep(SelectableChannel channel) throws ClosedChannelException {
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !key.isValid()) {
            key = register(channel);
        } else {
            waitedFor.remove(key);
        }
        Interest interest = (Interest) key.attachment();
        interest.isKept = true;
        interest.keptOperations = key.interestOps();
        kept++;
        callsOfKept += interest.calls();
        return key;
    }

    /**
     * Adds the wait of a task for a kept channel. What the selector was asked for stays when the wait has ended, until the
     * channel is ready and has no call: most channels are waited for again before that.
     */
    void addKept(SelectionKey key, boolean reading, Ready call) throws ClosedChannelException {
        if (((Interest) key.attachment()).call(reading) instanceof WaitForChannel other) {
            throw other.inTheWay();
        }
        setKept(key, reading, call);
    }

    /** Removes the wait of a task. */
    void removeKept(SelectionKey key, boolean reading) {
        Interest interest = (Interest) key.attachment();
        callsOfKept -= interest.calls();
        interest.set(reading, null);
        callsOfKept += interest.calls();
    }

    private @Nullable Ready setKept(SelectionKey key, boolean reading, @Nullable Ready call)
            throws ClosedChannelException {
        Interest interest = (Interest) key.attachment();
        Ready before = interest.call(reading);
        removeKept(key, reading);
        if (call != null) {
            int needed = key.channel().validOps() & (reading ? READING : WRITING);
            try {
                ask(key, interest, interest.keptOperations | needed);
            } catch (CancelledKeyException closed) {
                throw new ClosedChannelException();
            }
            interest.set(reading, call);
            callsOfKept++;
        }
        return before;
    }

    private static void ask(SelectionKey key, Interest interest, int operations) {
        if (operations != interest.keptOperations) {
            key.interestOps(operations);
            interest.keptOperations = operations;
        }
    }

    /**
     * Called when a kept channel is about to be closed: wakes the tasks that wait for it, and lets the channel go. The JDK
     * would close the socket of a registered channel only at the next select, and end its output at once. The peer would then
     * see an end where it has to see a reset.
     */
    void release(SelectionKey key) {
        Interest interest = (Interest) key.attachment();
        kept--;
        callsOfKept -= interest.calls();
        Ready reader = interest.reader;
        Ready writer = interest.writer;
        interest.reader = null;
        interest.writer = null;
        tell(reader);
        tell(writer);
        key.cancel();
        dropCancelledKeys();
    }

    /**
     * Drops the keys that were cancelled. A channel that is ready stays so for the next poll; its call must not be made now
     * as well, or it would be made twice in one iteration.
     */
    private void dropCancelledKeys() {
        try {
            selector.selectNow(readyKey -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Adds the calls of a selected key to the ready queue, reading before writing, as asyncio does. */
    @Override
    public void accept(SelectionKey key) {
        if (!key.isValid()) {
            return; // closed meanwhile
        }
        Interest interest = (Interest) key.attachment();
        int operations = key.readyOps();
        int uncalled = 0;
        if ((operations & READING) != 0) {
            uncalled |= call(interest.reader) ? 0 : READING;
        }
        if ((operations & WRITING) != 0) {
            uncalled |= call(interest.writer) ? 0 : WRITING;
        }
        if (uncalled != 0 && interest.isKept) { // or a select would return at once, for ever
            ask(key, interest, interest.keptOperations & ~uncalled);
        }
    }

    /** Makes a call; returns whether there was one. */
    private boolean call(@Nullable Ready call) {
        if (call instanceof CalledAtOnce) {
            call.runReady(); // later, the next poll would find the channel ready once more, and without a call
        } else if (call != null) {
            ready.accept(call);
        }
        return call != null;
    }

    /**
     * Wakes the tasks that wait for closed channels. Called after a select, which has dropped the keys of those channels.
     */
    private void tellOfClosed() {
        if (selector.keys().size() - kept >= waitedFor.size()) {
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
        if (call instanceof CalledAtOnce) {
            call.runReady();
        } else if (call instanceof CalledOnClose) {
            ready.accept(call);
        }
    }

    /** Closes the selector; channels stay open. */
    void close() {
        try {
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
