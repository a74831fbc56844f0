package dev.fermata.net.spi;

import dev.fermata.Coroutine;
import java.net.SocketAddress;

/** A bound address at which peers connect. On the loop's thread. */
public interface Listener {
    /**
     * Waits for the next peer. A cancel accepts none.
     *
     * @throws java.io.IOException from the await, if none can be accepted now, say because there are no more descriptors;
     *     ClosedChannelException if it was closed
     */
    Coroutine<Transport> accept();

    /** The address, with the port that was chosen if zero was asked for. */
    SocketAddress localAddress();

    /** Accepts no more peers, and ends the wait for one. Closing again does nothing. */
    void close();
}
