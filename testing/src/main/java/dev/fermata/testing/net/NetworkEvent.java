package dev.fermata.testing.net;

import java.math.BigDecimal;

/**
 * Something that has happened on a {@link SimulatedNetwork}. Most are packets, at the time at which they were sent, or at
 * which they were dropped on their way.
 *
 * @param time in nanoseconds of the loop's time
 * @param kind what it is
 * @param from where a packet comes from, such as {@code client:49152}; of other events the name of the host
 * @param to where a packet goes to; of a partition the name of the other host, and otherwise empty
 * @param bytes how many bytes of the program a packet has
 * @param note what else there is to say, such as why a packet was dropped; empty if nothing
 * @param isDropped whether the packet was dropped
 */
public record NetworkEvent(long time, Kind kind, String from, String to, int bytes, String note, boolean isDropped) {

    /** What has happened. More may be added, so a switch needs a default. */
    public enum Kind {
        /** A connection is asked for. */
        CONNECT("connect"),
        /** The answer to that, if somebody listens. */
        ACCEPT("accept"),
        /** Bytes of the program. */
        DATA("data"),
        /** No more bytes follow: TCP's FIN. */
        END("end"),
        /** The connection does not exist, or not any more: TCP's RST. */
        RESET("reset"),
        /** What has arrived, and how much more may. Listed only if it was dropped. */
        ACKNOWLEDGE("acknowledgement"),
        /** A question whether the peer, whose buffer is full, is still there. */
        PROBE("probe"),
        /** A datagram. */
        DATAGRAM("datagram"),
        /** The answer to a datagram, that nobody listens there. */
        UNREACHABLE("unreachable"),
        /** A host has crashed. */
        CRASH("crashes"),
        /** A host has been started again. */
        RESTART("starts again"),
        /** Nothing passes any more from one host to another. */
        PARTITION("partition"),
        /** Packets pass again. */
        HEAL("healed"),
        /** A server has reported that a client's handler failed with a failure that the network has caused. */
        REPORT("reports");

        private final String text;

        Kind(String text) {
            this.text = text;
        }
    }

    /** Returns a line of text, such as {@code 0.001 s: client:49152 → server:80 data, 6 bytes}. */
    @Override
    public String toString() {
        return BigDecimal.valueOf(time, 9).stripTrailingZeros().toPlainString() + " s: " + from
                + (to.isEmpty() ? "" : " → " + to) + " " + kind.text
                + (kind == Kind.DATA || kind == Kind.DATAGRAM ? ", " + bytes + (bytes == 1 ? " byte" : " bytes") : "")
                + (isDropped ? ", dropped" : "")
                + (note.isEmpty() ? "" : ": " + note);
    }
}
