package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Network;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Binds the addresses of a host, all of them with the same port. On the loop's thread. */
public final class Bindings {
    /** How often another free port is tried, if the one of the first address is in use at another. */
    private static final int ATTEMPTS = 10;

    private final Network network;
    private final int backlog;
    private final Map<SocketOption<?>, Object> options;

    /** Prepares to bind. */
    public Bindings(Network network, int backlog, Map<SocketOption<?>, Object> options) {
        this.network = network;
        this.backlog = backlog;
        this.options = options;
    }

    /** Binds the addresses of {@code host}, or one for all of this host if that is null. */
    @Async
    public Coroutine<List<Listener>> at(@Nullable String host, int port) {
        if (host == null) {
            return done(List.of(await(network.listen(new InetSocketAddress(port), backlog, options))));
        }
        Set<InetAddress> addresses = new LinkedHashSet<>(await(network.resolve(host)));
        for (int attempt = 1; port == 0 && attempt < ATTEMPTS; attempt++) {
            try {
                return done(await(all(addresses, 0), BindException.class));
            } catch (BindException portInUseAtAnother) {
                // The next attempt begins with another free port.
            }
        }
        return done(await(all(addresses, port)));
    }

    @Async
    private Coroutine<List<Listener>> all(Set<InetAddress> addresses, int port) {
        List<Listener> listeners = new ArrayList<>();
        try {
            int common = port;
            for (InetAddress address : addresses) {
                listeners.add(await(network.listen(new InetSocketAddress(address, common), backlog, options)));
                if (common == 0 && listeners.get(0).localAddress() instanceof InetSocketAddress bound) {
                    common = bound.getPort();
                }
            }
            return done(List.copyOf(listeners));
        } catch (Throwable failure) {
            try {
                closeAll(listeners);
            } catch (Throwable notClosed) {
                failure.addSuppressed(notClosed);
            }
            throw failure;
        }
    }

    /** Closes all of them, and then throws what the first one has failed with, with the rest suppressed. */
    public static void closeAll(List<Listener> listeners) {
        Throwable failure = null;
        for (Listener listener : listeners) {
            try {
                listener.close();
            } catch (Throwable e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw Failures.undeclared(failure);
        }
    }
}
