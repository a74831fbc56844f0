package dev.fermata.testing.net;

import dev.fermata.testing.net.NetworkEvent.Kind;
import java.net.SocketAddress;

/**
 * What travels from one host to another.
 *
 * @param sender the end of a connection that has sent it, and what is told if it is lost
 * @param source the address of the sender
 * @param target the address that it goes to
 * @param socket the number of the connection's end that it goes to; {@link #NO_SOCKET} if it goes to an address alone
 * @param kind one of those that are packets
 * @param sequence the number of the first byte of {@code data} in its stream; of an {@link Kind#END} the number behind the
 *     last byte
 * @param data the bytes of the program
 * @param acknowledged the number of the byte that the sender expects next
 * @param windowEnd the number of the first byte for which the sender has no room
 */
@SuppressWarnings("ArrayRecordComponent") // packets are not compared, and nobody changes the bytes
record Packet(
        Host from,
        Host to,
        Sender sender,
        SocketAddress source,
        SocketAddress target,
        long socket,
        Kind kind,
        long sequence,
        byte[] data,
        long acknowledged,
        long windowEnd) {
    static final byte[] NOTHING = new byte[0];

    /** What a datagram has in the place of a socket's number. */
    static final long NO_SOCKET = -1;

    /** What is told of losses. */
    interface Sender {
        /** Nobody who wants to know. */
        Sender NOBODY = packet -> {};

        void lost(Packet packet);
    }

    long end() {
        return sequence + data.length;
    }
}
