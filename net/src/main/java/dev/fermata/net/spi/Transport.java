package dev.fermata.net.spi;

import dev.fermata.Coroutine;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The two ends of a stream of bytes, below the buffers. Reads and writes do what can be done now; the waits are apart from
 * them, so that a cancel of a wait loses no byte. IOExceptions are thrown without being declared. On the loop's thread.
 */
public interface Transport {
    /**
     * Reads what has arrived.
     *
     * @return how many bytes; 0 if there are none yet; -1 if the peer will send no more
     * @throws IOException if the connection is broken; ClosedChannelException if it was closed here
     */
    int read(ByteBuffer into);

    /** Waits until {@link #read} has something to say. One task at a time; ends with ClosedChannelException on close. */
    Coroutine<Void> readable();

    /**
     * Takes as many of the bytes as it can.
     *
     * @return how many it took; the positions of the buffers say which
     * @throws IOException if the connection is broken; ClosedChannelException if it was closed here
     */
    long write(ByteBuffer[] from);

    /** Waits until {@link #write} may take more. One task at a time; ends with ClosedChannelException on close. */
    Coroutine<Void> writable();

    /**
     * Takes as many bytes of a file as it can.
     *
     * @return how many it took
     */
    long transferFrom(FileChannel file, long position, long count);

    /** Tells the peer that it has got everything. Reading goes on. */
    Coroutine<Void> shutdownOutput();

    /**
     * Throws away what has arrived, right before {@link #close}. A socket that is closed with something unread resets the
     * connection, and the peer may lose what it has not read yet.
     *
     * @param scratch where it is put meanwhile
     */
    default void discardInput(ByteBuffer scratch) {}

    /** Closes both directions and ends the waits. Closing again does nothing. */
    void close();

    /** Closes both directions, so that the peer learns that something went wrong. */
    void abort();

    boolean isOpen();

    /** The address of this end, also after it was closed. */
    SocketAddress localAddress();

    /** The address of the peer, also after the connection was closed. */
    SocketAddress remoteAddress();

    /** As {@link java.nio.channels.NetworkChannel#setOption}. */
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /** As {@link java.nio.channels.NetworkChannel#getOption}. */
    <T> T getOption(SocketOption<T> option) throws IOException;
}
