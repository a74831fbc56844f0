package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.Coroutine;
import dev.fermata.net.internal.PipeTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * A stream of bytes to write, to a pipe: the input of a {@link Subprocess}, a named pipe. It writes as a {@link Connection}
 * does. A thread writes, a daemon, while there is something to write and for a second after that.
 *
 * <p>So each write is handed to a thread and back, which takes some tens of microseconds however short it is. Write many
 * lines at once where there are many.
 *
 * <p>For the thread of its loop. asyncio: {@code StreamWriter}.
 */
public final class StreamWriter implements AsyncCloseable {
    private final PipeTransport transport;
    private final Connection stream;

    StreamWriter(PipeTransport transport) {
        this.transport = transport;
        this.stream = new Connection(transport, Connection.DEFAULT_LIMIT, null);
    }

    /** As {@link #write(ByteBuffer...)}, in UTF-8. */
    public Coroutine<Void> write(String text) {
        return write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    /** As {@link #write(ByteBuffer...)}. */
    public Coroutine<Void> write(String text, Charset charset) {
        return write(ByteBuffer.wrap(text.getBytes(charset)));
    }

    /** As {@link #write(ByteBuffer...)}. */
    public Coroutine<Void> write(byte[] bytes) {
        return write(ByteBuffer.wrap(bytes));
    }

    /** As {@link #write(ByteBuffer...)}. */
    public Coroutine<Void> write(byte[] bytes, int offset, int length) {
        return write(ByteBuffer.wrap(bytes, offset, length));
    }

    /**
     * Writes what the buffers have, one after the other, and returns when the system has taken it all. It waits for writes that
     * other tasks have begun before, and while nobody reads what is in the pipe. asyncio: {@code write} and {@code drain};
     * {@code writelines}.
     *
     * <p>The thread is given 32 KiB at a time, and writes them also if the write is cancelled. A cancel when all was given to it
     * takes nothing back. A cancel before that, when a part was given to it, breaks the output: later writes fail and say so.
     *
     * @param from are consumed; they must not be changed before the write has returned
     * @throws IOException from the await, if nobody will read it ("Broken pipe") or the output has ended; ClosedChannelException
     *     if it is closed
     */
    @Async
    public Coroutine<Void> write(ByteBuffer... from) {
        await(stream.write(from));
        await(transport.flushed());
        return done();
    }

    /**
     * Ends the stream: who reads it, reads its end when everything else was read. asyncio: {@code write_eof}, and {@code close} of
     * a pipe.
     *
     * @throws IOException from the await, as in {@link #write(ByteBuffer...)}
     */
    public Coroutine<Void> writeEof() {
        return stream.writeEof();
    }

    /** As {@link Connection#isEofWritten}. */
    boolean isEofWritten() {
        return stream.isEofWritten();
    }

    /** Whether a write has failed because nobody reads the pipe any more. */
    boolean isBroken() {
        return transport.isBroken();
    }

    /** Whether it was not closed here. asyncio: {@code not is_closing()}. */
    public boolean isOpen() {
        return stream.isOpen();
    }

    /**
     * Closes the stream. A task that writes gets an AsynchronousCloseException, and what was not written is lost. Closing again
     * does nothing. It does not wait longer than a second for a thread that the system does not let go of.
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
