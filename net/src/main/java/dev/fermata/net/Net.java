package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.net.internal.Bindings;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.HappyEyeballs;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections, starts servers, and opens sockets for datagrams. Meant for {@code import static dev.fermata.net.Net.*}. On the thread of a running
 * loop.
 */
public final class Net {
    private Net() {}

    /** As {@link #openConnection(String, int, ConnectOptions)}, with the defaults. */
    public static Coroutine<Connection> openConnection(String host, int port) {
        return openConnection(host, port, ConnectOptions.defaults());
    }

    /**
     * Connects to a host. If it has several addresses, the one that answers first is taken, as RFC 8305 ("happy eyeballs")
     * says. There is no time limit but that of the system, which may be minutes: put it into a
     * {@link dev.fermata.Asyncio#timeout timeout}. A cancel leaves nothing open. asyncio: {@code open_connection}.
     *
     * @param host its name or its address, which is not empty
     * @param port from 1 to 65535
     * @throws java.net.UnknownHostException from the await, if the host has no address
     * @throws java.io.IOException from the await, if it cannot be connected to; the message says to which address and why, and with
     *     several addresses each failure is suppressed in it
     * @throws javax.net.ssl.SSLException from the await, if the handshake of TLS fails; the message says why
     */
    @Async
    public static Coroutine<Connection> openConnection(String host, int port, ConnectOptions options) {
        checkPort(port, 1);
        checkHost(host);
        var connecting = new HappyEyeballs(Network.current(), options.local, options.options);
        var transport = await(connecting.connect(Objects.requireNonNull(host, "host"), port, options.delay));
        return done(await(opened(transport, new Connection.Client(host, port), options)));
    }

    /** As {@link #openUnixConnection(Path, ConnectOptions)}, with the defaults. */
    public static Coroutine<Connection> openUnixConnection(Path path) {
        return openUnixConnection(path, ConnectOptions.defaults());
    }

    /**
     * Connects to a socket of this host that has a path. It waits while the server's backlog is full, if the system's
     * messages are in English; otherwise it fails then. asyncio: {@code open_unix_connection}.
     *
     * @throws java.io.IOException from the await, if it cannot be connected to; the message has the path
     */
    @Async
    public static Coroutine<Connection> openUnixConnection(Path path, ConnectOptions options) {
        var transport =
                await(Network.current().connect(UnixDomainSocketAddress.of(path), options.local, options.options));
        return done(await(opened(transport, new Connection.Client(null, -1), options)));
    }

    @Async
    private static Coroutine<Connection> opened(Transport transport, Connection.Client client, ConnectOptions options) {
        Connection connection = new Connection(transport, options.limit, client);
        if (options.tls != null) {
            await(connection.startTls(options.tls));
        }
        return done(connection);
    }

    /** As {@link #startServer(ConnectionHandler, String, int, ServerOptions)}, with the defaults. */
    public static Coroutine<Server> startServer(ConnectionHandler handler, @Nullable String host, int port) {
        return startServer(handler, host, port, ServerOptions.defaults());
    }

    /**
     * Starts a server, which accepts from now on. {@code handler} is called for each connection, in a task of its own, and
     * the connection is closed when it has ended. asyncio: {@code start_server}.
     *
     * @param host whose addresses to listen at; null for all of this host. An empty one is refused, which means all to asyncio
     * @param port 0 for a free one: {@link Server#port} says which
     * @throws java.net.BindException from the await, if the port is in use or not allowed; the message has the address
     * @throws java.io.IOException from the await, if there is no such host or no more descriptor
     * @throws IllegalArgumentException from the await, if an option of the socket cannot have its value
     */
    @Async
    public static Coroutine<Server> startServer(
            ConnectionHandler handler, @Nullable String host, int port, ServerOptions options) {
        Objects.requireNonNull(handler, "handler");
        checkPort(port, 0);
        checkHost(host);
        var bindings = new Bindings(Network.current(), options.backlog, options.options);
        return done(new Server(await(bindings.at(host, port)), handler, options));
    }

    /** As {@link #startUnixServer(ConnectionHandler, Path, ServerOptions)}, with the defaults. */
    public static Coroutine<Server> startUnixServer(ConnectionHandler handler, Path path) {
        return startUnixServer(handler, path, ServerOptions.defaults());
    }

    /**
     * Starts a server at a path of this host. The path must not exist; closing the server deletes it. A server that was killed
     * leaves it: delete it before this, if no other server can be running. asyncio: {@code start_unix_server}, which deletes
     * any socket at the path, also that of a server that is running.
     *
     * @throws java.net.BindException from the await, if the path exists; the message says whether a process listens there
     * @throws java.io.IOException from the await, if it cannot be made
     */
    @Async
    public static Coroutine<Server> startUnixServer(ConnectionHandler handler, Path path, ServerOptions options) {
        Objects.requireNonNull(handler, "handler");
        var listener =
                await(Network.current().listen(UnixDomainSocketAddress.of(path), options.backlog, options.options));
        return done(new Server(List.of(listener), handler, options));
    }

    /** As {@link #createDatagramEndpoint(String, int, DatagramOptions)}, with the defaults. */
    public static Coroutine<DatagramEndpoint> createDatagramEndpoint(@Nullable String localHost, int localPort) {
        return createDatagramEndpoint(localHost, localPort, DatagramOptions.defaults());
    }

    /** As {@link #createDatagramEndpoint(String, int, DatagramOptions)}, at a free port, and connected to one peer. */
    public static Coroutine<DatagramEndpoint> connectDatagramEndpoint(String remoteHost, int remotePort) {
        return createDatagramEndpoint(null, 0, DatagramOptions.defaults().remote(remoteHost, remotePort));
    }

    /**
     * Opens a socket for datagrams. asyncio: {@code create_datagram_endpoint}.
     *
     * @param localHost at whose first address to receive, and from which to send; null for all addresses of this host
     * @param localPort 0 for a free one: {@link DatagramEndpoint#localAddress} says which
     * @throws java.net.BindException from the await, if the port is in use or not allowed; the message has the address
     * @throws java.net.UnknownHostException from the await, if one of the hosts has no address, or no pair of addresses of the same
     *     kind
     * @throws java.io.IOException from the await, if there is no more descriptor
     */
    @Async
    public static Coroutine<DatagramEndpoint> createDatagramEndpoint(
            @Nullable String localHost, int localPort, DatagramOptions options) {
        checkPort(localPort, 0);
        checkHost(localHost);
        Network network = Network.current();
        List<InetAddress> locals = localHost == null ? List.of() : await(network.resolve(localHost));
        List<InetAddress> remotes = options.remoteHost == null ? List.of() : await(network.resolve(options.remoteHost));
        @Nullable InetAddress local = locals.isEmpty() ? null : locals.get(0);
        @Nullable
        InetSocketAddress remote = options.remoteHost == null
                ? null
                : new InetSocketAddress(ofSameKind(remotes, local), options.remotePort);
        return done(new DatagramEndpoint(await(network.bindDatagrams(local, localPort, remote, options.options))));
    }

    private static InetAddress ofSameKind(List<InetAddress> remotes, @Nullable InetAddress local) {
        for (InetAddress each : remotes) {
            if (local == null || each.getClass() == local.getClass()) {
                return each;
            }
        }
        throw Failures.undeclared(new UnknownHostException("From " + local + " nothing can be sent to " + remotes
                + ", because one is an address of IPv4 and the other of IPv6"));
    }

    /** The JDK takes an empty name for localhost, and asyncio for all addresses where it is a server's. Neither is likely meant. */
    static void checkHost(@Nullable String host) {
        if (host != null && host.isEmpty()) {
            throw new IllegalArgumentException(
                    "The host is empty. Say localhost for this host; a server at all addresses has null");
        }
    }

    static void checkPort(int port, int least) {
        if (port < least || port > 65_535) {
            throw new IllegalArgumentException("port " + port + " is not from " + least + " to 65535");
        }
    }
}
