package dev.fermata.net;

import java.net.SocketOption;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to open a socket for datagrams: {@code DatagramOptions.defaults().remote("localhost", 7777)}. Immutable: each method
 * returns another one. From any thread.
 */
public final class DatagramOptions {
    private static final DatagramOptions DEFAULTS = new DatagramOptions(null, 0, Map.of());

    final @Nullable String remoteHost;
    final int remotePort;
    final Map<SocketOption<?>, Object> options;

    private DatagramOptions(@Nullable String remoteHost, int remotePort, Map<SocketOption<?>, Object> options) {
        this.remoteHost = remoteHost;
        this.remotePort = remotePort;
        this.options = options;
    }

    /** Returns the defaults: no peer in particular. */
    public static DatagramOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Connects to a peer: only its datagrams are received, {@link DatagramEndpoint#send(byte[])} needs no address, and it is told
     * if nobody listens there. Nothing is sent for that. asyncio: {@code remote_addr}.
     *
     * @param port from 1 to 65535
     */
    public DatagramOptions remote(String host, int port) {
        Net.checkPort(port, 1);
        Net.checkHost(host);
        return new DatagramOptions(Objects.requireNonNull(host, "host"), port, options);
    }

    /**
     * Sets an option of the socket before it is bound. One that such a socket does not have is ignored. Several sockets share a
     * port, as those for multicast do, if each has {@link java.net.StandardSocketOptions#SO_REUSEADDR}.
     */
    public <T> DatagramOptions option(SocketOption<T> option, T value) {
        return new DatagramOptions(remoteHost, remotePort, ConnectOptions.with(options, option, value));
    }
}
