package dev.fermata.internal.channels;

import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** What a task can wait for a channel to do. */
public enum ChannelEvent {
    READABLE("readable", SelectionKey.OP_READ, "be read from"),
    WRITABLE("writable", SelectionKey.OP_WRITE, "be written to"),
    ACCEPTABLE("acceptable", SelectionKey.OP_ACCEPT, "accept a connection"),
    CONNECTABLE("connectable", SelectionKey.OP_CONNECT, "finish connecting");

    /** The name of the method that waits for it. */
    final String method;

    /** The bit of a {@link SelectionKey}. */
    final int operation;

    /** What the channel can then do without blocking, as the end of a sentence. */
    final String ability;

    ChannelEvent(String method, int operation, String ability) {
        this.method = method;
        this.operation = operation;
        this.ability = ability;
    }

    boolean isReading() {
        return this == READABLE || this == ACCEPTABLE;
    }

    /** Checks that a task may wait for {@code channel} to do this. */
    void check(SelectableChannel channel) throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if ((channel.validOps() & operation) == 0) {
            throw new IllegalArgumentException(
                    "A " + channel.getClass().getSimpleName() + " never can " + ability + ": " + channel);
        }
        if (channel.isBlocking()) {
            throw new IllegalStateException(
                    "The channel is in blocking mode. Call configureBlocking(false) first: " + channel);
        }
    }

    /** Returns the exception for a task that wants to wait for what {@code task} waits for. */
    IllegalStateException inTheWay(@Nullable Object task, SelectableChannel channel) {
        return new IllegalStateException(
                task + " already waits for " + channel + " to " + ability + "; one task at a time may do so");
    }
}
