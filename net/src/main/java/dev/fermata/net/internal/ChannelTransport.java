package dev.fermata.net.internal;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.internal.channels.ChannelEvent;
import dev.fermata.internal.channels.RegisteredChannel;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;

/** A connected socket of the system, over the Internet or within this host. */
final class ChannelTransport implements Transport {
    private final SocketChannel channel;
    private final RegisteredChannel registered;
    private final SocketAddress local;
    private final SocketAddress remote;

    /**
     * Whether the last read took everything that there was. Another one, before something has arrived, would only be told
     * that there is nothing: a third of the calls of the system that an echo takes.
     */
    private boolean isDrained;

    /**
     * Takes a connected channel over.
     *
     * @param channel in non-blocking mode
     * @param registered the same channel
     * @param remote what it was connected to; the channel of a Unix socket does not know
     */
    ChannelTransport(SocketChannel channel, RegisteredChannel registered, SocketAddress remote) throws IOException {
        this.channel = channel;
        this.registered = registered;
        this.local = channel.getLocalAddress();
        this.remote = remote;
    }

    @Override
    public int read(ByteBuffer into) {
        if (isDrained) {
            return 0;
        }
        int room = into.remaining();
        try {
            int count = channel.read(into);
            isDrained = 0 <= count && count < room;
            return count;
        } catch (IOException e) {
            throw Failures.thrown(e, "Reading from", remote);
        }
    }

    @Override
    public Coroutine<Void> readable() {
        isDrained = false; // also if the wait is cancelled: then it is not known any more
        return registered.until(ChannelEvent.READABLE);
    }

    @Override
    public long write(ByteBuffer[] from) {
        try {
            return from.length == 1 ? channel.write(from[0]) : channel.write(from);
        } catch (IOException e) {
            throw Failures.thrown(e, "Writing to", remote);
        }
    }

    @Override
    public Coroutine<Void> writable() {
        return registered.until(ChannelEvent.WRITABLE);
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        try {
            return file.transferTo(position, count, channel);
        } catch (IOException e) {
            throw Failures.thrown(e, "Sending a file to", remote);
        }
    }

    @Async
    @Override
    @SuppressWarnings("fermata:no-await")
    public Coroutine<Void> shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            throw Failures.thrown(e, "Ending the stream to", remote);
        }
        return done();
    }

    @Override
    public void close() {
        try {
            registered.close();
        } catch (IOException e) {
            throw Failures.thrown(e, "Closing the connection to", remote);
        }
    }

    @Override
    public void abort() {
        try {
            if (channel.isOpen() && channel.supportedOptions().contains(StandardSocketOptions.SO_LINGER)) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0); // the peer is sent a reset
            }
        } catch (IOException e) {
            throw Failures.thrown(e, "Aborting the connection to", remote);
        } finally {
            close();
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public String toString() {
        return "connection from " + Failures.name(local) + " to " + Failures.name(remote);
    }
}
