package dev.fermata.net.spi;

import dev.fermata.Coroutine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bound address at which datagrams arrive, and from which they are sent. As with {@link Transport}, {@link #receive} and
 * {@link #send} do what can be done now, and the waits are apart from them. IOExceptions are thrown without being declared. On
 * the loop's thread.
 */
public interface DatagramTransport {
    /**
     * Takes the next datagram that has arrived.
     *
     * @param into has room for the longest one, 65,535 bytes
     * @return its sender; null if there is none yet
     * @throws java.net.PortUnreachableException if it is connected, and the peer's host has said that nobody listens there
     * @throws IOException if nothing can be received; ClosedChannelException if it was closed here
     */
    @Nullable
    InetSocketAddress receive(ByteBuffer into);

    /** Waits until {@link #receive} has something to say. One task at a time; ends with ClosedChannelException on close. */
    Coroutine<Void> readable();

    /**
     * Sends a datagram: all of the bytes or none.
     *
     * @param to the peer, if it is connected
     * @return false if there is no room for it now
     * @throws java.net.PortUnreachableException as {@link #receive} does
     * @throws IOException if it cannot be sent; ClosedChannelException if it was closed here
     */
    boolean send(ByteBuffer from, InetSocketAddress to);

    /** Waits until {@link #send} may have room. One task at a time; ends with ClosedChannelException on close. */
    Coroutine<Void> writable();

    /** Receives what is sent to a multicast group as well. Joining again does nothing. */
    void join(InetAddress group, NetworkInterface on) throws IOException;

    /** Ends {@link #join}. Does nothing if it was not joined. */
    void leave(InetAddress group, NetworkInterface on) throws IOException;

    /** Closes it and ends the waits. Closing again does nothing. */
    void close();

    boolean isOpen();

    /** The address of this end, also after it was closed. */
    InetSocketAddress localAddress();

    /** The address of the peer, also after it was closed; null if it is not connected. */
    @Nullable
    InetSocketAddress remoteAddress();

    /** As {@link java.nio.channels.NetworkChannel#setOption}. */
    <T> void setOption(SocketOption<T> option, T value) throws IOException;

    /** As {@link java.nio.channels.NetworkChannel#getOption}. */
    <T> T getOption(SocketOption<T> option) throws IOException;
}
