package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.Coroutine;
import dev.fermata.net.internal.PipeTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes to read, from a pipe: the output of a {@link Subprocess}, the standard input, a named pipe. It reads as a
 * {@link Connection} does. A read that is cancelled loses no byte.
 *
 * <p>The system has no way to wait for a pipe that the JDK knows. So a thread reads it, a daemon, while a task waits for
 * bytes and for a second after that. It takes 32 KiB from the pipe at most before it is asked again.
 *
 * <p>For the thread of its loop. asyncio: {@code StreamReader}.
 */
public final class StreamReader implements AsyncCloseable {
    private final PipeTransport transport;
    private final Connection stream;

    /** Reads from a pipe, with a limit that is set by {@code limitOption}, or by nothing. */
    StreamReader(PipeTransport transport, int limit, @Nullable String limitOption) {
        this.transport = transport;
        this.stream = new Connection(transport, limit, null, limitOption);
    }

    /** As {@link Connection#read(int)}. */
    public Coroutine<byte[]> read(int max) {
        return stream.read(max);
    }

    /** As {@link Connection#read(ByteBuffer)}. */
    public Coroutine<Integer> read(ByteBuffer into) {
        return stream.read(into);
    }

    /** As {@link Connection#readExactly}. */
    public Coroutine<byte[]> readExactly(int count) {
        return stream.readExactly(count);
    }

    /** As {@link Connection#readUntil}. */
    public Coroutine<byte[]> readUntil(byte[] separator) {
        return stream.readUntil(separator);
    }

    /** As {@link Connection#readLine()}. */
    public Coroutine<@Nullable String> readLine() {
        return stream.readLine();
    }

    /** As {@link Connection#readLine(Charset)}. */
    public Coroutine<@Nullable String> readLine(Charset charset) {
        return stream.readLine(charset);
    }

    /** As {@link Connection#readAll}. */
    public Coroutine<byte[]> readAll(int max) {
        return stream.readAll(max);
    }

    /** As {@link Connection#untilEnd}. */
    Coroutine<Void> untilEnd(int max) {
        return stream.untilEnd(max);
    }

    /** As {@link Connection#rest}. */
    byte[] rest() {
        return stream.rest();
    }

    /** As {@link Connection#isAtEnd}. asyncio: {@code at_eof}. */
    public boolean isAtEnd() {
        return stream.isAtEnd();
    }

    /** Whether it was not closed here. */
    public boolean isOpen() {
        return stream.isOpen();
    }

    /**
     * Closes the stream. A task that reads gets an AsynchronousCloseException. Closing again does nothing.
     *
     * <p>It returns when no thread reads the stream any more. A stream whose {@code close} does not end a read that blocks may
     * keep its thread; the close does not wait for that longer than a second.
     *
     * @throws IOException from the await, if the stream cannot be closed
     */
    @Async
    @Override
    public Coroutine<Void> aclose() {
        await(transport.closed());
        return done();
    }

    @Override
    public String toString() {
        return (isOpen() ? "" : "closed ") + transport;
    }
}
