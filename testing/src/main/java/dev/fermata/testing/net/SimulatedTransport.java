package dev.fermata.testing.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.TimerHandle;
import dev.fermata.internal.Backend;
import dev.fermata.net.spi.Transport;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection, with what TCP does: it sends again what was not acknowledged, sends no more than the peer has
 * room for, ends each direction by itself, and answers with a reset what cannot be read any more. What it leaves out, because
 * no program can tell: numbers that begin anywhere, the control of congestion, and packets that arrive out of order.
 *
 * <p>A probe asks a peer that has no room whether it is still there. It is only sent while the way to the peer is cut or the
 * peer is gone. Otherwise the answer is known, and probes without end would hide a deadlock.
 *
 * <p>On the loop's thread.
 */
final class SimulatedTransport implements Transport, Packet.Sender {
    /** How many bytes a packet has at most. */
    private static final int PACKET = 16 * 1024;

    /** How long an acknowledgement may be late before what it is about is sent again; doubled each time. */
    private static final long PATIENCE = 200_000_000;

    private static final long CONNECT_PATIENCE = 1_000_000_000;

    private static final String RESET = "Connection reset";
    private static final long MOST_PATIENCE = 60_000_000_000L;

    private enum State {
        /** The peer has not answered yet. */
        CONNECTING,
        /** Has answered the peer, which does not know yet. */
        ACCEPTING,
        ESTABLISHED,
        /** Both directions have ended, and everything was acknowledged. */
        ENDED,
        /** Reset, timed out or abandoned, or its host has crashed. */
        GONE
    }

    private final Node node;
    private final Wire wire;
    private final EventLoop loop;
    private final Host peer;
    private final long number;
    private final SocketAddress local;
    private final SocketAddress remote;

    /** Where packets go: that is another address, if it is connected to all addresses. */
    private final SocketAddress target;

    private final SocketSettings settings;
    private final LinkOptions options;
    private final Wire.Pipe pipe = new Wire.Pipe();
    private State state;

    /** What waits for the answer of the peer: a connect attempt, or the listener. */
    private final Opening opening;

    /** Whether the program has closed it. */
    private boolean isClosed;

    /** Why it is broken, as the end of a message; null if it is not. */
    private @Nullable String broken;

    /** Whether it is broken, and neither a read nor a write was told why. Linux tells the first one only. */
    private boolean isUntold;

    /** Whether a read was told of a reset, which the JDK remembers. */
    private boolean isResetRead;

    // The output. Bytes are numbered from 0; the end of the stream has the number behind the last byte.

    /** What was written and not acknowledged. */
    private final ByteQueue output = new ByteQueue();

    private long acknowledged;
    private long sent;
    private long written;
    private boolean isEnding;

    /** The number of the first byte for which the peer has no room. */
    private long windowEnd;

    // The input.

    private final ByteQueue input = new ByteQueue();
    private long received;
    private long advertised;
    private boolean hasPeerEnded;

    /** Whether the last acknowledgement was lost at a partition. */
    private boolean isUnheard;

    // Waiting.

    private @Nullable Promise<Boolean> readable;
    private @Nullable Promise<Boolean> writable;
    private @Nullable TimerHandle timer;
    private int repeats;

    /** Since when the peer has not acknowledged what it should; -1 if it owes nothing. */
    private long silentSince = -1;

    /** What is told how the opening of a connection has ended. */
    interface Opening {
        void opened(SimulatedTransport transport);

        /** The other end has refused, or given no answer. */
        void failed(SimulatedTransport transport, String why);
    }

    /** Asks for a connection if {@code isClient}, and otherwise answers one who does. */
    SimulatedTransport(
            Node node,
            Host peer,
            long number,
            SocketAddress local,
            SocketAddress remote,
            SocketSettings settings,
            Opening opening,
            boolean isClient) {
        this.node = node;
        this.wire = node.wire;
        this.loop = wire.loop;
        this.peer = peer;
        this.number = number;
        this.local = local;
        this.remote = remote;
        this.target = Node.target(remote);
        this.settings = settings;
        this.opening = opening;
        this.options = wire.options(node.host, peer);
        this.state = isClient ? State.CONNECTING : State.ACCEPTING;
    }

    // ---- opening

    /** Sends the first packet, or the answer to it. */
    void open() {
        send(state == State.CONNECTING ? Kind.CONNECT : Kind.ACCEPT, 0, Packet.NOTHING);
        arm();
    }

    private void established() {
        state = State.ESTABLISHED;
        heard();
        opening.opened(this);
    }

    // ---- packets

    /** Called when a packet arrives for this end. */
    void receive(Packet packet) {
        if (packet.kind() == Kind.RESET) {
            reset();
            return;
        }
        switch (state) {
            case CONNECTING -> {
                if (packet.kind() == Kind.ACCEPT) {
                    windowEnd = packet.windowEnd();
                    established();
                    acknowledge();
                }
            }
            case ACCEPTING -> {
                windowEnd = packet.windowEnd();
                if (packet.kind() == Kind.CONNECT) {
                    open();
                } else {
                    established();
                    receiveStream(packet);
                }
            }
            case ESTABLISHED -> {
                if (packet.kind() == Kind.ACCEPT) {
                    acknowledge(); // the first one was lost
                } else {
                    receiveStream(packet);
                }
            }
            case ENDED -> {
                if (packet.kind() == Kind.END) {
                    acknowledge(); // the first one was lost
                }
            }
            case GONE -> {}
        }
    }

    private void receiveStream(Packet packet) {
        receiveAcknowledgement(packet);
        if (packet.data().length > 0 && packet.end() > received && packet.sequence() <= received) {
            if (isClosed) {
                send(Kind.RESET, sent, Packet.NOTHING); // nobody will read it
                gone();
                return;
            }
            int known = (int) (received - packet.sequence());
            input.add(packet.data(), known, packet.data().length - known);
            received = packet.end();
            wire.delivered(packet, known);
            wake(readable);
        }
        if (packet.kind() == Kind.END && packet.sequence() == received && !hasPeerEnded) {
            received++;
            hasPeerEnded = true;
            wake(readable);
        }
        if (packet.kind() != Kind.ACKNOWLEDGE) {
            acknowledge();
        }
        endIfDone();
        transmit();
    }

    private void receiveAcknowledgement(Packet packet) {
        windowEnd = Math.max(windowEnd, packet.windowEnd());
        if (packet.acknowledged() > acknowledged) {
            output.skip((int) (Math.min(packet.acknowledged(), written) - acknowledged));
            acknowledged = packet.acknowledged();
            sent = Math.max(sent, acknowledged);
            heard();
            wake(writable);
        } else if (acknowledged == sent) {
            heard();
        }
    }

    /** Called when the peer owes nothing, or has just paid. */
    private void heard() {
        repeats = 0;
        silentSince = -1;
        disarm();
    }

    /** The connection has ended when both have said so, and heard it. */
    private void endIfDone() {
        if (state == State.ESTABLISHED && isClosed && hasPeerEnded && acknowledged > written) {
            state = State.ENDED;
            disarm();
        }
    }

    private void transmit() {
        if (state != State.ESTABLISHED) {
            return;
        }
        while (sent < written && sent < windowEnd) {
            int count = (int) Math.min(PACKET, Math.min(written, windowEnd) - sent);
            send(Kind.DATA, sent, output.copy((int) (sent - acknowledged), count));
            sent += count;
        }
        if (isEnding && sent == written) {
            send(Kind.END, sent, Packet.NOTHING);
            sent++;
        }
        arm();
    }

    private void acknowledge() {
        isUnheard = false;
        send(Kind.ACKNOWLEDGE, sent, Packet.NOTHING);
    }

    private void send(Kind kind, long sequence, byte[] data) {
        advertised = received + settings.receiveBuffer(options) - input.size();
        wire.send(
                new Packet(
                        node.host, peer, this, local, target, number ^ 1, kind, sequence, data, received, advertised),
                pipe);
    }

    /** Nobody waits for an acknowledgement of an acknowledgement, so it is sent again by whoever has lost it. */
    @Override
    public void lost(Packet packet) {
        Node other = peer.nodeOrNull();
        if (packet.kind() == Kind.RESET && other != null) {
            other.pathChanged(node.host); // it has to find out
        }
        if (packet.kind() != Kind.ACKNOWLEDGE) {
            return;
        }
        if (wire.isCut(node.host, peer)) {
            isUnheard = true;
        } else if (other != null) {
            loop.callAt(loop.time() + PATIENCE, () -> {
                if (state == State.ESTABLISHED) {
                    acknowledge();
                }
            });
        }
    }

    // ---- a peer that says nothing

    /** Called when the way to or from a host is another one than before, or that host has crashed. */
    void pathChanged(Host other) {
        if (other != peer || state == State.GONE) {
            return;
        }
        if (isUnheard && !wire.isCut(node.host, peer)) {
            acknowledge();
        }
        arm();
    }

    private boolean isOwed() {
        return switch (state) {
            case CONNECTING -> !(remote instanceof UnixDomainSocketAddress); // the listener knows that it waits
            case ACCEPTING -> true;
            case ESTABLISHED -> acknowledged < sent || (sent < written && !isPeerThere());
            case ENDED, GONE -> false;
        };
    }

    private boolean isPeerThere() {
        Node other = peer.nodeOrNull();
        return !wire.isCut(node.host, peer)
                && !wire.isCut(peer, node.host)
                && other != null
                && other.hasSocket(number ^ 1);
    }

    private void arm() {
        if (timer != null || !isOwed()) {
            return;
        }
        if (silentSince < 0) {
            silentSince = loop.time();
        }
        boolean isOpen = state == State.ESTABLISHED;
        long patience = Math.min(MOST_PATIENCE, (isOpen ? PATIENCE : CONNECT_PATIENCE) << Math.min(repeats, 20));
        timer = loop.callAt(Math.min(limit(), wire.answerExpected(pipe, node.host, peer) + patience), this::overdue);
    }

    private long limit() {
        return silentSince + (state == State.ESTABLISHED ? options.silenceLimit : options.connectLimit);
    }

    private void disarm() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void overdue() {
        timer = null;
        if (!isOwed()) {
            return;
        }
        if (loop.time() >= limit()) {
            breaks("Connection timed out");
            return;
        }
        repeats++;
        if (state != State.ESTABLISHED) {
            open();
        } else if (acknowledged < sent) {
            sent = acknowledged;
            transmit();
        } else {
            send(Kind.PROBE, sent, Packet.NOTHING);
            arm();
        }
    }

    // ---- the end

    private void reset() {
        breaks(state == State.CONNECTING ? "Connection refused" : RESET);
    }

    /** Called when a test resets the connection at both ends. */
    void resetByTest(Host other) {
        if (other == peer && state == State.ESTABLISHED) {
            reset();
        }
    }

    private void breaks(String why) {
        boolean isOpening = state == State.CONNECTING || state == State.ACCEPTING;
        broken = why;
        isUntold = true;
        gone();
        if (isOpening) {
            opening.failed(this, why);
        }
    }

    /** Forgets everything but what has arrived. */
    private void gone() {
        state = State.GONE;
        disarm();
        output.clear();
        node.forget(number);
        wake(readable);
        wake(writable);
    }

    /** Called when the host has crashed. Nothing is sent any more. */
    void crash() {
        isClosed = true;
        state = State.GONE;
        disarm();
    }

    /** Gives up a connection before it was used. */
    void abandon() {
        isClosed = true;
        if (state != State.GONE) {
            if (state != State.CONNECTING) {
                send(Kind.RESET, sent, Packet.NOTHING);
            }
            gone();
        }
    }

    /** Returns what a connect attempt has failed with. */
    IOException connectFailure(String doing) {
        return wire.caused(new ConnectException(message(doing, broken)));
    }

    // ---- what the program calls

    @Override
    public int read(ByteBuffer into) {
        checkOpen();
        if (input.size() > 0) {
            int count = input.take(into);
            if (state == State.ESTABLISHED && hasMuchMoreRoom()) {
                acknowledge();
            }
            return count;
        }
        if (hasPeerEnded) {
            return -1;
        }
        checkReadable();
        return broken == null ? 0 : -1; // a write was told
    }

    private boolean hasMuchMoreRoom() {
        int size = settings.receiveBuffer(options);
        return received + size - input.size() - advertised >= (size + 1) / 2;
    }

    private boolean canRead() {
        return input.size() > 0 || hasPeerEnded || broken != null;
    }

    @Async
    @Override
    public Coroutine<Void> readable() {
        checkOpen();
        if (!canRead()) {
            Promise<Boolean> awaited = newWait(readable, "data from ");
            readable = awaited;
            try {
                await(awaited);
            } finally {
                readable = null;
            }
            checkStillOpen();
        }
        return done();
    }

    @Override
    public long write(ByteBuffer[] from) {
        checkWritable();
        if (hasRemaining(from)) {
            checkIntact("Writing to");
        }
        long taken = 0;
        for (ByteBuffer each : from) {
            int count = Math.min(each.remaining(), room());
            output.add(each, count);
            written += count;
            taken += count;
        }
        transmit();
        return taken;
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer each : buffers) {
            if (each.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private int room() {
        return Math.max(0, settings.sendBuffer(options) - output.size()); // it may have been made smaller
    }

    @Async
    @Override
    public Coroutine<Void> writable() {
        checkOpen();
        if (room() <= 0 && broken == null) {
            Promise<Boolean> awaited = newWait(writable, "room to write to ");
            writable = awaited;
            try {
                await(awaited);
            } finally {
                writable = null;
            }
            checkStillOpen();
        }
        return done();
    }

    private Promise<Boolean> newWait(@Nullable Promise<Boolean> other, String what) {
        if (other != null) {
            throw new IllegalStateException("Another task waits for the same of " + this);
        }
        return Backend.get().promiseOf(() -> what + Wire.end(peer, remote));
    }

    private static void wake(@Nullable Promise<Boolean> waiting) {
        if (waiting != null && !waiting.done()) {
            waiting.setResult(true);
        }
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        checkWritable();
        checkIntact("Sending a file to");
        try {
            ByteBuffer some = ByteBuffer.allocate((int) Math.min(count, room()));
            file.read(some, position);
            return write(new ByteBuffer[] {some.flip()});
        } catch (IOException e) {
            throw Failing.with(e);
        }
    }

    private void checkWritable() {
        checkOpen();
        if (isEnding) {
            throw Failing.with(new ClosedChannelException());
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw Failing.with(new ClosedChannelException());
        }
    }

    private void checkStillOpen() {
        if (isClosed) {
            throw Failing.with(new AsynchronousCloseException());
        }
    }

    /** Throws what a read is told, if anything. */
    private void checkReadable() {
        boolean isReset = RESET.equals(broken);
        if (isResetRead || (isUntold && isReset)) {
            isUntold = false;
            isResetRead = true;
            throw Failing.with(wire.caused(new SocketException(message("Reading from", RESET))));
        }
        if (isUntold) {
            isUntold = false;
            throw Failing.with(wire.caused(new IOException(message("Reading from", broken))));
        }
    }

    /** Throws what a write, of a byte or more, is told, if anything. */
    private void checkIntact(String doing) {
        if (broken != null) {
            String why = !isUntold || (hasPeerEnded && RESET.equals(broken))
                    ? "Broken pipe"
                    : RESET.equals(broken) ? RESET + " by peer" : broken;
            isUntold = false;
            throw Failing.with(wire.caused(new IOException(message(doing, why))));
        }
    }

    private String message(String doing, @Nullable String why) {
        return doing + " " + Failing.name(remote) + ": " + why;
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<Void> shutdownOutput() {
        checkOpen(); // a broken connection does not matter here
        isEnding = true;
        transmit();
        return done();
    }

    @Override
    public void discardInput(ByteBuffer scratch) {
        input.clear();
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        if (input.size() > 0 || settings.isAbortedByClose()) {
            abort(); // as TCP does: the peer has sent what nobody has read
            return;
        }
        isClosed = true;
        wake(readable);
        wake(writable);
        isEnding = true;
        transmit();
        endIfDone();
    }

    @Override
    public void abort() {
        if (isClosed) {
            return;
        }
        abandon();
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public SocketAddress remoteAddress() {
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
        return settings.get(option, options);
    }

    @Override
    public String toString() {
        return "connection from " + Failing.name(local) + " to " + Failing.name(remote);
    }
}
