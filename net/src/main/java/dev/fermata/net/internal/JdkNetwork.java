package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.internal.channels.ChannelEvent;
import dev.fermata.internal.channels.RegisteredChannel;
import dev.fermata.net.spi.DatagramTransport;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.NetworkChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The sockets of the system. */
public final class JdkNetwork implements Network {
    /** The one there is. */
    public static final JdkNetwork INSTANCE = new JdkNetwork();

    /** How long to wait before a connect is tried again: this, twice as long, and so on, up to the longest. */
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);

    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private JdkNetwork() {}

    /** Asks the system in a thread, because it may block for seconds. An address needs no asking. */
    @Async
    @Override
    public Coroutine<List<InetAddress>> resolve(String host) {
        try {
            return done(List.of(await(toThread(() -> InetAddress.getAllByName(host)), UnknownHostException.class)));
        } catch (UnknownHostException e) {
            UnknownHostException named = new UnknownHostException(
                    "No address is known of the host " + host + ". Is the name spelled right, and is there a network?");
            named.initCause(e);
            throw Failures.undeclared(named);
        }
    }

    /**
     * Connects, and waits while the backlog of a socket with a path is full. Linux lets TCP wait for that, and a connect that
     * blocks; to one that does not block it answers EAGAIN, has begun nothing, and tells nobody when there is room. So it is
     * tried again after a while. asyncio takes EAGAIN for a connect that has begun, and has a connection that is none; Node.js,
     * nginx and mio fail. The JDK tells EAGAIN only in words, those of the system's language; if that is not English, the
     * connect fails here too.
     */
    @Async
    @Override
    public Coroutine<Transport> connect(
            SocketAddress remote, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options) {
        String doing = local == null ? "Connecting to" : "Connecting from " + Failures.name(local) + " to";
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return done(await(connectNow(remote, local, options), IOException.class));
            } catch (IOException e) {
                if (!isBacklogFull(e, remote) || !freePath(local, e)) {
                    throw Failures.thrown(e, doing, remote);
                }
            }
            await(sleep(pause));
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    /** Whether it is worth another try. The JDK says EAGAIN in the words of the system, and has no other word for it. */
    private static boolean isBacklogFull(IOException failure, SocketAddress remote) {
        return remote instanceof UnixDomainSocketAddress
                && failure.getClass() == SocketException.class
                && "Resource temporarily unavailable".equals(failure.getMessage());
    }

    /**
     * Deletes the path that the failed attempt was bound to, or the next one would find it in use. Returns false if that
     * fails.
     */
    private static boolean freePath(@Nullable SocketAddress local, IOException failure) {
        try {
            if (local instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(unix.getPath());
            }
            return true;
        } catch (IOException e) {
            failure.addSuppressed(e);
            return false;
        }
    }

    /** Connects by a channel of its own, because the JDK closes one that could not be connected. */
    @Async
    private Coroutine<Transport> connectNow(
            SocketAddress remote, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options) {
        EventLoop loop = EventLoop.running();
        RegisteredChannel registered = null;
        try {
            SocketChannel channel = SocketChannel.open(family(remote));
            registered = RegisteredChannel.of(loop, channel);
            channel.configureBlocking(false);
            setOptions(channel, options);
            if (local != null) {
                bind(channel, local, family(remote));
            }
            if (!channel.connect(remote)) {
                await(registered.until(ChannelEvent.CONNECTABLE));
                channel.finishConnect();
            }
            return done(new ChannelTransport(channel, registered, remote));
        } catch (IOException e) {
            closeAfter(e, registered);
            throw Failures.undeclared(e);
        } catch (Throwable cancel) {
            closeAfter(cancel, registered);
            throw cancel;
        }
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<Listener> listen(
            @Nullable SocketAddress local, int backlog, Map<SocketOption<?>, Object> options) {
        EventLoop loop = EventLoop.running();
        ServerSocketChannel channel = null;
        try {
            if (!options.isEmpty()) {
                tryOptions(local, options);
            }
            channel = local == null || isForAllAddresses(local)
                    ? ServerSocketChannel.open()
                    : ServerSocketChannel.open(family(local));
            channel.configureBlocking(false);
            if (channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEADDR)) {
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true); // a server can be started again at once
            }
            setOptions(channel, options);
            channel.bind(local, backlog);
            return done(new ChannelListener(loop, channel, options));
        } catch (IOException e) {
            closeAfter(e, channel);
            throw Failures.thrown(
                    TakenPath.explained(e, local), "Listening at", local == null ? "*" : Failures.listening(local));
        } catch (Throwable failure) {
            closeAfter(failure, channel);
            throw failure;
        }
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<DatagramTransport> bindDatagrams(
            @Nullable InetAddress localHost,
            int localPort,
            @Nullable InetSocketAddress remote,
            Map<SocketOption<?>, Object> options) {
        EventLoop loop = EventLoop.running();
        InetSocketAddress local = new InetSocketAddress(localHost, localPort);
        DatagramChannel channel = null;
        try {
            InetAddress address = localHost == null && remote != null ? remote.getAddress() : localHost;
            // For one family, where there is an address, because only such a channel joins groups everywhere.
            channel = address == null ? DatagramChannel.open() : DatagramChannel.open(family(address));
            channel.configureBlocking(false);
            setOptions(channel, options);
            if (address == null) {
                channel.bind(local);
            } else {
                bind(channel, local, family(address));
            }
            if (remote != null) {
                channel.connect(remote);
            }
            return done(new ChannelDatagrams(loop, channel, remote));
        } catch (IOException e) {
            closeAfter(e, channel);
            throw Failures.thrown(e, "Opening for datagrams at", Failures.listening(local));
        } catch (Throwable failure) {
            closeAfter(failure, channel);
            throw failure;
        }
    }

    /**
     * Binds a channel of one family. All addresses of this host can be meant by an address of either family: which one
     * {@code new InetSocketAddress(port)} has depends on properties of the JVM, and a channel for IPv4 refuses that of IPv6.
     */
    private static void bind(NetworkChannel channel, SocketAddress local, ProtocolFamily family) throws IOException {
        SocketAddress fitting = local;
        if (family == StandardProtocolFamily.INET && isForAllAddresses(local)) {
            fitting =
                    new InetSocketAddress(InetAddress.getByAddress(new byte[4]), ((InetSocketAddress) local).getPort());
        }
        try {
            channel.bind(fitting);
        } catch (UnsupportedAddressTypeException e) {
            SocketException unfit =
                    new SocketException("The local address is not of the same kind, which is " + family);
            unfit.initCause(e);
            throw unfit;
        }
    }

    /** Closes what is not used, because of {@code failure}. */
    static void closeAfter(Throwable failure, @Nullable Closeable unused) {
        if (unused != null) {
            try {
                unused.close();
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }

    /** Whether all addresses are meant. A channel for one family would leave out those of the other. */
    private static boolean isForAllAddresses(SocketAddress local) {
        return local instanceof InetSocketAddress internet
                && internet.getAddress().isAnyLocalAddress();
    }

    private static ProtocolFamily family(SocketAddress address) {
        if (address instanceof UnixDomainSocketAddress) {
            return StandardProtocolFamily.UNIX;
        }
        if (address instanceof InetSocketAddress internet) {
            return family(internet.getAddress());
        }
        throw Failures.unsupported(address);
    }

    private static ProtocolFamily family(InetAddress address) {
        return address instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    }

    /**
     * Sets options on a socket of the kind that will be accepted. A listening socket has only some of them, and a value that
     * cannot be set would otherwise be found out by the first client.
     */
    private static void tryOptions(@Nullable SocketAddress local, Map<SocketOption<?>, Object> options)
            throws IOException {
        try (SocketChannel like = local == null ? SocketChannel.open() : SocketChannel.open(family(local))) {
            setOptions(like, options);
        }
    }

    /**
     * Sets those of {@code options} that such a channel has.
     *
     * @throws IllegalArgumentException if one cannot have its value
     */
    @SuppressWarnings("unchecked") // the options that callers give come with their values
    static void setOptions(NetworkChannel channel, Map<SocketOption<?>, Object> options) throws IOException {
        for (Map.Entry<SocketOption<?>, Object> each : options.entrySet()) {
            if (channel.supportedOptions().contains(each.getKey())) {
                try {
                    channel.setOption((SocketOption<Object>) each.getKey(), each.getValue());
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "The option " + each.getKey() + " cannot be " + each.getValue() + ": " + e.getMessage(), e);
                }
            }
        }
    }
}
