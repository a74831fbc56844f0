package dev.fermata.internal.channels;

import java.nio.channels.SelectionKey;

/** What a channel is waited for to do. */
public enum ChannelEvent {
    READABLE("readable", SelectionKey.OP_READ, "be read from"),
    WRITABLE("writable", SelectionKey.OP_WRITE, "be written to"),
    ACCEPTABLE("acceptable", SelectionKey.OP_ACCEPT, "accept a connection"),
    CONNECTABLE("connectable", SelectionKey.OP_CONNECT, "finish connecting");

    /** The name of the method that waits for it. */
    final String method;

    /** As a bit of a {@link SelectionKey}. */
    final int operation;

    /** What the channel then can do without blocking, as the end of a sentence. */
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
