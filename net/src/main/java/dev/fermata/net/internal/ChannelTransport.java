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
    /**
     * How much is given to the system at once. The JDK copies what is on the heap to memory of its own first, all that it is
     * given, also where the system then takes a small part of it.
     */
    static final int SLICE = 128 * 1024;

    /** How many slices a write hands over, and how much of a file is sent at once; then other tasks have their turn. */
    private static final int SLICES = 8;

    /** How often {@link #discardInput} reads. It gives up if a peer sends faster than that. */
    private static final int DISCARDS = 64;

    private final SocketChannel channel;
    private final RegisteredChannel registered;
    private final SocketAddress local;
    private final SocketAddress remote;

    /**
     * The iteration in which a read took everything that there was. Another one in the same iteration would only be told that
     * there is nothing: a third of the calls of the system that an echo takes. Later something may have arrived.
     */
    private int drainedIn;

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
        if (drainedIn == registered.iteration()) {
            return 0;
        }
        int end = into.limit();
        int room = Math.min(into.remaining(), SLICE);
        into.limit(into.position() + room);
        try {
            int count = channel.read(into);
            drainedIn = 0 <= count && count < room ? registered.iteration() : 0;
            return count;
        } catch (IOException e) {
            throw Failures.thrown(e, "Reading from", remote);
        } finally {
            into.limit(end);
        }
    }

    @Override
    public Coroutine<Void> readable() {
        return registered.until(ChannelEvent.READABLE);
    }

    @Override
    public long write(ByteBuffer[] from) {
        try {
            if (from.length == 1 && from[0].remaining() <= SLICE) {
                return channel.write(from[0]);
            }
            return writeSlices(from);
        } catch (IOException e) {
            throw Failures.thrown(e, "Writing to", remote);
        }
    }

    private long writeSlices(ByteBuffer[] from) throws IOException {
        long written = 0;
        int first = 0;
        for (int round = 0; round < SLICES; round++) {
            long count = writeSlice(from, first);
            written += count;
            while (first < from.length && !from[first].hasRemaining()) {
                first++;
            }
            if (first == from.length || count < SLICE) {
                break;
            }
        }
        return written;
    }

    /** Writes the first bytes, {@link #SLICE} at most, from {@code first} on. */
    private long writeSlice(ByteBuffer[] from, int first) throws IOException {
        int room = SLICE;
        int last = first;
        while (last < from.length && from[last].remaining() <= room) {
            room -= from[last].remaining();
            last++;
        }
        if (last == from.length) {
            return channel.write(from, first, last - first);
        }
        ByteBuffer cut = from[last];
        int end = cut.limit();
        cut.limit(cut.position() + room);
        try {
            return channel.write(from, first, last + 1 - first);
        } finally {
            cut.limit(end);
        }
    }

    @Override
    public Coroutine<Void> writable() {
        return registered.until(ChannelEvent.WRITABLE);
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        try {
            return file.transferTo(position, Math.min(count, SLICES * SLICE), channel);
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
    public void discardInput(ByteBuffer scratch) {
        try {
            for (int round = 0; round < DISCARDS && channel.read(scratch.clear()) > 0; round++) {}
        } catch (IOException peerIsGone) {
            // There is nobody left to whom a reset could do harm.
        }
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
