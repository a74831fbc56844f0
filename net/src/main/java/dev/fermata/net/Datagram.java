package dev.fermata.net;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.net.internal.Failures;
import java.net.InetSocketAddress;

/** What {@link DatagramEndpoint#receive()} returns. From any thread. */
public final class Datagram {
    private final byte[] bytes;
    private final InetSocketAddress sender;

    Datagram(byte[] bytes, InetSocketAddress sender) {
        this.bytes = bytes;
        this.sender = sender;
    }

    /** Returns all of its bytes. The array is not copied. */
    public byte[] bytes() {
        return bytes;
    }

    /** Returns its bytes as text in UTF-8. */
    public String text() {
        return new String(bytes, UTF_8);
    }

    /** Returns where it came from, which is where an answer goes to. */
    public InetSocketAddress sender() {
        return sender;
    }

    @Override
    public String toString() {
        return bytes.length + " bytes from " + Failures.name(sender);
    }
}
