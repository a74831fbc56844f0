package dev.fermata.testing.net;

import dev.fermata.EventLoop;
import dev.fermata.TimeoutException;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/**
 * Carries packets from host to host, drops some, and writes down which. It keeps those of one {@link Pipe} in order, and
 * those without one not. On the loop's thread.
 */
final class Wire {
    private record Route(Host from, Host to) {}

    private static final class Link {
        LinkOptions options;
        boolean isCut;

        /** When the link has carried what it was given. */
        long freeAt;

        Link(LinkOptions options) {
            this.options = options;
        }
    }

    /** What one end of a connection has sent and what has not arrived. */
    static final class Pipe {
        private final Deque<Packet> travelling = new ArrayDeque<>();

        /** When the last of them arrives. */
        private long lastArrival;
    }

    final EventLoop loop;
    private final LinkOptions defaults;
    private final Map<Route, Link> links = new HashMap<>();
    private final Map<Route, ByteArrayOutputStream> delivered = new HashMap<>();
    private final List<NetworkEvent> events = new ArrayList<>();

    /** What connections have thrown because of the network. */
    private final Set<Throwable> caused = Collections.newSetFromMap(new IdentityHashMap<>());

    private long sockets;

    Wire(EventLoop loop, LinkOptions defaults) {
        this.loop = loop;
        this.defaults = defaults;
    }

    // ---- links

    private Link link(Host from, Host to) {
        return links.computeIfAbsent(
                new Route(from, to), route -> new Link(from == to ? LinkOptions.LOOPBACK : defaults));
    }

    LinkOptions options(Host from, Host to) {
        return link(from, to).options;
    }

    void setOptions(Host from, Host to, LinkOptions options) {
        link(from, to).options = options;
    }

    boolean isCut(Host from, Host to) {
        return link(from, to).isCut;
    }

    /** Cuts or mends the way from one host to another. Returns whether that changes anything. */
    boolean setCut(Host from, Host to, boolean isCut) {
        Link link = link(from, to);
        boolean changes = link.isCut != isCut;
        link.isCut = isCut;
        if (changes) {
            note(isCut ? Kind.PARTITION : Kind.HEAL, from.name(), to.name(), "");
        }
        return changes;
    }

    /** Returns numbers for the two ends of a connection, an even one and the next; each is the other one's with {@code ^ 1}. */
    long newSocket() {
        return 2 * sockets++;
    }

    // ---- packets

    /** Sends a packet behind those in the pipe. */
    void send(Packet packet, Pipe pipe) {
        Link link = link(packet.from(), packet.to());
        if (isLost(packet, link)) {
            return;
        }
        note(packet, "", false);
        pipe.lastArrival = Math.max(pipe.lastArrival, arrival(packet, link));
        pipe.travelling.add(packet);
        // Whichever of these calls comes first takes the first packet, so they stay in order under any schedule.
        loop.callAt(pipe.lastArrival, () -> arrive(pipe.travelling.remove()));
    }

    /** Sends a packet that may overtake others. */
    void send(Packet packet) {
        send(packet, new Pipe());
    }

    private boolean isLost(Packet packet, Link link) {
        if (link.isCut) {
            drop(packet, "partition");
        } else if (link.options.loss > 0 && loop.random().nextDouble() < link.options.loss) {
            drop(packet, "lost");
        } else {
            return false;
        }
        return true;
    }

    private long arrival(Packet packet, Link link) {
        LinkOptions options = link.options;
        long departure = Math.max(loop.time(), link.freeAt);
        if (options.bandwidth != Long.MAX_VALUE) {
            departure += (long) (packet.data().length * 1e9 / options.bandwidth);
            link.freeAt = departure;
        }
        LinkOptions.Latency latency = options.latency;
        long travels = latency.least() == latency.most()
                ? latency.least()
                : loop.random().nextLong(latency.least(), latency.most() + 1);
        return departure + travels;
    }

    private void arrive(Packet packet) {
        Node node = packet.to().nodeOrNull();
        if (isCut(packet.from(), packet.to())) {
            drop(packet, "partition");
        } else if (node == null) {
            drop(packet, packet.to().name() + " is down");
        } else {
            node.receive(packet);
        }
    }

    void drop(Packet packet, String why) {
        note(packet, why, true);
        packet.sender().lost(packet);
    }

    /**
     * Returns when an answer should have come to what is in the pipe, if both ways are open and nothing gets lost. In
     * nanoseconds of the loop's time.
     */
    long answerExpected(Pipe pipe, Host from, Host to) {
        Link back = link(to, from);
        long waits = Math.max(0, back.freeAt - loop.time());
        return Math.max(loop.time(), pipe.lastArrival) + waits + back.options.latency.most();
    }

    // ---- what has happened

    private void note(Packet packet, String why, boolean isDropped) {
        if (packet.kind() != Kind.ACKNOWLEDGE || isDropped) {
            events.add(new NetworkEvent(
                    loop.time(),
                    packet.kind(),
                    end(packet.from(), packet.source()),
                    end(packet.to(), packet.target()),
                    packet.data().length,
                    why,
                    isDropped));
        }
    }

    /** Returns an end of a connection as traces name it. */
    static String end(Host host, SocketAddress address) {
        return host.name() + ":" + (address instanceof InetSocketAddress internet ? internet.getPort() : address);
    }

    void note(Kind kind, String from, String to, String note) {
        events.add(new NetworkEvent(loop.time(), kind, from, to, 0, note, false));
    }

    void delivered(Packet packet, int offset) {
        delivered
                .computeIfAbsent(new Route(packet.from(), packet.to()), route -> new ByteArrayOutputStream())
                .write(packet.data(), offset, packet.data().length - offset);
    }

    byte[] delivered(Host from, Host to) {
        ByteArrayOutputStream bytes = delivered.get(new Route(from, to));
        return bytes == null ? Packet.NOTHING : bytes.toByteArray();
    }

    List<NetworkEvent> events() {
        return events;
    }

    /** Returns {@code failure}, after it was written down that the network has caused it. */
    <E extends Exception> E caused(E failure) {
        caused.add(failure);
        return failure;
    }

    /**
     * Whether the network has caused a failure, or one of its causes; or whether it is a handshake of TLS that the peer has
     * not gone on with. A server performs that before its handler is called, which so cannot catch it.
     */
    boolean hasCaused(Throwable failure) {
        if (failure instanceof SSLHandshakeException
                && (failure.getCause() instanceof TimeoutException || failure.getCause() instanceof EOFException)) {
            return true;
        }
        Throwable each = failure;
        for (int depth = 0; each != null && depth < 100; depth++) {
            if (caused.contains(each)) {
                return true;
            }
            each = each.getCause();
        }
        return false;
    }
}
