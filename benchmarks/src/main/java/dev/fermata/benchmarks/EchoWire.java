package dev.fermata.benchmarks;

import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.Status;
import org.jspecify.annotations.Nullable;

/** A connection of {@link EchoLoad}: a socket, with TLS over it or without. */
final class EchoWire {
    /** A record at most, and what follows it. */
    private static final int BUFFER = 32 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(0);

    private final SocketChannel channel;
    private final @Nullable SSLEngine engine;

    /** Both ready to be filled from their position on. */
    private final ByteBuffer arrived;

    private final ByteBuffer unsent;

    EchoWire(SocketChannel channel, @Nullable SSLEngine engine) {
        this.channel = channel;
        this.engine = engine;
        this.arrived = engine == null ? NOTHING : ByteBuffer.allocateDirect(BUFFER);
        this.unsent = engine == null ? NOTHING : ByteBuffer.allocateDirect(BUFFER);
    }

    /** Agrees on keys. The channel blocks. */
    void handshake() throws IOException {
        if (engine == null) {
            return;
        }
        engine.beginHandshake();
        ByteBuffer nothing = ByteBuffer.allocate(0);
        ByteBuffer content = ByteBuffer.allocate(BUFFER);
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> {
                    engine.wrap(nothing, unsent);
                    flush();
                }
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    arrived.flip();
                    Status status = engine.unwrap(arrived, content).getStatus();
                    arrived.compact();
                    if (status == Status.BUFFER_UNDERFLOW && channel.read(arrived) < 0) {
                        throw new IOException("the server has closed in the handshake");
                    }
                }
                default -> {
                    return;
                }
            }
        }
    }

    /** Sends as much of {@code from} as there is room for now. Returns how much that was. */
    int write(ByteBuffer from) throws IOException {
        if (engine == null) {
            return channel.write(from);
        }
        int taken = 0;
        flush();
        while (from.hasRemaining() && isSent()) {
            SSLEngineResult result = engine.wrap(from, unsent);
            check(result);
            taken += result.bytesConsumed();
            flush();
        }
        return taken;
    }

    private void flush() throws IOException {
        unsent.flip();
        channel.write(unsent);
        unsent.compact();
    }

    /** Whether what was written is on its way. If not, {@link #write} of nothing goes on with it. */
    boolean isSent() {
        return unsent.position() == 0;
    }

    /** Reads what has arrived. Returns how much that was, or -1 at the end. */
    int read(ByteBuffer into) throws IOException {
        if (engine == null) {
            return channel.read(into);
        }
        if (channel.read(arrived) < 0) {
            return -1;
        }
        arrived.flip();
        int before = into.position();
        SSLEngineResult result;
        do {
            result = engine.unwrap(arrived, into);
        } while (result.getStatus() == Status.OK && arrived.hasRemaining());
        arrived.compact();
        if (result.getStatus() != Status.BUFFER_UNDERFLOW) {
            check(result);
        }
        return into.position() - before;
    }

    /** Closes the connection, in TLS with the message that says so. */
    void close() throws IOException {
        if (engine != null) {
            engine.closeOutbound();
            engine.wrap(ByteBuffer.allocate(0), unsent);
            flush();
            ReferenceCountUtil.release(engine); // of BoringSSL
        }
        channel.close();
    }

    private static void check(SSLEngineResult result) throws IOException {
        if (result.getStatus() != Status.OK) {
            throw new IOException("TLS: " + result);
        }
    }
}
