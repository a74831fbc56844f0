package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.ReadBuffer;
import dev.fermata.net.internal.Turn;
import dev.fermata.net.internal.tls.TlsTransport;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Objects;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * A stream of bytes to a peer and one from it. One object for both directions: asyncio has a {@code StreamReader} and a
 * {@code StreamWriter}.
 *
 * <pre>{@code
 * try (var peer = await(openConnection("localhost", 7777))) {
 *     await(peer.write("hello\n"));
 *     System.out.println(await(peer.readLine()));
 * }
 * }</pre>
 *
 * <p>A read that is cancelled, say by a timeout, loses no byte: what has arrived is there for the next one. A write is
 * awaited, and returns when everything was handed to the system. So a program is never faster than its peer, and needs no
 * {@code drain}. A write that is cancelled when a part was sent breaks the output: see {@link #write(ByteBuffer...)}.
 *
 * <p>Failures are {@link IOException}s. As an await does not declare what it throws, {@code catch} needs to be told:
 * {@code await(peer.readLine(), IOException.class)}.
 *
 * <p>One task may read while others write. Writes of several tasks are sent one after the other, in the order of their
 * calls. A second task that reads is refused, because neither would know which bytes it gets.
 *
 * <p>For the thread of its loop.
 */
public final class Connection implements AsyncCloseable {
    /** How long a line may be if nothing else was said, in bytes. asyncio has the same. */
    static final int DEFAULT_LIMIT = 64 * 1024;

    /** Why nothing more can be written after {@link #writeEof}. */
    private static final String EOF_WRITTEN = "writeEof was called";

    /** How much is asked of the transport at once. */
    private static final int CHUNK = 64 * 1024;

    private static final byte[] NOTHING = new byte[0];
    private static final byte[] LINE_FEED = {'\n'};

    /** Where bytes arrive before it is known how many there are. In use only within a call that does not await. */
    private static final ThreadLocal<ByteBuffer> ARRIVING =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(CHUNK));

    private Transport transport;
    private final int limit;
    private final ReadBuffer read = new ReadBuffer();
    private final AsyncLock output = new AsyncLock();
    private final Turn turn = new Turn();

    /** What a client has connected to; null if the connection was accepted. */
    private final @Nullable Client client;

    /** Where the limit of a line is set, for the message about a longer one; null if it cannot be. */
    private final @Nullable String limitOption;

    /** The transport, if it speaks TLS. */
    private @Nullable TlsTransport tls;

    /** Whether the peer will send no more. */
    private boolean atEnd;

    /** Whether a task waits for bytes. */
    private boolean isReading;

    /** Why nothing can be written any more; null if something can. */
    private @Nullable String outputEnded;

    /** Whether no write was given up in the middle. */
    private boolean isOutputWhole = true;

    /** Set when the first {@link #aclose} over TLS has said goodbye, or does not any more; null before it. */
    private @Nullable AsyncEvent closed;

    /** What reads and writes have failed with; null if none has. For the report of a server. */
    private @Nullable BrokenBy failures;

    /**
     * What a client has connected to.
     *
     * @param host null if that was a path
     */
    record Client(@Nullable String host, int port) {}

    Connection(Transport transport, int limit, @Nullable Client client) {
        this(transport, limit, client, client == null ? "ServerOptions.limit" : "ConnectOptions.limit");
    }

    Connection(Transport transport, int limit, @Nullable Client client, @Nullable String limitOption) {
        this.transport = transport;
        this.limit = limit;
        this.client = client;
        this.limitOption = limitOption;
    }

    // ---- reading

    /**
     * Reads what is there, and waits only if there is nothing. asyncio: {@code read(n)}.
     *
     * @param max how many bytes at most, one or more
     * @return at least one byte; none at the end of the stream
     * @throws IOException from the await, if the connection is broken; ClosedChannelException if it is closed, its subclass
     *     AsynchronousCloseException if it is closed meanwhile
     * @throws IllegalStateException from the await, if another task is reading
     */
    @Async
    public Coroutine<byte[]> read(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("read(" + max + "): at least one byte has to be asked for");
        }
        checkMayRead();
        return done(read.size() > 0 || await(more()) ? read.take(Math.min(max, read.size())) : NOTHING);
    }

    /**
     * Reads what is there into {@code into}, and waits only if there is nothing. Nothing is copied if nothing was left from
     * before. asyncio: {@code loop.sock_recv_into}.
     *
     * @return how many bytes, 0 only if {@code into} has no room; -1 at the end of the stream
     * @throws IllegalArgumentException from the await, if {@code into} is read-only; nothing is consumed
     * @throws IOException and IllegalStateException as {@link #read(int)} does
     */
    @Async
    public Coroutine<Integer> read(ByteBuffer into) {
        checkMayRead();
        if (into.isReadOnly()) { // TLS would find that out when it has decrypted what it loses then
            throw new IllegalArgumentException("Nothing can be read into a buffer that is read-only");
        }
        if (!into.hasRemaining()) {
            return done(0);
        }
        if (read.size() > 0) {
            return done(read.takeInto(into));
        }
        if (atEnd) {
            return done(-1);
        }
        isReading = true;
        try {
            int count = turn.isOver() ? 0 : transport.read(into);
            while (count == 0) {
                await(readable());
                count = transport.read(into);
            }
            received(count);
            return done(count);
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        } finally {
            isReading = false;
        }
    }

    /**
     * Reads exactly {@code count} bytes. asyncio: {@code readexactly}.
     *
     * @throws IncompleteReadException from the await, if the stream ends before; it has what was there
     * @throws IOException and IllegalStateException as {@link #read(int)} does
     */
    @Async
    public Coroutine<byte[]> readExactly(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("readExactly(" + count + "): it cannot be less than none");
        }
        checkMayRead();
        while (read.size() < count) {
            if (!await(more())) {
                throw failed(new IncompleteReadException(
                        "The stream from " + name() + " ended after " + read.size() + " of " + count + " bytes",
                        read.take(read.size())));
            }
        }
        return done(count == 0 ? NOTHING : read.take(count));
    }

    /**
     * Reads up to and including {@code separator}. asyncio: {@code readuntil}.
     *
     * @param separator one byte or more
     * @throws IncompleteReadException from the await, if the stream ends before; it has what was there
     * @throws LimitOverrunException from the await, if the limit of the connection is reached before
     * @throws IOException and IllegalStateException as {@link #read(int)} does
     */
    @Async
    public Coroutine<byte[]> readUntil(byte[] separator) {
        int length = await(untilBehind(separator));
        if (length < 0) {
            throw failed(new IncompleteReadException(
                    "The stream from " + name() + " ended after " + read.size() + " bytes, without the separator",
                    read.take(read.size())));
        }
        return done(read.take(length));
    }

    /** As {@link #readLine(Charset)}, in UTF-8. asyncio: {@code readline}. */
    public Coroutine<@Nullable String> readLine() {
        return readLine(UTF_8);
    }

    /**
     * Reads a line, which ends with a line feed, or with a carriage return and a line feed. What is left at the end of the
     * stream is a line too. asyncio: {@code readline}, whose lines have their ends.
     *
     * @return the line without its end; null at the end of the stream
     * @throws IllegalArgumentException from the await, if a line feed is not the byte 10 in this charset, as in UTF-16
     * @throws LimitOverrunException from the await, if the line is longer than the limit of the connection
     * @throws IOException and IllegalStateException as {@link #read(int)} does
     */
    @Async
    public Coroutine<@Nullable String> readLine(Charset charset) {
        checkLineFeed(charset);
        int length = await(untilBehind(LINE_FEED));
        if (length < 0) {
            return done(read.size() == 0 ? null : read.takeText(read.size(), charset));
        }
        int end = length > 1 && read.at(length - 2) == '\r' ? 2 : 1;
        String line = read.takeText(length - end, charset);
        read.skip(end);
        return done(line);
    }

    private static void checkLineFeed(Charset charset) {
        if (!charset.equals(UTF_8) && !new String(LINE_FEED, charset).equals("\n")) {
            throw new IllegalArgumentException("readLine looks for the byte 10, which is no line feed in " + charset
                    + ". Use readUntil, with a line feed in that charset as the separator");
        }
    }

    /**
     * Reads up to the end of the stream. asyncio: {@code read()}.
     *
     * @param max how many bytes may come
     * @throws LimitOverrunException from the await, if more come; nothing is consumed
     * @throws IOException and IllegalStateException as {@link #read(int)} does
     */
    @Async
    public Coroutine<byte[]> readAll(int max) {
        if (max < 0) {
            throw new IllegalArgumentException("readAll(" + max + "): it cannot be less than none");
        }
        checkMayRead();
        await(untilEnd(max));
        return done(rest());
    }

    /** Takes what has arrived and was not read, also when this is closed. */
    byte[] rest() {
        return read.size() == 0 ? NOTHING : read.take(read.size());
    }

    /** As {@link #readAll}, but consumes nothing: a read that follows has it all at once. */
    @Async
    Coroutine<Void> untilEnd(int max) {
        if (!atEnd) {
            checkMayRead();
        }
        while (read.size() <= max && await(more())) {}
        if (read.size() > max) {
            throw failed(new LimitOverrunException("More than " + max + " bytes came from " + name()
                    + " before the end of the stream. Allow more in readAll, or read piece by piece"));
        }
        return done();
    }

    /** Waits for the separator. Returns how many bytes there are including it, or -1 if the stream ends before. */
    @Async
    private Coroutine<Integer> untilBehind(byte[] separator) {
        if (separator.length == 0) {
            throw new IllegalArgumentException("the separator is empty");
        }
        checkMayRead();
        int searched = 0;
        while (true) {
            int at = read.indexOf(separator, searched);
            if (at >= 0 && at + separator.length <= limit) {
                return done(at + separator.length);
            }
            if (at >= 0 || read.size() > limit) { // as many as the limit may be the last ones
                throw failed(new LimitOverrunException((separator == LINE_FEED ? "A line" : "A part") + " of more than "
                        + limit + " bytes came from " + name()
                        + (limitOption == null
                                ? ". Read it piece by piece"
                                : ". Set another limit (" + limitOption + "), or read it piece by piece")));
            }
            searched = Math.max(0, read.size() - separator.length + 1);
            if (!await(more())) {
                return done(-1);
            }
        }
    }

    /** Waits until more has arrived. Returns false at the end of the stream. */
    @Async
    private Coroutine<Boolean> more() {
        if (atEnd) {
            return done(false);
        }
        isReading = true;
        try {
            int count = turn.isOver() ? 0 : arrived();
            while (count == 0) {
                await(readable());
                count = arrived();
            }
            received(count);
            return done(count > 0);
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        } finally {
            isReading = false;
        }
    }

    private int arrived() {
        ByteBuffer arriving = ARRIVING.get().clear();
        int count = transport.read(arriving);
        if (count > 0) {
            read.add(arriving.flip());
        }
        return count;
    }

    private void received(int count) {
        turn.count(count);
        atEnd = count < 0;
    }

    /** Waits until something may have arrived; gives way to other tasks if the turn is over. */
    private Coroutine<Void> readable() {
        return turn.isOver() ? giveWay() : transport.readable();
    }

    @Async
    private Coroutine<Void> giveWay() {
        await(turn.giveWay());
        checkNotClosedMeanwhile();
        return done();
    }

    /** Called after a wait for something else than the transport, whose waits do the same. */
    private void checkNotClosedMeanwhile() {
        if (!transport.isOpen() || closed != null) {
            throw failed(new AsynchronousCloseException());
        }
    }

    private void checkMayRead() {
        if (!transport.isOpen() || closed != null) { // also if something is left that has arrived before
            throw Failures.undeclared(Failures.closedHere("Reading from", remoteAddress()));
        }
        if (isReading) {
            throw new IllegalStateException("Another task is reading from " + name()
                    + ". Let one task read, and hand on what it has read, say in an AsyncQueue");
        }
    }

    /** Whether the stream has ended, and everything before was read. asyncio: {@code at_eof}. */
    public boolean isAtEnd() {
        return atEnd && read.size() == 0;
    }

    // ---- writing

    /** As {@link #write(ByteBuffer...)}, in UTF-8. */
    public Coroutine<Void> write(String text) {
        return write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    /** As {@link #write(ByteBuffer...)}. */
    public Coroutine<Void> write(String text, Charset charset) {
        return write(ByteBuffer.wrap(text.getBytes(charset)));
    }

    /** As {@link #write(ByteBuffer...)}. The array must not be changed before the write has returned. */
    public Coroutine<Void> write(byte[] bytes) {
        return write(ByteBuffer.wrap(bytes));
    }

    /** As {@link #write(ByteBuffer...)}. The array must not be changed before the write has returned. */
    public Coroutine<Void> write(byte[] bytes, int offset, int length) {
        return write(ByteBuffer.wrap(bytes, offset, length));
    }

    /**
     * Writes what the buffers have, one after the other, and returns when the system has taken it all. It waits for writes
     * that other tasks have begun before, and while the peer does not keep up. asyncio: {@code write} and {@code drain};
     * {@code writelines}.
     *
     * <p>A cancel before anything was sent leaves the connection as it is. A cancel after a part was sent breaks the output,
     * because the peer has a piece of something: later writes fail and say so. Close the connection then.
     *
     * @param from are consumed; they must not be changed before the write has returned
     * @throws IOException from the await, if the connection is broken or its output has ended; ClosedChannelException if it
     *     is closed
     */
    @Async
    public Coroutine<Void> write(ByteBuffer... from) {
        checkOutput();
        long sent = 0;
        if (!output.locked() && !turn.isOver()) {
            sent = writeNow(from);
            turn.count(sent);
            if (!hasRemaining(from) && isSent()) {
                return done();
            }
        }
        try (var held = await(output.acquire())) { // at once, if a part was sent
            checkNotClosedMeanwhile();
            await(writeRest(from, sent));
        }
        return done();
    }

    private long writeNow(ByteBuffer[] from) {
        try {
            return transport.write(from);
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        }
    }

    @Async
    private Coroutine<Void> writeRest(ByteBuffer[] from, long sentBefore) {
        long sent = sentBefore;
        long size = sent + remaining(from);
        try {
            checkOutput();
            while (hasRemaining(from)) {
                if (turn.isOver()) {
                    await(giveWay());
                }
                long taken = writeNow(from);
                turn.count(taken);
                sent += taken;
                if (hasRemaining(from)) {
                    await(writable());
                }
            }
            await(sent());
        } catch (Throwable why) {
            if (sent > 0) {
                breakOutput(why, "a write was given up after " + sent + " of " + size + " bytes");
            }
            throw why;
        }
        return done();
    }

    /** The peer has got a part. A connection that is broken says so itself, to each later write. */
    private void breakOutput(Throwable why, String what) {
        isOutputWhole = false;
        if (outputEnded == null && failureIn(why) == null) {
            outputEnded = what;
        }
    }

    /**
     * Sends a part of a file, by the system where that can do so without copying. asyncio: {@code loop.sendfile}. A cancel
     * has the effects of one in {@link #write(ByteBuffer...)}.
     *
     * @param position of the first byte in the file
     * @param count how many bytes
     * @throws EOFException from the await, if the file is shorter; what it has was sent. If that was something, the output is
     *     broken, as by a cancel
     * @throws IOException from the await, as in {@link #write(ByteBuffer...)}; or if the file cannot be read or is closed, which
     *     breaks the output too if a part was sent
     */
    @Async
    public Coroutine<Void> sendFile(FileChannel file, long position, long count) {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException("sendFile from " + position + ", " + count + " bytes");
        }
        checkOutput();
        try (var held = await(output.acquire())) {
            checkNotClosedMeanwhile();
            checkOutput();
            long sent = 0;
            try {
                while (sent < count) {
                    if (turn.isOver()) {
                        await(giveWay());
                    }
                    checkOpen(file);
                    long taken = transferNow(file, position + sent, count - sent);
                    turn.count(taken);
                    sent += taken;
                    if (taken == 0) {
                        if (isSent() && position + sent >= size(file)) {
                            throw Failures.undeclared(
                                    new EOFException("The file ended after " + sent + " of " + count + " bytes"));
                        }
                        await(writable());
                    }
                }
                await(sent());
            } catch (Throwable why) {
                if (sent > 0) {
                    breakOutput(why, "a file was given up after " + sent + " of " + count + " bytes");
                }
                throw why;
            }
        }
        return done();
    }

    private long transferNow(FileChannel file, long position, long count) {
        try {
            return transport.transferFrom(file, position, count);
        } catch (Throwable failure) {
            if (isReadable(file, position)) {
                note(failure);
            }
            throw failure;
        }
    }

    /** Whether a failure to send a part of {@code file} is one of the connection. */
    private static boolean isReadable(FileChannel file, long position) {
        try {
            file.read(ByteBuffer.allocate(1), position);
            return true;
        } catch (IOException ofFile) {
            return false;
        }
    }

    @Async
    private Coroutine<Void> writable() {
        try {
            await(transport.writable());
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        }
        return done();
    }

    /** Or the file's own exception would say that the connection is closed. */
    private void checkOpen(FileChannel file) {
        if (!file.isOpen()) {
            throw Failures.undeclared(new IOException("Nothing can be sent to " + name() + ": the file is closed"));
        }
    }

    /** Whether the system has got all that the transport has taken. */
    private boolean isSent() {
        return tls == null || tls.isSent();
    }

    @Async
    private Coroutine<Void> sent() {
        while (!isSent()) {
            await(writable());
        }
        if (tls != null) {
            checkSent(tls);
        }
        return done();
    }

    private void checkSent(TlsTransport transport) {
        try {
            transport.checkSent();
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        }
    }

    private static long size(FileChannel file) {
        try {
            return file.size();
        } catch (IOException e) {
            throw Failures.undeclared(e);
        }
    }

    /**
     * Ends the stream to the peer, which then reads its end. Reading goes on; in TLS 1.2 most peers send no more then.
     * asyncio: {@code write_eof}.
     *
     * @throws IOException from the await, as in {@link #write(ByteBuffer...)}
     */
    @Async
    public Coroutine<Void> writeEof() {
        checkOutput();
        try (var held = await(output.acquire())) {
            checkNotClosedMeanwhile();
            checkOutput();
            outputEnded = EOF_WRITTEN;
            await(outputShutDown());
        }
        return done();
    }

    @Async
    private Coroutine<Void> outputShutDown() {
        try {
            await(transport.shutdownOutput());
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        }
        return done();
    }

    /** Whether {@link #writeEof} has ended the output, or has begun to, which a cancel does not take back. */
    boolean isEofWritten() {
        return EOF_WRITTEN.equals(outputEnded);
    }

    private void checkOutput() {
        if (!transport.isOpen() || closed != null) {
            throw Failures.undeclared(Failures.closedHere("Writing to", remoteAddress()));
        }
        if (outputEnded != null) {
            throw Failures.undeclared(new IOException("Nothing can be written to " + name() + ": " + outputEnded));
        }
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    private static long remaining(ByteBuffer[] buffers) {
        return Arrays.stream(buffers).mapToLong(ByteBuffer::remaining).sum();
    }

    // ---- TLS

    /**
     * Speaks TLS from now on. For protocols that begin in plain text, such as SMTP. The side that has connected is the client.
     * Call it when the peer has been told, and nothing else is being read or written. If it fails or is cancelled, the
     * connection is closed. asyncio: {@code loop.start_tls}.
     *
     * @throws javax.net.ssl.SSLException from the await, if the handshake fails; also if the peer has sent something after the
     *     plain text that was read: somebody between the two may have put it there
     * @throws IOException from the await, if the connection is broken; ClosedChannelException if it is closed
     * @throws IllegalStateException from the await, if TLS is spoken already, or another task is reading or writing
     * @throws IllegalArgumentException from the await, if {@code how} lacks something
     */
    @Async
    public Coroutine<Void> startTls(TlsOptions how) {
        checkMayRead();
        if (tls != null) {
            throw new IllegalStateException("TLS is spoken already with " + name());
        }
        AsyncLock.Held held = output.tryAcquire()
                .orElseThrow(() -> new IllegalStateException(
                        "Another task is writing to " + name() + ". Await what it writes before startTls"));
        boolean isStarted = false;
        isReading = true;
        try {
            checkOutput();
            checkNothingIsUnread();
            if (!how.isReady()) {
                await(Network.current().compute(how::prepare));
            }
            TlsTransport secured = secured(how);
            await(handshake(secured));
            transport = secured;
            tls = secured;
            isStarted = true;
        } finally {
            isReading = false;
            held.close();
            if (!isStarted) {
                transport.close();
            }
        }
        return done();
    }

    @Async
    private Coroutine<Void> handshake(TlsTransport secured) {
        try {
            await(secured.handshake());
        } catch (Throwable failure) {
            note(failure);
            throw failure;
        }
        return done();
    }

    private TlsTransport secured(TlsOptions how) {
        String host = client == null ? null : client.host;
        return new TlsTransport(
                transport,
                client == null ? how.checkedForServer().serverEngine() : how.clientEngine(host, client.port),
                client == null ? null : how.checkedName(host),
                how.handshakeLimit,
                how.shutdownLimit);
    }

    private void checkNothingIsUnread() {
        if (read.size() > 0) {
            throw failed(new SSLException(read.size() + " bytes came in plain text from " + name()
                    + " before TLS was started. They are refused, because anybody could have put them there."
                    + " Read all of the plain text before startTls, and let the peer wait for an answer"));
        }
    }

    /**
     * Returns what was agreed on by TLS: its version, the cipher suite, the certificates of the peer. Null without TLS.
     * asyncio: {@code get_extra_info('ssl_object')}.
     */
    public @Nullable SSLSession tlsSession() {
        return tls == null ? null : tls.session();
    }

    /**
     * Returns the protocol that was agreed on by {@link TlsOptions#applicationProtocols}. Null if there was no offer, or no
     * TLS. Python: {@code SSLSocket.selected_alpn_protocol}.
     */
    public @Nullable String applicationProtocol() {
        return tls == null ? null : tls.applicationProtocol();
    }

    // ---- the connection

    /** Whether it was not closed here. That the peer has gone is seen by reading. asyncio: {@code not is_closing()}. */
    public boolean isOpen() {
        return transport.isOpen();
    }

    /** Returns the address of this end, also after it was closed. asyncio: {@code get_extra_info('sockname')}. */
    public SocketAddress localAddress() {
        return transport.localAddress();
    }

    /** Returns the address of the peer, also after it was closed. asyncio: {@code get_extra_info('peername')}. */
    public SocketAddress remoteAddress() {
        return transport.remoteAddress();
    }

    /**
     * Sets an option of the socket.
     *
     * @throws UnsupportedOperationException if such a socket does not have it
     */
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        transport.setOption(Objects.requireNonNull(option, "option"), value);
    }

    /**
     * Returns an option of the socket.
     *
     * @throws UnsupportedOperationException if such a socket does not have it
     */
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return transport.getOption(Objects.requireNonNull(option, "option"));
    }

    /**
     * Closes both directions. Tasks that wait for the connection get an AsynchronousCloseException. Closing again does nothing.
     * asyncio: {@code close} and {@code wait_closed}.
     *
     * <p>What was written is still delivered, if the peer reads it. What has arrived and was not read is thrown away. If the peer
     * sends more after that, its system answers with a reset, and the peer may lose what it has not read yet. So with a peer
     * that may still be sending, call {@link #writeEof}, and read up to the end of the stream, before this.
     *
     * <p>With TLS the peer is told before that this is the end (close_notify), unless a write is going on or was given up: then
     * the peer sees that the stream was cut off. A client of TLS 1.3 that has read nothing waits until the server sends
     * something or ends the stream too, because the server has sent it something after the handshake; a task that reads may
     * see that. All of this takes no longer than {@link TlsOptions#shutdownLimit}; a cancel closes at once. A second task that
     * closes waits for the first.
     */
    @Async
    @Override
    public Coroutine<Void> aclose() {
        AsyncEvent closing = closed;
        try {
            if (closing != null) {
                await(closing.untilSet()); // another task says goodbye
            } else if (tls != null && tls.isOpen() && isOutputWhole && !output.locked()) {
                closing = new AsyncEvent();
                closed = closing;
                try (var held = await(output.acquire())) {
                    await(tls.sayGoodbye());
                }
            }
            transport.discardInput(ARRIVING.get());
        } finally {
            if (closing != null) {
                closing.set();
            }
            transport.close();
        }
        return done();
    }

    /**
     * Closes both directions at once. What was written may be lost, and the peer is told that something went wrong, where
     * there is a way to tell. asyncio: {@code transport.abort}.
     */
    public void abort() {
        transport.abort();
    }

    /** Keeps {@code failure} if it is one of the connection. */
    private void note(Throwable failure) {
        if (BrokenBy.isOfConnection(failure)) {
            failures = failures == null ? new BrokenBy() : failures;
            failures.add((IOException) failure);
        }
    }

    private RuntimeException failed(IOException failure) {
        note(failure);
        throw Failures.undeclared(failure);
    }

    /** As {@link BrokenBy#in}. */
    @Nullable
    IOException failureIn(Throwable failure) {
        return failures == null ? null : failures.in(failure);
    }

    private String name() {
        return Failures.name(remoteAddress());
    }

    @Override
    public String toString() {
        return (isOpen() ? "" : "closed ") + transport;
    }
}
