package dev.fermata.testing.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Promise;
import dev.fermata.internal.Backend;
import dev.fermata.net.spi.DatagramTransport;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Host}, from its start to its crash: its sockets, and what {@link Network} is to the tasks on it. On the
 * loop's thread.
 */
final class Node implements Network {
    /** How many bytes the path of a Unix socket has at most on Linux, of which the JDK leaves two free. */
    private static final int LONGEST_PATH = 106;

    final Host host;
    final Wire wire;
    private final SimulatedNetwork network;
    private final Map<Long, SimulatedTransport> sockets = new LinkedHashMap<>();
    private final Map<SocketAddress, SimulatedListener> listeners = new LinkedHashMap<>();

    /** By their ports. */
    private final Map<Integer, SimulatedDatagrams> datagrams = new LinkedHashMap<>();

    private boolean isDown;

    Node(Host host, SimulatedNetwork network) {
        this.host = host;
        this.network = network;
        this.wire = network.wire;
    }

    // ---- what the program calls

    /** Takes no time of the loop. Other tasks run first, as they might while a thread works. */
    @Async
    @Override
    public Coroutine<Void> compute(Runnable work) {
        await(sleep(Duration.ZERO));
        work.run();
        return done();
    }

    @Override
    public boolean isSimulated() {
        return true;
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<List<InetAddress>> resolve(String name) {
        checkUp();
        InetAddress address = network.addressOf(name);
        if (address == null) {
            throw Failing.with(new UnknownHostException(
                    "No host of the simulated network has the name " + name + ". Its hosts: " + network.hostNames()));
        }
        return done(List.of(address));
    }

    @Async
    @Override
    public Coroutine<Transport> connect(
            SocketAddress remote, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options) {
        checkUp();
        String doing = local == null ? "Connecting to" : "Connecting from " + Failing.name(local) + " to";
        Host peer = peerAt(remote, doing);
        Promise<SimulatedTransport> answered =
                Backend.get().promiseOf(() -> "an answer of " + Wire.end(peer, remote) + " to a connect");
        long number = wire.newSocket();
        SimulatedTransport transport = new SimulatedTransport(
                this,
                peer,
                number,
                localAddress(remote, local, doing),
                remote,
                new SocketSettings(options),
                new Connecting(answered, doing),
                true);
        sockets.put(number, transport);
        transport.open();
        try {
            await(answered);
        } catch (Throwable failure) {
            transport.abandon();
            throw failure;
        }
        return done(transport);
    }

    private record Connecting(Promise<SimulatedTransport> answered, String doing)
            implements SimulatedTransport.Opening {
        @Override
        public void opened(SimulatedTransport transport) {
            if (!answered.done()) {
                answered.setResult(transport);
            }
        }

        @Override
        public void failed(SimulatedTransport transport, String why) {
            if (!answered.done()) {
                answered.setException(transport.connectFailure(doing));
            }
        }
    }

    Host peerAt(SocketAddress remote, String doing) {
        if (remote instanceof UnixDomainSocketAddress) {
            checkLength(remote, doing);
            if (!listeners.containsKey(remote)) {
                throw Failing.with(
                        new SocketException(doing + " " + Failing.name(remote) + ": No such file or directory"));
            }
            return host;
        }
        InetAddress address = internet(remote).getAddress();
        Host peer = isThisHost(address) ? host : network.hostAt(address);
        if (peer == null) {
            throw Failing.with(new NoRouteToHostException(doing + " " + Failing.name(remote)
                    + ": No host of the simulated network has this address. Its hosts: " + network.hostNames()));
        }
        return peer;
    }

    /** Whether a connection to that address stays on this host. */
    private static boolean isThisHost(InetAddress address) {
        return address.isLoopbackAddress() || address.isAnyLocalAddress();
    }

    /** Returns where packets to {@code remote} go. To all addresses is to localhost, as on Linux. */
    static SocketAddress target(SocketAddress remote) {
        return remote instanceof InetSocketAddress internet
                        && internet.getAddress().isAnyLocalAddress()
                ? new InetSocketAddress(Host.LOCALHOST, internet.getPort())
                : remote;
    }

    private SocketAddress localAddress(SocketAddress remote, @Nullable SocketAddress wanted, String doing) {
        if (remote instanceof UnixDomainSocketAddress) {
            return wanted == null ? UnixDomainSocketAddress.of("") : wanted;
        }
        InetAddress address = isThisHost(internet(remote).getAddress()) ? Host.LOCALHOST : host.address();
        int port = 0;
        if (wanted != null) {
            InetSocketAddress asked = internet(wanted);
            address = asked.getAddress().isAnyLocalAddress() ? address : owned(asked, doing, remote);
            port = asked.getPort();
            if (port != 0 && isInUse(port)) {
                throw inUse(doing, remote);
            }
        }
        return new InetSocketAddress(address, port == 0 ? freePort() : port);
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<Listener> listen(
            @Nullable SocketAddress local, int backlog, Map<SocketOption<?>, Object> options) {
        checkUp();
        new SocketSettings(options); // checks them, as for the sockets of the system
        SocketAddress bound =
                local instanceof UnixDomainSocketAddress ? checkedPath(local) : checkedAddress(local, "Listening at");
        SimulatedListener listener = new SimulatedListener(this, bound, backlog, options);
        listeners.put(bound, listener);
        return done(listener);
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<DatagramTransport> bindDatagrams(
            @Nullable InetAddress localHost,
            int localPort,
            @Nullable InetSocketAddress remote,
            Map<SocketOption<?>, Object> options) {
        checkUp();
        String doing = "Opening for datagrams at";
        InetSocketAddress asked = new InetSocketAddress(localHost == null ? Host.ANY : localHost, localPort);
        InetAddress address = asked.getAddress().isAnyLocalAddress() ? Host.ANY : owned(asked, doing, asked);
        if (datagrams.containsKey(localPort) || datagrams.size() > Host.PORTS / 2) {
            throw inUse(doing, asked);
        }
        int port = localPort;
        while (port == 0 || datagrams.containsKey(port)) {
            port = freePort();
        }
        InetSocketAddress bound = new InetSocketAddress(address, port);
        InetSocketAddress local = remote == null ? bound : new InetSocketAddress(sourceTo(remote, bound), port);
        SimulatedDatagrams endpoint = new SimulatedDatagrams(this, local, remote, new SocketSettings(options));
        datagrams.put(port, endpoint);
        return done(endpoint);
    }

    /** Returns the address from which something is sent to {@code remote} by a socket that is bound to {@code local}. */
    InetAddress sourceTo(InetSocketAddress remote, InetSocketAddress local) {
        if (!local.getAddress().equals(Host.ANY)) {
            return local.getAddress();
        }
        return isThisHost(remote.getAddress()) ? Host.LOCALHOST : host.address();
    }

    private static void checkLength(SocketAddress path, String doing) {
        if (path.toString().getBytes(UTF_8).length > LONGEST_PATH) {
            throw Failing.with(new SocketException(doing + " " + path + ": Unix domain path too long"));
        }
    }

    private SocketAddress checkedPath(SocketAddress path) {
        checkLength(path, "Listening at");
        if (listeners.containsKey(path)) {
            throw inUse("Listening at", path);
        }
        return path;
    }

    private SocketAddress checkedAddress(@Nullable SocketAddress local, String doing) {
        InetSocketAddress asked = local == null ? new InetSocketAddress(0) : internet(local);
        InetAddress address = asked.getAddress().isAnyLocalAddress() ? Host.ANY : owned(asked, doing, asked);
        if (asked.getPort() == 0) {
            return new InetSocketAddress(address, freePort());
        }
        for (SocketAddress each : listeners.keySet()) {
            if (each instanceof InetSocketAddress other
                    && other.getPort() == asked.getPort()
                    && (address.equals(Host.ANY)
                            || other.getAddress().equals(Host.ANY)
                            || other.getAddress().equals(address))) {
                throw inUse(doing, asked);
            }
        }
        return new InetSocketAddress(address, asked.getPort());
    }

    private InetAddress owned(InetSocketAddress asked, String doing, SocketAddress about) {
        InetAddress address = asked.getAddress();
        if (address.isLoopbackAddress()) {
            return Host.LOCALHOST;
        }
        if (!address.equals(host.address())) {
            throw Failing.with(new BindException(
                    doing + " " + Failing.name(about) + ": Cannot assign requested address. It is not one of " + host));
        }
        return host.address();
    }

    private static RuntimeException inUse(String doing, SocketAddress address) {
        throw Failing.with(new BindException(doing + " " + Failing.name(address) + ": Address already in use"));
    }

    private static InetSocketAddress internet(SocketAddress address) {
        if (address instanceof InetSocketAddress internet && !internet.isUnresolved()) {
            return internet;
        }
        throw new IllegalArgumentException("No simulated socket has such an address: " + address);
    }

    private int freePort() {
        int port = host.nextPort();
        for (int tried = 0; isInUse(port); tried++) {
            if (tried > Host.PORTS) {
                throw Failing.with(new BindException(host + " has no free port"));
            }
            port = host.nextPort();
        }
        return port;
    }

    private boolean isInUse(int port) {
        return listeners.keySet().stream().anyMatch(it -> hasPort(it, port))
                || sockets.values().stream().anyMatch(it -> hasPort(it.localAddress(), port));
    }

    private static boolean hasPort(SocketAddress address, int port) {
        return address instanceof InetSocketAddress internet && internet.getPort() == port;
    }

    private void checkUp() {
        if (isDown) {
            throw Failing.with(new IOException(host + " has crashed, or its network was closed"));
        }
    }

    // ---- packets

    void receive(Packet packet) {
        if (packet.socket() == Packet.NO_SOCKET) {
            receiveDatagram(packet);
            return;
        }
        SimulatedTransport socket = sockets.get(packet.socket());
        if (socket != null) {
            socket.receive(packet);
            return;
        }
        SimulatedListener listener = packet.kind() == Kind.CONNECT ? listenerAt(packet.target()) : null;
        if (listener != null) {
            listener.receive(packet);
        } else if (packet.kind() != Kind.RESET) {
            wire.send(new Packet(
                    host,
                    packet.from(),
                    Packet.Sender.NOBODY, // who has asked for the reset asks again
                    packet.target(),
                    packet.source(),
                    packet.socket() ^ 1,
                    Kind.RESET,
                    0,
                    Packet.NOTHING,
                    0,
                    0));
        }
    }

    private void receiveDatagram(Packet packet) {
        InetSocketAddress target = (InetSocketAddress) packet.target();
        SimulatedDatagrams endpoint = datagrams.get(target.getPort());
        if (endpoint != null && isAt(endpoint.localAddress(), target)) {
            endpoint.receive(packet);
        } else if (packet.kind() == Kind.DATAGRAM) {
            wire.send(new Packet(
                    host,
                    packet.from(),
                    Packet.Sender.NOBODY,
                    target,
                    packet.source(),
                    Packet.NO_SOCKET,
                    Kind.UNREACHABLE,
                    0,
                    Packet.NOTHING,
                    0,
                    0));
        }
    }

    private static boolean isAt(InetSocketAddress bound, InetSocketAddress target) {
        return bound.getAddress().equals(Host.ANY) || bound.getAddress().equals(target.getAddress());
    }

    private @Nullable SimulatedListener listenerAt(SocketAddress address) {
        SimulatedListener listener = listeners.get(address);
        return listener != null || !(address instanceof InetSocketAddress internet)
                ? listener
                : listeners.get(new InetSocketAddress(Host.ANY, internet.getPort()));
    }

    // ---- what connections and listeners call

    void add(long number, SimulatedTransport socket) {
        sockets.put(number, socket);
    }

    void forget(long number) {
        sockets.remove(number);
    }

    void forget(SimulatedListener listener) {
        listeners.remove(listener.localAddress(), listener);
    }

    void forget(SimulatedDatagrams closed) {
        datagrams.remove(closed.localAddress().getPort(), closed);
    }

    boolean hasSocket(long number) {
        return sockets.containsKey(number);
    }

    // ---- what a test does

    /** Called when the way to or from another host is another one than before, or that host has crashed. */
    void pathChanged(Host other) {
        List.copyOf(sockets.values()).forEach(it -> it.pathChanged(other));
    }

    void reset(Host other) {
        List.copyOf(sockets.values()).forEach(it -> it.resetByTest(other));
    }

    /** Returns how many connections and datagram endpoints the program has not closed. */
    int openConnections() {
        return datagrams.size()
                + (int) sockets.values().stream()
                        .filter(SimulatedTransport::isOpen)
                        .count();
    }

    /** Ends the run: nothing is sent any more. */
    void crash() {
        isDown = true;
        sockets.values().forEach(SimulatedTransport::crash);
        datagrams.values().forEach(SimulatedDatagrams::crash);
        datagrams.clear();
        sockets.clear();
        listeners.clear();
    }

    @Override
    public String toString() {
        return "network of " + host;
    }
}
