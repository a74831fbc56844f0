package dev.fermata.internal.channels;

import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.internal.engine.Engine;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * A channel that stays registered with a loop from the first wait until it is closed. {@link EventLoop#readable} and the
 * others register it for each wait, and leave it as it was; that takes two or three calls of the system. Here a wait takes
 * none, and creates no object. In return the channel cannot be made blocking again, and only {@link #close} may close it,
 * because nothing else tells the tasks that wait.
 *
 * <p>A task whose channel is ready runs in the iteration that finds it so, one earlier than with {@link EventLoop#readable}.
 *
 * <p>On the loop's thread.
 */
public final class RegisteredChannel implements Closeable {
    final SelectableChannel channel;
    private final LoopChannels channels;

    /** Null before the first wait, and when the channel was closed. */
    private @Nullable SelectionKey key;

    /** The wait of each direction that was handed out last. */
    private @Nullable RegisteredWait reading;

    private @Nullable RegisteredWait writing;

    private RegisteredChannel(LoopChannels channels, SelectableChannel channel) {
        this.channels = channels;
        this.channel = channel;
    }

    /**
     * Takes a channel over, which is not registered yet.
     *
     * @param channel in non-blocking mode
     */
    public static RegisteredChannel of(EventLoop loop, SelectableChannel channel) {
        return new RegisteredChannel(((HasChannels) loop).channels(), channel);
    }

    /**
     * Waits until the channel can do what {@code event} says. One task at a time may wait for each direction.
     *
     * @return a coroutine. When it is awaited, it throws what {@link EventLoop#readable} throws
     */
    public Coroutine<Void> until(ChannelEvent event) {
        RegisteredWait before = event.isReading() ? reading : writing;
        if (before != null && before.isFor(event) && before.isUsedAgain()) {
            return before;
        }
        RegisteredWait wait = new RegisteredWait(this, event);
        if (event.isReading()) {
            reading = wait;
        } else {
            writing = wait;
        }
        return wait;
    }

    /**
     * Returns the number of the iteration that the loop runs, or ran last, from 1 on; after 2³² of them it begins anew. The
     * system is asked about channels once in each.
     */
    public int iteration() {
        return (int) channels.engine.iteration();
    }

    /** Called when a task begins to wait. */
    void add(Engine engine, ChannelEvent event, RegisteredWait wait) throws ClosedChannelException {
        if (engine != channels.engine) {
            throw new IllegalStateException("A task of another event loop cannot await " + channel);
        }
        channels.check(event.method);
        event.check(channel);
        SelectionKey registered = key;
        if (registered == null) {
            registered = channels.selector().keep(channel);
            key = registered;
        }
        channels.selector().addKept(registered, event.isReading(), wait);
    }

    /** Called when a task has been woken, or its wait was taken back. */
    void remove(ChannelEvent event) {
        SelectionKey registered = key;
        if (registered != null && channels.isOpen()) {
            channels.selector().removeKept(registered, event.isReading());
        }
    }

    /** Closes the channel. Tasks that wait for it get an AsynchronousCloseException. Closing again does nothing. */
    @Override
    public void close() throws IOException {
        SelectionKey registered = key;
        key = null;
        if (registered != null && channels.isOpen()) {
            channels.selector().release(registered);
        }
        channel.close();
    }
}
