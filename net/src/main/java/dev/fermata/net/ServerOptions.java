package dev.fermata.net;

import java.net.SocketOption;
import java.util.Map;

/**
 * How to serve: {@code ServerOptions.defaults().maxConnections(1_000)}. Immutable: each method returns another one. From any
 * thread.
 */
public final class ServerOptions {
    private static final ServerOptions DEFAULTS =
            new ServerOptions(Connection.DEFAULT_LIMIT, 0, Integer.MAX_VALUE, Map.of());

    final int limit;
    final int backlog;
    final int maxConnections;
    final Map<SocketOption<?>, Object> options;

    private ServerOptions(int limit, int backlog, int maxConnections, Map<SocketOption<?>, Object> options) {
        this.limit = limit;
        this.backlog = backlog;
        this.maxConnections = maxConnections;
        this.options = options;
    }

    /** Returns the defaults: a limit of 64 KiB, the backlog of the JDK, any number of connections. */
    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    /** As {@link ConnectOptions#limit}, for each connection. */
    public ServerOptions limit(int bytes) {
        return new ServerOptions(ConnectOptions.checkedLimit(bytes), backlog, maxConnections, options);
    }

    /**
     * Sets how many peers may wait to be accepted. asyncio: {@code backlog}.
     *
     * @param peers one or more
     */
    public ServerOptions backlog(int peers) {
        if (peers < 1) {
            throw new IllegalArgumentException("a backlog of " + peers + " peers; it must be one or more");
        }
        return new ServerOptions(limit, peers, maxConnections, options);
    }

    /**
     * Sets how many connections are served at the same time. Further ones wait in the backlog. asyncio has no such limit.
     *
     * @param connections one or more
     */
    public ServerOptions maxConnections(int connections) {
        if (connections < 1) {
            throw new IllegalArgumentException(connections + " connections at most; it must be one or more");
        }
        return new ServerOptions(limit, backlog, connections, options);
    }

    /** Sets an option of the listening socket and of those that it accepts, of each where it has it. */
    public <T> ServerOptions option(SocketOption<T> option, T value) {
        return new ServerOptions(limit, backlog, maxConnections, ConnectOptions.with(options, option, value));
    }
}
