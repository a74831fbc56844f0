package dev.fermata.testing.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Promise;
import dev.fermata.internal.Backend;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Transport;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A bound address of a host. Connections are made without the program, as by the system. On the loop's thread. */
final class SimulatedListener implements Listener, SimulatedTransport.Opening {
    private static final int DEFAULT_BACKLOG = 50;

    private final Node node;
    private final SocketAddress local;
    private final int backlog;
    private final Map<SocketOption<?>, Object> options;

    /** Those whose peer has not heard the answer. */
    private final Set<SimulatedTransport> opening = new LinkedHashSet<>();

    /** Those that the program may accept. */
    private final Deque<SimulatedTransport> opened = new ArrayDeque<>();

    /** Connects to a path, for which the backlog has no room. */
    private final Deque<Packet> waiting = new ArrayDeque<>();

    private @Nullable Promise<Boolean> accepting;
    private boolean isClosed;

    SimulatedListener(Node node, SocketAddress local, int backlog, Map<SocketOption<?>, Object> options) {
        this.node = node;
        this.local = local;
        this.backlog = backlog == 0 ? DEFAULT_BACKLOG : backlog;
        this.options = options;
    }

    /** Called when a peer asks for a connection. */
    void receive(Packet connect) {
        if (opening.size() + opened.size() > backlog) { // as Linux: one more than was said
            if (local instanceof UnixDomainSocketAddress) {
                waiting.add(connect); // without a time limit, as over the sockets of the system
            } else {
                node.wire.drop(connect, "backlog is full");
            }
            return;
        }
        SimulatedTransport transport = new SimulatedTransport(
                node,
                connect.from(),
                connect.socket(),
                connect.target(),
                connect.source(),
                new SocketSettings(options),
                this,
                false);
        opening.add(transport);
        node.add(connect.socket(), transport);
        transport.receive(connect);
    }

    @Override
    public void opened(SimulatedTransport transport) {
        opening.remove(transport);
        opened.add(transport);
        wake();
    }

    @Override
    public void failed(SimulatedTransport transport, String why) {
        opening.remove(transport);
    }

    private void wake() {
        if (accepting != null && !accepting.done()) {
            accepting.setResult(true);
        }
    }

    @Async
    @Override
    public Coroutine<Transport> accept() {
        if (isClosed) {
            throw Failing.with(new ClosedChannelException());
        }
        while (opened.isEmpty()) {
            Promise<Boolean> awaited = Backend.get().promiseOf(() -> "a connection to " + Wire.end(node.host, local));
            accepting = awaited;
            try {
                await(awaited);
            } finally {
                accepting = null;
            }
            if (isClosed) {
                throw Failing.with(new AsynchronousCloseException());
            }
        }
        SimulatedTransport accepted = opened.remove();
        if (!waiting.isEmpty()) {
            receive(waiting.remove());
        }
        return done(accepted);
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        node.forget(this);
        opened.forEach(SimulatedTransport::abandon);
        opening.forEach(SimulatedTransport::abandon);
        opened.clear();
        opening.clear();
        waiting.forEach(node::receive); // which refuses them, as nobody listens
        waiting.clear();
        wake();
    }

    @Override
    public String toString() {
        return "listener at " + Failing.listening(local);
    }
}
