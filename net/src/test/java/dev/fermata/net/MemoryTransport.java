package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Promise;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.Deque;

/** One of two ends in memory. */
final class MemoryTransport implements Transport {
    private final int port;
    private final int capacity;
    private final int perCall;
    private final Deque<Byte> arrived = new ArrayDeque<>();
    private MemoryTransport peer;
    private boolean isEnded;
    private boolean isClosed;
    private boolean isReset;
    private Promise<Void> readable;
    private Promise<Void> writable;

    private MemoryTransport(int port, int capacity, int perCall) {
        this.port = port;
        this.capacity = capacity;
        this.perCall = perCall;
    }

    /**
     * Returns two ends.
     *
     * @param capacity how many bytes may be on the way in each direction
     * @param perCall how many a read or a write moves at most
     */
    static MemoryTransport[] pair(int capacity, int perCall) {
        MemoryTransport client = new MemoryTransport(1, capacity, perCall);
        MemoryTransport server = new MemoryTransport(2, capacity, perCall);
        client.peer = server;
        server.peer = client;
        return new MemoryTransport[] {client, server};
    }

    /** Puts bytes before the peer as if this end had sent them. */
    void inject(byte[] bytes) {
        for (byte each : bytes) {
            peer.arrived.add(each);
        }
        peer.wake();
    }

    /** How many bytes have arrived and were not read. */
    int unread() {
        return arrived.size();
    }

    /** Ends the stream to the peer as if the connection had been cut. */
    void cut() {
        peer.isEnded = true;
        peer.wake();
    }

    private void wake() {
        wake(readable);
        wake(writable);
    }

    private static void wake(Promise<Void> waiting) {
        if (waiting != null && !waiting.done()) {
            waiting.setResult(null);
        }
    }

    private void checkOpen() {
        if (isClosed) {
            throw Failures.undeclared(new ClosedChannelException());
        }
        if (isReset) {
            throw Failures.undeclared(new SocketException("Connection reset"));
        }
    }

    @Override
    public int read(ByteBuffer into) {
        checkOpen();
        if (arrived.isEmpty() && isEnded) {
            return -1;
        }
        int count = 0;
        while (count < perCall && into.hasRemaining() && !arrived.isEmpty()) {
            into.put(arrived.remove());
            count++;
        }
        if (count > 0) {
            peer.wake();
        }
        return count;
    }

    @Async
    @Override
    public Coroutine<Void> readable() {
        checkOpen();
        if (arrived.isEmpty() && !isEnded) {
            if (readable != null && !readable.done()) {
                throw new IllegalStateException("two tasks wait for one direction");
            }
            readable = createPromise();
            await(readable);
            if (isClosed) {
                throw Failures.undeclared(new AsynchronousCloseException());
            }
        }
        return done();
    }

    @Override
    public long write(ByteBuffer[] from) {
        checkOpen();
        if (peer.isClosed) {
            throw Failures.undeclared(new IOException("Broken pipe"));
        }
        long count = 0;
        for (ByteBuffer each : from) {
            while (count < perCall && each.hasRemaining() && peer.arrived.size() < capacity) {
                peer.arrived.add(each.get());
                count++;
            }
        }
        if (count > 0) {
            peer.wake();
        }
        return count;
    }

    @Async
    @Override
    public Coroutine<Void> writable() {
        checkOpen();
        if (peer.arrived.size() >= capacity && !peer.isClosed) {
            if (writable != null && !writable.done()) {
                throw new IllegalStateException("two tasks wait for one direction");
            }
            writable = createPromise();
            await(writable);
            if (isClosed) {
                throw Failures.undeclared(new AsynchronousCloseException());
            }
        }
        return done();
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Coroutine<Void> shutdownOutput() {
        checkOpen();
        cut();
        return done();
    }

    @Override
    public void close() {
        isClosed = true;
        wake();
        cut();
    }

    @Override
    public void abort() {
        peer.isReset = true;
        close();
    }

    @Override
    public boolean isOpen() {
        return !isClosed;
    }

    @Override
    public SocketAddress localAddress() {
        return new InetSocketAddress("127.0.0.1", port);
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress("127.0.0.1", 3 - port);
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> T getOption(SocketOption<T> option) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String toString() {
        return "connection in memory";
    }
}
