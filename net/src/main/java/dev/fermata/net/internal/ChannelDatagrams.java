package dev.fermata.net.internal;

import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.net.spi.DatagramTransport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A socket of the system for datagrams. */
final class ChannelDatagrams implements DatagramTransport {
    private final EventLoop loop;
    private final DatagramChannel channel;
    private final InetSocketAddress local;
    private final @Nullable InetSocketAddress remote;
    private final Map<Membership, MembershipKey> memberships = new HashMap<>();

    private record Membership(InetAddress group, NetworkInterface on) {}

    /**
     * Takes a bound channel over.
     *
     * @param channel in non-blocking mode
     * @param remote what it was connected to; null for nothing
     */
    ChannelDatagrams(EventLoop loop, DatagramChannel channel, @Nullable InetSocketAddress remote) throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.remote = remote;
    }

    @Override
    public @Nullable InetSocketAddress receive(ByteBuffer into) {
        try {
            return (InetSocketAddress) channel.receive(into);
        } catch (IOException e) {
            throw Failures.thrown(e, "Receiving from", remote == null ? "anybody" : remote);
        }
    }

    @Override
    public Coroutine<Void> readable() {
        return loop.readable(channel);
    }

    @Override
    public boolean send(ByteBuffer from, InetSocketAddress to) {
        int size = from.remaining();
        try {
            return channel.send(from, to) > 0
                    || size == 0; // an empty one that was not sent looks the same; any may be lost
        } catch (IOException e) {
            throw Failures.thrown(e, "Sending " + size + " bytes to", to);
        }
    }

    @Override
    public Coroutine<Void> writable() {
        return loop.writable(channel);
    }

    @Override
    public void join(InetAddress group, NetworkInterface on) throws IOException {
        Membership membership = new Membership(group, on);
        MembershipKey before = memberships.get(membership);
        if (before == null || !before.isValid()) {
            try {
                memberships.put(membership, channel.join(group, on));
            } catch (IOException e) {
                throw Failures.of(e, "Joining at " + on.getName() + " the group", group.getHostAddress());
            }
        }
    }

    @Override
    public void leave(InetAddress group, NetworkInterface on) {
        MembershipKey membership = memberships.remove(new Membership(group, on));
        if (membership != null) {
            membership.drop();
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw Failures.thrown(e, "Closing the datagram endpoint at", local);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
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
        channel.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public String toString() {
        return "datagram endpoint at " + Failures.listening(local)
                + (remote == null ? "" : ", connected to " + Failures.name(remote));
    }
}
