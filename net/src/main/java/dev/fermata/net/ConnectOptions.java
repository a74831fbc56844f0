package dev.fermata.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to connect: {@code ConnectOptions.defaults().limit(1_000)}. Immutable: each method returns another one. From any thread.
 */
public final class ConnectOptions {
    private static final ConnectOptions DEFAULTS =
            new ConnectOptions(Connection.DEFAULT_LIMIT, null, Duration.ofMillis(250), Map.of(), null);

    final int limit;
    final @Nullable SocketAddress local;
    final Duration delay;
    final Map<SocketOption<?>, Object> options;
    final @Nullable TlsOptions tls;

    private ConnectOptions(
            int limit,
            @Nullable SocketAddress local,
            Duration delay,
            Map<SocketOption<?>, Object> options,
            @Nullable TlsOptions tls) {
        this.limit = limit;
        this.local = local;
        this.delay = delay;
        this.options = options;
        this.tls = tls;
    }

    /** Returns the defaults: a limit of 64 KiB, any local address, a quarter of a second between attempts, no TLS. */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how long a line may be, and what {@link Connection#readUntil} reads up to. asyncio: {@code limit}.
     *
     * @param bytes one or more
     */
    public ConnectOptions limit(int bytes) {
        return new ConnectOptions(checkedLimit(bytes), local, delay, options, tls);
    }

    /**
     * Sets the address to connect from. Addresses of the host that are of another kind (IPv4, IPv6) are left out. asyncio:
     * {@code local_addr}.
     *
     * @throws IllegalArgumentException if the host of the address was not looked up
     */
    public ConnectOptions localAddress(SocketAddress address) {
        Objects.requireNonNull(address, "address");
        if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
            throw new IllegalArgumentException("The address of the host " + internet.getHostString()
                    + " was not looked up. Do that with InetAddress.getByName in toThread");
        }
        return new ConnectOptions(limit, address, delay, options, tls);
    }

    /**
     * Sets how long an address of the host is tried alone, before the next one is tried as well. asyncio:
     * {@code happy_eyeballs_delay}.
     */
    public ConnectOptions attemptDelay(Duration time) {
        return new ConnectOptions(limit, local, Objects.requireNonNull(time, "time"), options, tls);
    }

    /** Sets an option of the socket before it connects. One that such a socket does not have is ignored. */
    public <T> ConnectOptions option(SocketOption<T> option, T value) {
        return new ConnectOptions(limit, local, delay, with(options, option, value), tls);
    }

    /**
     * Speaks TLS: the connection is there when the handshake has succeeded. The certificate must be for the host that is
     * connected to. asyncio: {@code ssl}.
     */
    public ConnectOptions tls(TlsOptions how) {
        return new ConnectOptions(limit, local, delay, options, Objects.requireNonNull(how, "how"));
    }

    static int checkedLimit(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a limit of " + bytes + " bytes; it must be one or more");
        }
        return bytes;
    }

    static <T> Map<SocketOption<?>, Object> with(
            Map<SocketOption<?>, Object> options, SocketOption<T> option, T value) {
        Map<SocketOption<?>, Object> more = new HashMap<>(options);
        more.put(Objects.requireNonNull(option, "option"), Objects.requireNonNull(value, "value"));
        return Collections.unmodifiableMap(more);
    }
}
