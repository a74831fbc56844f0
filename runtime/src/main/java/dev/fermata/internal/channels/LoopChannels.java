package dev.fermata.internal.channels;

import dev.fermata.Coroutine;
import dev.fermata.internal.engine.Callback;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.Ready;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The channels of a loop: waits ({@link dev.fermata.EventLoop#readable} and the like) and callbacks. On the loop's thread.
 */
public final class LoopChannels {
    final Engine engine;

    /** Opened with the first channel. */
    private @Nullable ChannelSelector selector;

    /** Creates the channels of a loop; there are none yet. */
    public LoopChannels(Engine engine) {
        this.engine = engine;
    }

    /** Returns a coroutine that waits until {@code channel} is ready for {@code event}. */
    public Coroutine<Void> until(SelectableChannel channel, ChannelEvent event) {
        return new ChannelWait(this, Objects.requireNonNull(channel, "channel"), event);
    }

    /** Sets the callback that is called whenever {@code channel} is ready, in place of the previous one. */
    public void setCallback(String what, SelectableChannel channel, boolean reading, Runnable callback) {
        check(what);
        Callback added = new Callback(engine, callback);
        if (call(channel, reading) instanceof WaitForChannel waiting) {
            throw waiting.inTheWay();
        }
        try {
            if (set(channel, reading, added) instanceof Callback replaced) {
                replaced.cancel(); // it may be ready already
            }
        } catch (ClosedChannelException e) {
            throw new IllegalArgumentException("The channel is closed: " + channel, e);
        }
    }

    /**
     * Removes the callback set by {@link #setCallback}. A task that waits for the channel continues to wait.
     *
     * @return whether there was a callback
     */
    public boolean removeCallback(String what, SelectableChannel channel, boolean reading) {
        check(what);
        if (call(channel, reading) instanceof Callback callback) {
            remove(channel, reading);
            callback.cancel();
            return true;
        }
        return false;
    }

    void check(String what) {
        engine.checkOpen();
        engine.checkThread(what);
        if (engine.isGuest()) {
            throw new UnsupportedOperationException(
                    "A guest loop cannot wait for channels, because it waits in its host");
        }
    }

    /**
     * Returns the call that is set for a channel, or null.
     *
     * @param reading whether for reading and accepting, or for writing and connecting
     */
    @Nullable
    Ready call(SelectableChannel channel, boolean reading) {
        return selector == null ? null : selector.get(channel, reading);
    }

    /**
     * Sets the call that is added to the ready queue whenever {@code channel} can be read from or accepts, or, if not
     * {@code reading}, can be written to or is connected. If it is a {@link CalledOnClose}, it is also called once when the
     * channel is closed.
     *
     * @return the previous call, or null
     * @throws ClosedChannelException if the channel is closed
     * @throws java.nio.channels.IllegalBlockingModeException if it is in blocking mode
     */
    @Nullable
    Ready set(SelectableChannel channel, boolean reading, Ready call) throws ClosedChannelException {
        return selector().set(channel, reading, call);
    }

    /** Returns the selector, and opens it if this is the first channel. */
    ChannelSelector selector() {
        ChannelSelector open = selector;
        if (open == null) {
            open = new ChannelSelector(engine::addReady);
            selector = open;
            engine.parker.waitIn(open);
        }
        return open;
    }

    /** Whether the selector is open. */
    boolean isOpen() {
        return selector != null;
    }

    /** Removes the call set by {@link #set}. */
    void remove(SelectableChannel channel, boolean reading) {
        try {
            if (selector != null) {
                selector.set(channel, reading, null);
            }
        } catch (ClosedChannelException e) {
            throw new AssertionError("nothing was registered: a bug in Fermata", e);
        }
    }

    /** Closes the selector; channels stay open. */
    public void close() {
        if (selector != null) {
            engine.parker.waitIn(null);
            selector.close();
            selector = null;
        }
    }
}
