package dev.fermata.net.spi;

import static dev.fermata.Asyncio.runInThread;

import dev.fermata.Coroutine;
import dev.fermata.TaskLocal;
import dev.fermata.net.internal.JdkNetwork;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes connections and accepts them. Functions of {@link dev.fermata.net.Net} ask {@link #current()} for them. */
public interface Network {
    /** The network of a task, and of the tasks that it creates. The sockets of the system, unless a test has set another. */
    @SuppressWarnings("ClassInitializationDeadlock") // nothing but this names JdkNetwork before there is one
    TaskLocal<Network> CURRENT = TaskLocal.withDefault("network", JdkNetwork.INSTANCE);

    /** Returns the network of the running task. */
    static Network current() {
        return CURRENT.get();
    }

    /** Finds the addresses of a host, the preferred one first. Fails with an UnknownHostException if there are none. */
    Coroutine<List<InetAddress>> resolve(String host);

    /**
     * Connects to an address. A cancel leaves nothing open.
     *
     * @param local the address to connect from; null for any
     * @param options of the socket, set before it connects
     */
    Coroutine<Transport> connect(
            SocketAddress remote, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options);

    /**
     * Binds an address.
     *
     * @param local null for a free port on all addresses of this host
     * @param backlog how many peers may wait to be accepted; 0 for the default
     * @param options of the socket, and of each that it accepts where that has them
     */
    Coroutine<Listener> listen(@Nullable SocketAddress local, int backlog, Map<SocketOption<?>, Object> options);

    /**
     * Binds an address for datagrams.
     *
     * @param localHost null for all addresses of this host
     * @param localPort 0 for a free one
     * @param remote the only peer; null for any
     * @param options of the socket, set before it is bound
     */
    default Coroutine<DatagramTransport> bindDatagrams(
            @Nullable InetAddress localHost,
            int localPort,
            @Nullable InetSocketAddress remote,
            Map<SocketOption<?>, Object> options) {
        throw new UnsupportedOperationException(this + " has no datagrams");
    }

    /**
     * Does work that takes the processor a while, such as to compute keys: in a thread, so that the loop goes on. A simulated
     * network does it on the loop, because a thread would end at any moment.
     */
    default Coroutine<Void> compute(Runnable work) {
        return runInThread(work::run);
    }

    /**
     * Whether this is one run of a host that is not real, which has to be like any other run: what would be kept for later
     * connections of the process, such as sessions of TLS, is kept for those of this run.
     */
    default boolean isSimulated() {
        return false;
    }
}
