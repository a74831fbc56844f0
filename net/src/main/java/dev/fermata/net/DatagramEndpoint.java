package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.Turn;
import dev.fermata.net.spi.DatagramTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams: pieces of up to 65,507 bytes that arrive whole, or not at all, in any order.
 *
 * <pre>{@code
 * try (var endpoint = await(createDatagramEndpoint("localhost", 7777))) {
 *     while (true) {
 *         Datagram question = await(endpoint.receive());
 *         await(endpoint.send("you said " + question.text(), question.sender()));
 *     }
 * }
 * }</pre>
 *
 * <p>None is cut: {@link #receive()} has room for the longest, and {@link #receive(ByteBuffer)} refuses one that does not
 * fit. A receive that is cancelled loses none. What arrives while no task receives waits in the system, which drops what
 * its buffer has no room for ({@link java.net.StandardSocketOptions#SO_RCVBUF}).
 *
 * <p>For the thread of its loop. asyncio: {@code DatagramTransport} and {@code DatagramProtocol}.
 */
public final class DatagramEndpoint implements AsyncCloseable {
    /** How long a datagram can be, for IPv4 and IPv6. */
    private static final int LONGEST = 65_535;

    /** Where a datagram arrives before it is known how long it is. In use only within a call that does not await. */
    private static final ThreadLocal<ByteBuffer> ARRIVING =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(LONGEST));

    private final DatagramTransport transport;
    private final AsyncLock output = new AsyncLock();
    private final Turn turn = new Turn();

    /** One that did not fit. The next receive gets it. */
    private @Nullable Datagram kept;

    private boolean isReceiving;

    DatagramEndpoint(DatagramTransport transport) {
        this.transport = transport;
    }

    /**
     * Returns the next datagram, and waits if there is none. asyncio: {@code datagram_received}.
     *
     * @throws java.net.PortUnreachableException from the await, if this is connected and the peer's host has said, to one that was
     *     sent before, that nobody listens there. One can go on receiving
     * @throws IOException from the await, if nothing can be received; ClosedChannelException if this is closed, its subclass
     *     AsynchronousCloseException if it is closed meanwhile
     * @throws IllegalStateException from the await, if another task is receiving
     */
    @Async
    public Coroutine<Datagram> receive() {
        checkMayReceive();
        Datagram next = turn.isOver() ? null : taken();
        while (next == null) {
            await(readable());
            next = taken();
        }
        turn.count(next.bytes().length);
        return done(next);
    }

    /**
     * Receives the next datagram into {@code into}, and waits if there is none.
     *
     * @return its sender
     * @throws IllegalArgumentException from the await, if {@code into} is read-only; nothing is consumed
     * @throws LimitOverrunException from the await, if it does not fit; the next receive gets it
     * @throws IOException and IllegalStateException as {@link #receive()} does
     */
    @Async
    public Coroutine<InetSocketAddress> receive(ByteBuffer into) {
        if (into.isReadOnly()) {
            throw new IllegalArgumentException("Nothing can be received into a buffer that is read-only");
        }
        Datagram next = await(receive());
        int size = next.bytes().length;
        if (size > into.remaining()) {
            kept = next;
            throw Failures.undeclared(new LimitOverrunException("A datagram of " + size + " bytes from "
                    + Failures.name(next.sender()) + " does not fit into a buffer with room for " + into.remaining()
                    + ". Nothing was consumed: receive it with more room, or with receive()"));
        }
        into.put(next.bytes());
        return done(next.sender());
    }

    private @Nullable Datagram taken() {
        if (kept != null) {
            Datagram next = kept;
            kept = null;
            return next;
        }
        ByteBuffer arriving = ARRIVING.get().clear();
        InetSocketAddress sender = transport.receive(arriving);
        if (sender == null) {
            return null;
        }
        byte[] bytes = new byte[arriving.flip().remaining()];
        arriving.get(bytes);
        return new Datagram(bytes, sender);
    }

    @Async
    private Coroutine<Void> readable() {
        isReceiving = true;
        try {
            await(turn.isOver() ? giveWay() : transport.readable());
        } finally {
            isReceiving = false;
        }
        return done();
    }

    private void checkMayReceive() {
        checkOpen("Receiving at"); // also if one is kept
        if (isReceiving) {
            throw new IllegalStateException("Another task is receiving at " + transport
                    + ". Let one task receive, and hand on what it has got, say in an AsyncQueue");
        }
    }

    /** As {@link #send(ByteBuffer, InetSocketAddress)}, in UTF-8. */
    public Coroutine<Void> send(String text, InetSocketAddress to) {
        return send(ByteBuffer.wrap(text.getBytes(UTF_8)), to);
    }

    /** As {@link #send(ByteBuffer, InetSocketAddress)}. */
    public Coroutine<Void> send(byte[] bytes, InetSocketAddress to) {
        return send(ByteBuffer.wrap(bytes), to);
    }

    /** As {@link #send(ByteBuffer)}, in UTF-8. */
    public Coroutine<Void> send(String text) {
        return send(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    /** As {@link #send(ByteBuffer)}. */
    public Coroutine<Void> send(byte[] bytes) {
        return send(ByteBuffer.wrap(bytes));
    }

    /**
     * Sends a datagram to the peer that this is connected to. Otherwise as {@link #send(ByteBuffer, InetSocketAddress)}.
     *
     * @throws IllegalStateException from the await, if this is not connected
     */
    @Async
    public Coroutine<Void> send(ByteBuffer from) {
        InetSocketAddress peer = transport.remoteAddress();
        if (peer == null) {
            throw new IllegalStateException(
                    "The " + transport + " is not connected. Say to which address, or set DatagramOptions.remote");
        }
        await(send(from, peer));
        return done();
    }

    /**
     * Sends a datagram, and waits only if the system has no room for it. That it has arrived is not known. A cancel sends
     * nothing. asyncio: {@code sendto}.
     *
     * @param from all that it has is sent, as one datagram
     * @throws IllegalArgumentException from the await, if this is connected to another peer, or the host of the address was not
     *     looked up
     * @throws java.net.PortUnreachableException from the await, as {@link #receive()} does
     * @throws IOException from the await, if it is too long or there is no way to the address; ClosedChannelException if this is
     *     closed
     */
    @Async
    public Coroutine<Void> send(ByteBuffer from, InetSocketAddress to) {
        checkTarget(to);
        turn.count(from.remaining());
        if (!output.locked() && !turn.isOver() && transport.send(from, to)) {
            return done();
        }
        try (var held = await(output.acquire())) {
            checkNotClosedMeanwhile();
            if (turn.isOver()) {
                await(giveWay());
            }
            while (!transport.send(from, to)) {
                await(transport.writable());
            }
        }
        return done();
    }

    @Async
    private Coroutine<Void> giveWay() {
        await(turn.giveWay());
        checkNotClosedMeanwhile();
        return done();
    }

    /** Called after a wait for something else than the transport, whose waits do the same. */
    private void checkNotClosedMeanwhile() {
        if (!transport.isOpen()) {
            throw Failures.undeclared(new AsynchronousCloseException());
        }
    }

    private void checkOpen(String doing) {
        if (!transport.isOpen()) {
            throw Failures.undeclared(Failures.closedHere(doing, localAddress()));
        }
    }

    private void checkTarget(InetSocketAddress to) {
        checkOpen("Sending from");
        InetSocketAddress peer = transport.remoteAddress();
        if (peer != null && !peer.equals(to)) {
            throw new IllegalArgumentException(
                    "The " + transport + " cannot send to " + Failures.name(to) + ". Open one that is not connected");
        }
        if (to.isUnresolved()) {
            throw new IllegalArgumentException(
                    "The address of the host " + to.getHostString()
                            + " was not looked up. Do that with InetAddress.getByName in toThread, or use connectDatagramEndpoint");
        }
    }

    /**
     * Receives what is sent to a multicast group as well. Joining again does nothing. Open the endpoint at {@code "0.0.0.0"} for
     * a group of IPv4, or at {@code "::"} for one of IPv6, and at the port of the group.
     *
     * @param group such as 239.1.2.3
     * @param on the interface at which to receive
     * @throws IllegalArgumentException if the address is no multicast address
     */
    public void join(InetAddress group, NetworkInterface on) throws IOException {
        transport.join(Objects.requireNonNull(group, "group"), Objects.requireNonNull(on, "on"));
    }

    /** Ends what {@link #join} has begun. Does nothing if it has not. */
    public void leave(InetAddress group, NetworkInterface on) throws IOException {
        transport.leave(Objects.requireNonNull(group, "group"), Objects.requireNonNull(on, "on"));
    }

    /** Whether it was not closed here. asyncio: {@code not is_closing()}. */
    public boolean isOpen() {
        return transport.isOpen();
    }

    /** Returns the address of this end, also after it was closed. asyncio: {@code get_extra_info('sockname')}. */
    public InetSocketAddress localAddress() {
        return transport.localAddress();
    }

    /** Returns the peer that this is connected to, also after it was closed. Null if it is not connected. */
    public @Nullable InetSocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    /**
     * Sets an option of the socket.
     *
     * @throws UnsupportedOperationException if such a socket does not have it
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        transport.setOption(Objects.requireNonNull(option, "option"), value);
    }

    /**
     * Returns an option of the socket.
     *
     * @throws UnsupportedOperationException if such a socket does not have it
     */
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return transport.getOption(Objects.requireNonNull(option, "option"));
    }

    /**
     * Closes the socket. Tasks that wait for it get an AsynchronousCloseException. Closing again does nothing. asyncio:
     * {@code close}.
     */
    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<Void> aclose() {
        transport.close();
        return done();
    }

    @Override
    public String toString() {
        return (isOpen() ? "" : "closed ") + transport;
    }
}
