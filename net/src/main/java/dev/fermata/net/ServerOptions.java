package dev.fermata.net;

import java.net.SocketOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to serve: {@code ServerOptions.defaults().maxConnections(1_000)}. Immutable: each method returns another one. From any
 * thread.
 */
public final class ServerOptions {
    private static final ServerOptions DEFAULTS =
            new ServerOptions(Connection.DEFAULT_LIMIT, 0, Integer.MAX_VALUE, Map.of(), null);

    final int limit;
    final int backlog;
    final int maxConnections;
    final Map<SocketOption<?>, Object> options;
    final @Nullable TlsOptions tls;

    private ServerOptions(
            int limit,
            int backlog,
            int maxConnections,
            Map<SocketOption<?>, Object> options,
            @Nullable TlsOptions tls) {
        this.limit = limit;
        this.backlog = backlog;
        this.maxConnections = maxConnections;
        this.options = options;
        this.tls = tls;
    }

    /** Returns the defaults: a limit of 64 KiB, the backlog of the JDK, any number of connections, no TLS. */
    public static ServerOptions defaults() {
        return DEFAULTS;
    }

    /** As {@link ConnectOptions#limit}, for each connection. */
    public ServerOptions limit(int bytes) {
        return new ServerOptions(ConnectOptions.checkedLimit(bytes), backlog, maxConnections, options, tls);
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
        return new ServerOptions(limit, peers, maxConnections, options, tls);
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
        return new ServerOptions(limit, backlog, connections, options, tls);
    }

    /**
     * Sets an option of the listening socket and of those that it accepts, of each where it has it. A value that it cannot have
     * is refused when the server is started.
     */
    public <T> ServerOptions option(SocketOption<T> option, T value) {
        return new ServerOptions(limit, backlog, maxConnections, ConnectOptions.with(options, option, value), tls);
    }

    /**
     * Speaks TLS. The handshake of a client is the beginning of its task, so one that is slow holds up nobody. If it fails,
     * that is reported, and the handler is not called. asyncio: {@code ssl}.
     *
     * @throws IllegalArgumentException if it has no certificate
     */
    public ServerOptions tls(TlsOptions how) {
        return new ServerOptions(limit, backlog, maxConnections, options, how.checkedForServer());
    }
}
