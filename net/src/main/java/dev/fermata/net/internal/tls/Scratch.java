package dev.fermata.net.internal.tls;

import java.nio.ByteBuffer;

/**
 * The buffers of a thread in which records are encrypted and decrypted. They are in use only within a call that does not
 * await, so all connections of a thread share them, and one that is idle has none. On the heap, because the JDK's ciphers
 * copy other buffers piece by piece.
 */
final class Scratch {
    /** Four of the longest records that the JDK makes. It takes ones of up to 33 KiB from a peer. */
    static final int SIZE = 4 * 16_709;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    /** Records that have arrived. */
    final ByteBuffer arrived = ByteBuffer.allocate(SIZE);

    /** Records to be sent. */
    final ByteBuffer sent = ByteBuffer.allocate(SIZE);

    /** {@link #sent}, as {@code Transport.write} takes it. */
    final ByteBuffer[] onlySent = {sent};

    /** What was in a record, where the reader's own buffer has no room for it; or what is read of a file. */
    final ByteBuffer plain = ByteBuffer.allocate(SIZE);

    private Scratch() {}

    static Scratch get() {
        return OF_THREAD.get();
    }
}
