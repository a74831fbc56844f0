package dev.fermata.testing.net;

import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The options of a simulated socket, with the limits of the JDK and of Linux. Some have an effect: the sizes of the buffers,
 * and the linger time of zero.
 */
final class SocketSettings {
    /** Linux makes no buffer smaller. */
    private static final int LEAST_SEND_BUFFER = 2_304;

    private static final int LEAST_RECEIVE_BUFFER = 1_152;

    private final Map<SocketOption<?>, Object> values = new HashMap<>();

    /**
     * Takes over those of {@code options} that such a socket has.
     *
     * @throws IllegalArgumentException if one cannot have its value
     */
    SocketSettings(Map<SocketOption<?>, Object> options) {
        options.forEach((option, value) -> {
            if (isSupported(option)) {
                try {
                    values.put(option, settable(option, value));
                } catch (IllegalArgumentException e) {
                    throw new IllegalArgumentException(
                            "The option " + option + " cannot be " + value + ": " + e.getMessage(), e);
                }
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
        values.put(option, settable(option, Objects.requireNonNull(value, "value")));
    }

    /** Returns what the option has when it was set to {@code value}. */
    private static Object settable(SocketOption<?> option, Object value) {
        if (option == StandardSocketOptions.SO_SNDBUF) {
            return Math.max(LEAST_SEND_BUFFER, bufferSize(value));
        }
        if (option == StandardSocketOptions.SO_RCVBUF) {
            return Math.max(LEAST_RECEIVE_BUFFER, bufferSize(value));
        }
        if (option == StandardSocketOptions.SO_LINGER) {
            return Math.max(-1, Math.min(65_535, (Integer) value));
        }
        if (option == StandardSocketOptions.IP_TOS && ((Integer) value < 0 || (Integer) value > 255)) {
            throw new IllegalArgumentException("Invalid IP_TOS value");
        }
        return value;
    }

    private static int bufferSize(Object value) {
        if ((Integer) value < 0) {
            throw new IllegalArgumentException("Invalid send/receive buffer size");
        }
        return (Integer) value;
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
