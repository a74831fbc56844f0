package dev.fermata.net;

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
            new ConnectOptions(Connection.DEFAULT_LIMIT, null, Duration.ofMillis(250), Map.of());

    final int limit;
    final @Nullable SocketAddress local;
    final Duration delay;
    final Map<SocketOption<?>, Object> options;

    private ConnectOptions(
            int limit, @Nullable SocketAddress local, Duration delay, Map<SocketOption<?>, Object> options) {
        this.limit = limit;
        this.local = local;
        this.delay = delay;
        this.options = options;
    }

    /** Returns the defaults: a limit of 64 KiB, any local address, a quarter of a second between attempts. */
    public static ConnectOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Sets how long a line may be, and what {@link Connection#readUntil} reads up to. asyncio: {@code limit}.
     *
     * @param bytes one or more
     */
    public ConnectOptions limit(int bytes) {
        return new ConnectOptions(checkedLimit(bytes), local, delay, options);
    }

    /** Sets the address to connect from. asyncio: {@code local_addr}. */
    public ConnectOptions localAddress(SocketAddress address) {
        return new ConnectOptions(limit, Objects.requireNonNull(address, "address"), delay, options);
    }

    /**
     * Sets how long an address of the host is tried alone, before the next one is tried as well. asyncio:
     * {@code happy_eyeballs_delay}.
     */
    public ConnectOptions attemptDelay(Duration time) {
        return new ConnectOptions(limit, local, Objects.requireNonNull(time, "time"), options);
    }

    /** Sets an option of the socket before it connects. One that such a socket does not have is ignored. */
    public <T> ConnectOptions option(SocketOption<T> option, T value) {
        return new ConnectOptions(limit, local, delay, with(options, option, value));
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
