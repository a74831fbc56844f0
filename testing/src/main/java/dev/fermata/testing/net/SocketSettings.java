package dev.fermata.testing.net;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The options of a simulated socket. Some have an effect: the sizes of the buffers, and the linger time of zero. */
final class SocketSettings {
    private final Map<SocketOption<?>, Object> values = new HashMap<>();

    /** Takes over those of {@code options} that such a socket has. */
    SocketSettings(Map<SocketOption<?>, Object> options) {
        options.forEach((option, value) -> {
            if (isSupported(option)) {
                values.put(option, value);
            }
        });
    }

    private static boolean isSupported(SocketOption<?> option) {
        return option == StandardSocketOptions.SO_RCVBUF
                || option == StandardSocketOptions.SO_SNDBUF
                || option == StandardSocketOptions.SO_LINGER
                || option == StandardSocketOptions.SO_KEEPALIVE
                || option == StandardSocketOptions.SO_REUSEADDR
                || option == StandardSocketOptions.SO_REUSEPORT
                || option == StandardSocketOptions.IP_TOS
                || option == StandardSocketOptions.TCP_NODELAY;
    }

    void set(SocketOption<?> option, Object value) {
        check(option);
        values.put(option, Objects.requireNonNull(value, "value"));
    }

    private static void check(SocketOption<?> option) {
        if (!isSupported(option)) {
            throw new UnsupportedOperationException("'" + option + "' not supported");
        }
    }

    <T> T get(SocketOption<T> option, LinkOptions link) {
        check(option);
        Object value = values.get(option);
        return option.type().cast(value != null ? value : initially(option, link));
    }

    private static Object initially(SocketOption<?> option, LinkOptions link) {
        if (option.type() == Boolean.class) {
            return false;
        }
        if (option == StandardSocketOptions.SO_LINGER) {
            return -1;
        }
        return option == StandardSocketOptions.IP_TOS ? 0 : link.buffer;
    }

    int sendBuffer(LinkOptions link) {
        return get(StandardSocketOptions.SO_SNDBUF, link);
    }

    int receiveBuffer(LinkOptions link) {
        return get(StandardSocketOptions.SO_RCVBUF, link);
    }

    /** Whether closing sends a reset. */
    boolean isAbortedByClose() {
        return Objects.equals(values.get(StandardSocketOptions.SO_LINGER), 0);
    }
}
