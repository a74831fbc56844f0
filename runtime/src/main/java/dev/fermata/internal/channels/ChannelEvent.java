package dev.fermata.internal.channels;

import java.nio.channels.SelectionKey;

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
}
