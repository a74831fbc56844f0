package dev.fermata;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;

/** The callbacks that a loop has for channels: what {@link EventLoop#addReader} and its like do. */
final class ChannelCallbacks {
    private ChannelCallbacks() {}

    static void set(EventLoop loop, SelectableChannel channel, boolean reading, Runnable callback) {
        Callback added = new Callback(loop, callback);
        if (loop.parker.call(channel, reading) instanceof ChannelWait waiting) {
            throw waiting.inTheWay();
        }
        try {
            if (loop.parker.set(channel, reading, added) instanceof Callback replaced) {
                replaced.cancel(); // it may be ready already
            }
        } catch (ClosedChannelException e) {
            throw new IllegalArgumentException("The channel is closed: " + channel, e);
        }
    }

    /** A task that waits for the channel is no callback, and goes on waiting. */
    static boolean remove(EventLoop loop, SelectableChannel channel, boolean reading) {
        if (loop.parker.call(channel, reading) instanceof Callback callback) {
            loop.parker.remove(channel, reading);
            callback.cancel();
            return true;
        }
        return false;
    }
}
