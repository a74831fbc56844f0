package dev.fermata.testing.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Promise;
import dev.fermata.internal.Backend;
import dev.fermata.net.spi.DatagramTransport;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams. One that is sent is a packet without a pipe: it may be lost, and another one may overtake it. What
 * arrives while the buffer is full is dropped. On the loop's thread.
 */
final class SimulatedDatagrams implements DatagramTransport {
    /** What the headers leave of 65,535 bytes. */
    private static final int LONGEST = 65_507;

    private final Node node;
    private final InetSocketAddress local;
    private final @Nullable InetSocketAddress remote;
    private final SocketSettings settings;
    private final Deque<Packet> arrived = new ArrayDeque<>();
    private int bytesArrived;
    private boolean isUnreachable;
    private boolean isClosed;
    private @Nullable Promise<Boolean> waiting;

    SimulatedDatagrams(
            Node node, InetSocketAddress local, @Nullable InetSocketAddress remote, SocketSettings settings) {
        this.node = node;
        this.local = local;
        this.remote = remote;
        this.settings = settings;
    }

    // ---- what the network calls

    /** Called when a datagram arrives for this address, or the answer that nobody was there for one. */
    void receive(Packet packet) {
        if (remote != null && !remote.equals(packet.source())) {
            node.wire.drop(packet, "from another peer");
        } else if (packet.kind() == Kind.UNREACHABLE) {
            isUnreachable = remote != null; // who is not connected is not told
            wake();
        } else if (!arrived.isEmpty()
                && bytesArrived + packet.data().length
                        > settings.receiveBuffer(node.wire.options(packet.from(), node.host))) {
            node.wire.drop(packet, "buffer is full");
        } else {
            arrived.add(packet);
            bytesArrived += packet.data().length;
            node.wire.delivered(packet, 0);
            wake();
        }
    }

    /** Called when the host has crashed. */
    void crash() {
        isClosed = true;
    }

    private void wake() {
        if (waiting != null && !waiting.done()) {
            waiting.setResult(true);
        }
    }

    // ---- what the program calls

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer into) {
        checkOpen();
        checkReachable("Receiving from");
        if (arrived.isEmpty()) {
            return null;
        }
        Packet packet = arrived.remove();
        bytesArrived -= packet.data().length;
        into.put(packet.data());
        return (InetSocketAddress) packet.source();
    }

    @Async
    @Override
    public Coroutine<Void> readable() {
        checkOpen();
        if (arrived.isEmpty() && !isUnreachable) {
            if (waiting != null) {
                throw new IllegalStateException("Another task waits for the same of " + this);
            }
            Promise<Boolean> awaited = Backend.get().promiseOf(() -> "a datagram to " + Wire.end(node.host, local));
            waiting = awaited;
            try {
                await(awaited);
            } finally {
                waiting = null;
            }
            if (isClosed) {
                throw Failing.with(new AsynchronousCloseException());
            }
        }
        return done();
    }

    @Override
    public boolean send(ByteBuffer from, InetSocketAddress to) {
        checkOpen();
        String doing = "Sending " + from.remaining() + " bytes to";
        if (to.getPort() == 0) {
            throw Failing.with(new SocketException(doing + " " + Failing.name(to) + ": Can't send to port 0"));
        }
        checkReachable(doing);
        if (from.remaining() > LONGEST) {
            throw Failing.with(new SocketException(doing + " " + Failing.name(to) + ": Message too long"));
        }
        Host peer = node.peerAt(to, doing);
        byte[] bytes = new byte[from.remaining()];
        from.get(bytes);
        InetSocketAddress source = new InetSocketAddress(node.sourceTo(to, local), local.getPort());
        node.wire.send(new Packet(
                node.host,
                peer,
                Packet.Sender.NOBODY,
                source,
                Node.target(to),
                Packet.NO_SOCKET,
                Kind.DATAGRAM,
                0,
                bytes,
                0,
                0));
        return true;
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<Void> writable() {
        checkOpen();
        return done();
    }

    private void checkOpen() {
        if (isClosed) {
            throw Failing.with(new ClosedChannelException());
        }
    }

    private void checkReachable(String doing) {
        if (isUnreachable && remote != null) {
            isUnreachable = false;
            throw Failing.with(node.wire.caused(
                    new PortUnreachableException(doing + " " + Failing.name(remote) + ": nobody listens there")));
        }
    }

    @Override
    public void join(InetAddress group, NetworkInterface on) throws IOException {
        throw new UnsupportedOperationException("A simulated network has no multicast groups, such as " + group);
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on) {}

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            node.forget(this);
            wake();
        }
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public InetSocketAddress localAddress() {
        return local;
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        settings.set(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        if (isClosed) {
            throw new ClosedChannelException();
        }
        return settings.get(option, node.wire.options(node.host, node.host));
    }

    @Override
    public String toString() {
        return "datagram endpoint at " + Failing.listening(local);
    }
}
