package dev.fermata.net.internal.tls;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.waitUntil;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.ReadBuffer;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.time.Duration;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * TLS over another transport. {@link #handshake} comes first; after it, reads and writes do what can be done now.
 *
 * <p>What is kept between calls: the part of a record that has arrived, the part of records that could not be sent, and what
 * was decrypted and not read because the reader asked for less than a record has. A connection that is idle keeps none.
 *
 * <p>A record that was begun is always sent to its end before the next one, so a write that is given up never breaks the
 * stream of records. {@link #isSent} tells whether something is left.
 */
public final class TlsTransport implements Transport {
    private static final int HEADER = 5;

    /** The longest record that there may be: TLS 1.2 with padding and a MAC. The engine refuses a longer one at once. */
    private static final int MAX_RECORD = HEADER + 16_384 + 2_048;

    /**
     * How much may be left to send until no more is read: more than one write leaves, or two ends that both write might wait for
     * each other. A peer could ask for answers that it does not take.
     */
    private static final int MAX_UNSENT = 2 * Scratch.SIZE;

    /** How much a write takes; other tasks have their turn then. A peer may be as fast as the encryption. */
    private static final int MAX_TAKEN = 256 * 1024;

    /** How often a read asks for more while no whole record arrives; other tasks have their turn then. */
    private static final int ROUNDS = 16;

    /**
     * How many records without content a read takes; other tasks have their turn then. A peer may ask for new keys without end,
     * and thousands of such records fit into one buffer.
     */
    private static final int MAX_EMPTY = 16;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Transport inner;
    private final SSLEngine engine;
    private final TlsFailures failures;
    private final Duration handshakeLimit;
    private final Duration shutdownLimit;

    /** Records that have arrived, most of the time a part of one. */
    private final ReadBuffer arrived = new ReadBuffer();

    /** What was in a record and did not fit into the reader's buffer. */
    private final ReadBuffer plain = new ReadBuffer();

    /** Records that are still to be sent. */
    private final ReadBuffer unsent = new ReadBuffer();

    /** Held by who waits for {@link #inner} to take what is unsent. */
    private final AsyncLock sending = new AsyncLock();

    private boolean isTls13;

    /** Whether the peer has sent something besides messages of TLS. */
    private boolean hasContent;

    /** How many records without content this read has taken. */
    private int empty;

    /** Whether a task waits in {@link #readable}. */
    private boolean isReading;

    /** Set when that task goes on; null if nobody waits for that. */
    private @Nullable AsyncEvent readerBack;

    /** Whether the first bytes of the peer were a record's. */
    private boolean isPeerTls;

    /** Whether the peer has said that it will send no more. */
    private boolean isInputEnded;

    /** Whether the stream of the peer has ended without that. */
    private boolean isTruncated;

    /** Whether close_notify was made. */
    private boolean isOutputEnded;

    /** What has ended both directions; null if nothing has. */
    private @Nullable SSLException failure;

    /** What has ended the output while something was read; null if nothing has. */
    private @Nullable IOException sendFailure;

    /**
     * Puts TLS over {@code inner}.
     *
     * @param engine that has not begun
     * @param host which the peer's certificate is to name; null if that is not checked
     */
    public TlsTransport(
            Transport inner, SSLEngine engine, @Nullable String host, Duration handshakeLimit, Duration shutdownLimit) {
        this.inner = inner;
        this.engine = engine;
        this.failures = new TlsFailures(inner.remoteAddress(), host, engine.getUseClientMode());
        this.handshakeLimit = handshakeLimit;
        this.shutdownLimit = shutdownLimit;
    }

    // ---- the handshake

    /** Agrees with the peer on keys. If it fails or is cancelled, the transport below is closed. */
    @Async
    public Coroutine<Void> handshake() {
        boolean isAgreed = false;
        try (var time = timeout(handshakeLimit)) {
            engine.beginHandshake();
            await(agree(), IOException.class);
            isAgreed = true;
        } catch (TimeoutException e) {
            throw Failures.undeclared(failures.tooSlow(handshakeLimit, isPeerTls, e));
        } catch (ClosedChannelException closedHere) {
            throw Failures.undeclared(closedHere);
        } catch (IOException e) {
            throw Failures.undeclared(failures.inHandshake(e instanceof SSLException ? e : reasonFor(e)));
        } finally {
            if (!isAgreed) {
                inner.close();
            }
        }
        return done();
    }

    @Async
    private Coroutine<Void> agree() {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> await(runTasks());
                case NEED_WRAP -> wrapMessage();
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrapMessages()) {
                        flush(); // The rest goes while it waits: the peer may be waiting for room too.
                        await(more());
                    }
                }
                case NOT_HANDSHAKING, FINISHED -> {
                    isTls13 = "TLSv1.3".equals(engine.getSession().getProtocol());
                    if (engine.getUseClientMode() || !isTls13) {
                        await(writable());
                    } else {
                        flushWhileReading(); // Of tickets, which the client may take later.
                    }
                    return done();
                }
            }
        }
    }

    /** Checks certificates and computes keys, which takes milliseconds. */
    @Async
    private Coroutine<Void> runTasks() {
        for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
            await(Network.current().compute(task));
        }
        return done();
    }

    private void wrapMessage() {
        try {
            if (!wrap()) {
                throw new SSLException("The handshake was ended by a message that says so (close_notify)");
            }
        } catch (SSLException e) {
            sendAlert(e);
            throw Failures.undeclared(e);
        }
    }

    /** Takes the messages that have arrived whole. Returns false if there is none. */
    private boolean unwrapMessages() {
        ByteBuffer records = takeArrived();
        boolean hasAdvanced = false;
        try {
            isPeerTls |= records.hasRemaining() && failures.checkTls(records);
            while (isWhole(records) && isUnwrapNeeded()) {
                ByteBuffer content = Scratch.get().plain.clear();
                SSLEngineResult result = engine.unwrap(records, content);
                plain.add(content.flip());
                if (result.getStatus() == Status.CLOSED) {
                    throw new SSLException("The peer ended the handshake (close_notify)");
                }
                if (result.bytesConsumed() == 0 && isUnwrapNeeded()) {
                    throw new SSLException("The TLS engine does not take a record: " + result);
                }
                hasAdvanced = true;
            }
        } catch (SSLException e) {
            sendAlert(e);
            throw Failures.undeclared(e);
        } finally {
            arrived.add(records);
        }
        return hasAdvanced;
    }

    private boolean isUnwrapNeeded() {
        HandshakeStatus status = engine.getHandshakeStatus();
        return status == HandshakeStatus.NEED_UNWRAP || status == HandshakeStatus.NEED_UNWRAP_AGAIN;
    }

    @Async
    private Coroutine<Void> more() {
        int count = receive();
        while (count == 0) {
            await(readable());
            count = receive();
        }
        if (count < 0) {
            throw Failures.undeclared(failures.endedInHandshake(isPeerTls));
        }
        return done();
    }

    private int receive() {
        ByteBuffer records = Scratch.get().arrived.clear().limit(Scratch.SIZE - arrived.size());
        int count = inner.read(records);
        arrived.add(records.flip());
        return count;
    }

    /** Returns the peer's alert instead of {@code broken}, if it has arrived before the connection broke. */
    private IOException reasonFor(IOException broken) {
        try {
            lookForAlert();
        } catch (SSLException alert) {
            alert.addSuppressed(broken);
            return alert;
        } catch (IOException brokenToo) {
            broken.addSuppressed(brokenToo);
        }
        return broken;
    }

    @SuppressWarnings("RedundantThrows") // which the calls throw without declaring it
    private void lookForAlert() throws IOException {
        while (receive() > 0 && unwrapMessages()) {}
    }

    // ---- reading

    @Override
    public int read(ByteBuffer into) {
        if (!inner.isOpen()) {
            return inner.read(into); // which says so
        }
        if (plain.size() > 0) {
            return plain.takeInto(into);
        }
        if (isInputEnded) {
            return -1;
        }
        checkNotFailed();
        if (isTruncated) {
            throw Failures.undeclared(failures.truncated());
        }
        if (!into.hasRemaining()) {
            return 0;
        }
        ByteBuffer records = takeArrived();
        int count;
        try {
            count = decrypted(records, into);
        } catch (SSLException e) {
            throw Failures.undeclared(broken(e));
        } finally {
            if (!isInputEnded && failure == null) {
                arrived.add(records);
            }
            flushWhileReading();
        }
        if (isTruncated) {
            throw Failures.undeclared(failures.truncated());
        }
        return count;
    }

    private int decrypted(ByteBuffer records, ByteBuffer into) throws SSLException {
        empty = 0;
        for (int round = 0; round < ROUNDS; round++) {
            int count = decryptWhole(records, into);
            if (count > 0) {
                return count;
            }
            if (isInputEnded) {
                return -1;
            }
            if (empty == MAX_EMPTY) {
                return 0;
            }
            flushWhileReading();
            if (unsent.size() > MAX_UNSENT) {
                return 0;
            }
            records.compact();
            try {
                count = inner.read(records);
            } finally {
                records.flip();
            }
            if (count <= 0) {
                isTruncated = count < 0;
                return 0;
            }
        }
        return 0;
    }

    /** Tells the peer, and keeps what each later call fails with. */
    private SSLException broken(SSLException why) {
        if (!isOutputEnded) {
            sendAlert(why);
        }
        SSLException broken = failures.afterHandshake(why);
        failure = broken;
        return broken;
    }

    /**
     * Decrypts those of {@code records} that are whole and fit. Returns how many bytes {@code into} has got. If a record is
     * bad, those before it are read first, and the next read fails.
     */
    private int decryptWhole(ByteBuffer records, ByteBuffer into) throws SSLException {
        int start = into.position();
        while (!isInputEnded && failure == null && empty < MAX_EMPTY && isWhole(records)) {
            if (into.position() > start && into.remaining() < length(records)) {
                break;
            }
            try {
                decryptNext(records, into);
            } catch (SSLException e) {
                if (into.position() == start) {
                    throw e;
                }
                broken(e);
            }
        }
        return into.position() - start;
    }

    /** Decrypts a record that is whole. What does not fit is kept. */
    private void decryptNext(ByteBuffer records, ByteBuffer into) throws SSLException {
        boolean fits = into.remaining() >= length(records); // what is in a record is never longer than the record
        ByteBuffer content = fits ? into : Scratch.get().plain.clear();
        SSLEngineResult result = engine.unwrap(records, content);
        if (result.getStatus() == Status.BUFFER_OVERFLOW || result.getStatus() == Status.BUFFER_UNDERFLOW) {
            throw new SSLException("The TLS engine does not take a record: " + result);
        }
        answer(result);
        if (result.bytesProduced() > 0) {
            hasContent = true;
        } else {
            empty++;
        }
        if (!fits) {
            handOn(content.flip(), into);
        }
    }

    /** Gives the reader what fits, and keeps the rest. */
    private void handOn(ByteBuffer content, ByteBuffer into) {
        int end = content.limit();
        int count = Math.min(content.remaining(), into.remaining());
        into.put(content.limit(content.position() + count));
        plain.add(content.limit(end));
    }

    /** Does what a record asks for, such as new keys. */
    private void answer(SSLEngineResult result) throws SSLException {
        if (result.getStatus() == Status.CLOSED) {
            isInputEnded = true;
        } else if (!isTls13 && isHandshaking()) {
            isOutputEnded = true; // What the engine has to say now would begin one.
            throw failures.renegotiation();
        }
        while (isHandshaking()) {
            if (engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
                // Never with the JDK's own engine: it hands out tasks in the handshake only.
                for (Runnable task; (task = engine.getDelegatedTask()) != null; ) {
                    task.run();
                }
            } else if (!wrap()) {
                return;
            }
        }
        if (isInputEnded && !isTls13) {
            isOutputEnded = true; // TLS 1.2 ends both directions, and the engine has answered.
        }
    }

    private boolean isHandshaking() {
        HandshakeStatus status = engine.getHandshakeStatus();
        return status == HandshakeStatus.NEED_WRAP || status == HandshakeStatus.NEED_TASK;
    }

    @Async
    @Override
    public Coroutine<Void> readable() {
        if (plain.size() > 0 || isInputEnded || isTruncated || failure != null) {
            return done();
        }
        isReading = true;
        try {
            await(arrives());
            checkNotClosedMeanwhile();
        } finally {
            isReading = false;
            if (readerBack != null) {
                readerBack.set();
            }
        }
        return done();
    }

    @Async
    private Coroutine<Void> arrives() {
        if (unsent.size() > MAX_UNSENT) {
            await(writable()); // read takes nothing before that
        } else if (isWholeArrived()) {
            await(sleep(Duration.ZERO)); // read has taken as many as it takes in a turn
        } else if (isSent() || sending.locked()) {
            await(inner.readable());
        } else {
            await(readableOrSent());
        }
        return done();
    }

    /** Sends the answer to something that was read while it waits for more. */
    @Async
    private Coroutine<Void> readableOrSent() {
        Task<Void> arriving = createTask(inner.readable());
        Task<Void> sending = createTask(sendOrGiveUp());
        try {
            await(waitUntil(ReturnWhen.ALL_COMPLETED, arriving));
        } finally {
            await(cancelAndWait(arriving, sending)); // throws what arriving has failed with
        }
        return done();
    }

    @Async
    private Coroutine<Void> sendOrGiveUp() {
        try {
            await(writable(), IOException.class);
        } catch (IOException e) {
            giveUpSending(e);
        }
        return done();
    }

    private boolean isWholeArrived() {
        return arrived.size() >= HEADER
                && isWhole(arrived.size(), HEADER + (((arrived.at(3) & 0xff) << 8) | (arrived.at(4) & 0xff)));
    }

    private ByteBuffer takeArrived() {
        ByteBuffer records = Scratch.get().arrived.clear();
        arrived.takeInto(records);
        return records.flip();
    }

    private static boolean isWhole(ByteBuffer records) {
        return records.remaining() >= HEADER && isWhole(records.remaining(), length(records));
    }

    /** Whether a record is there to its end, or is so long that the engine will refuse it. */
    private static boolean isWhole(int available, int length) {
        return available >= length || length > MAX_RECORD;
    }

    private static int length(ByteBuffer records) {
        return HEADER + (records.getShort(records.position() + 3) & 0xffff);
    }

    // ---- writing

    @Override
    public long write(ByteBuffer[] from) {
        checkOutput();
        if (!flush()) {
            return 0;
        }
        long taken = 0;
        try {
            while (isSent() && hasRemaining(from) && taken < MAX_TAKEN) {
                taken += encrypt(from);
            }
        } catch (SSLException e) {
            failure = failures.afterHandshake(e);
            throw Failures.undeclared(failure);
        }
        return taken;
    }

    /** Encrypts as much as there is room for, and sends it. Returns how much it took. */
    private long encrypt(ByteBuffer[] from) throws SSLException {
        Scratch scratch = Scratch.get();
        ByteBuffer records = scratch.sent.clear();
        long taken = 0;
        int room = engine.getSession().getPacketBufferSize();
        while (records.remaining() >= room && hasRemaining(from)) {
            SSLEngineResult result = engine.wrap(from, records);
            taken += result.bytesConsumed();
            if (result.getStatus() == Status.CLOSED) {
                isOutputEnded = true;
                throw failures.endedByPeer();
            }
            if (result.bytesConsumed() == 0 && result.bytesProduced() == 0) {
                throw new SSLException("The TLS engine takes nothing to send: " + result);
            }
        }
        records.flip();
        try {
            inner.write(scratch.onlySent);
        } finally {
            unsent.add(records);
        }
        return taken;
    }

    @Async
    @Override
    public Coroutine<Void> writable() {
        try (var turn = await(sending.acquire())) {
            while (!flush()) {
                await(inner.writable());
            }
            checkNotClosedMeanwhile();
        }
        return done();
    }

    /** Called after a wait, which may have been for something else than the transport below. */
    private void checkNotClosedMeanwhile() {
        if (!inner.isOpen()) {
            throw Failures.undeclared(new AsynchronousCloseException());
        }
    }

    /** Whether all that was written was handed to the transport below. If not, {@link #writable} does that. */
    public boolean isSent() {
        return unsent.size() == 0;
    }

    /**
     * Fails if something that a write had taken was thrown away. A read may find out that the peer is gone, while the write
     * waits.
     *
     * @throws IOException if so
     */
    public void checkSent() {
        if (sendFailure != null) {
            throw Failures.undeclared(new IOException(sendFailure.getMessage(), sendFailure)); // It has the address.
        }
    }

    /** Hands on what is unsent. Returns false if something is left. */
    private boolean flush() {
        if (!isSent()) {
            ByteBuffer records = unsent.view();
            int before = records.remaining();
            inner.write(new ByteBuffer[] {records});
            unsent.skip(before - records.remaining());
        }
        return isSent();
    }

    /** As {@link #flush}, but a failure is told to the next one who writes: there may still be something to read. */
    private void flushWhileReading() {
        try {
            tryToFlush();
        } catch (IOException e) {
            giveUpSending(e);
        }
    }

    private void giveUpSending(IOException why) {
        sendFailure = why;
        unsent.skip(unsent.size());
    }

    @SuppressWarnings("RedundantThrows") // which write throws without declaring it
    private void tryToFlush() throws IOException {
        flush();
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        checkOutput();
        if (!flush()) {
            return 0;
        }
        // Half of it leaves room for the overhead of the records, so that all of it is taken.
        ByteBuffer chunk = Scratch.get().plain.clear().limit((int) Math.min(count, Scratch.SIZE / 2));
        try {
            if (file.read(chunk, position) <= 0) {
                return 0;
            }
        } catch (IOException e) {
            throw Failures.thrown(e, "Sending a file to", remoteAddress());
        }
        return write(new ByteBuffer[] {chunk.flip()});
    }

    /** Tells the peer by close_notify that it has got everything. In TLS 1.2 a peer may stop sending then. */
    @Async
    @Override
    public Coroutine<Void> shutdownOutput() {
        checkOutput();
        endOutput();
        await(writable());
        checkSent();
        await(inner.shutdownOutput());
        return done();
    }

    private void endOutput() {
        isOutputEnded = true;
        engine.closeOutbound();
        try {
            while (!engine.isOutboundDone() && wrap()) {}
        } catch (SSLException e) {
            throw Failures.undeclared(failures.afterHandshake(e));
        }
    }

    /**
     * Tells the peer by close_notify that it has got everything, before {@link #close}. Within a time limit; a peer that does
     * not take it does not get it.
     */
    @Async
    public Coroutine<Void> sayGoodbye() {
        try (var time = timeout(shutdownLimit)) {
            if (failure == null && sendFailure == null && !isOutputEnded) {
                endOutput();
            }
            await(writable(), IOException.class);
            if (mayGetTickets()) {
                await(inner.shutdownOutput(), IOException.class);
                await(untilTicketsAreRead(), IOException.class);
            }
        } catch (TimeoutException | IOException peerIsGone) {
            // As with a socket: to close it does not tell whether the peer has got everything.
        }
        return done();
    }

    /**
     * Whether the server's tickets for later sessions may be on their way. It sends them as soon as the handshake is done, before
     * anything else. A socket that is closed before they arrive resets the connection, and the server may lose what it has
     * not read yet.
     */
    private boolean mayGetTickets() {
        return isTls13 && engine.getUseClientMode() && !hasContent && !isInputEnded && !isTruncated && failure == null;
    }

    /** Reads until the peer ends, or something shows that there are no more tickets. If another task reads, it does that. */
    @Async
    private Coroutine<Void> untilTicketsAreRead() {
        ByteBuffer any = ByteBuffer.allocate(1);
        while (mayGetTickets()) {
            if (isReading) {
                readerBack = new AsyncEvent();
                await(readerBack.untilSet());
            } else if (read(any.clear()) == 0) {
                await(readable());
            }
        }
        return done();
    }

    @Override
    public void discardInput(ByteBuffer scratch) {
        inner.discardInput(scratch);
    }

    private static boolean hasRemaining(ByteBuffer[] buffers) {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    // ---- failures

    private void checkOutput() {
        if (!inner.isOpen()) {
            inner.write(new ByteBuffer[] {NOTHING.duplicate()}); // which says so
        }
        checkNotFailed();
        checkSent();
        if (isOutputEnded) {
            throw Failures.undeclared(isInputEnded ? failures.endedByPeer() : failures.outputEnded());
        }
    }

    private void checkNotFailed() {
        if (failure != null) {
            SSLException again = new SSLException(failure.getMessage(), failure);
            throw Failures.undeclared(again);
        }
    }

    /** Makes a record without content, such as an alert or an answer. Returns false if the engine has none. */
    private boolean wrap() throws SSLException {
        ByteBuffer records = Scratch.get().sent.clear();
        SSLEngineResult result = engine.wrap(NOTHING.duplicate(), records);
        unsent.add(records.flip());
        return result.bytesProduced() > 0 || result.getHandshakeStatus() == HandshakeStatus.FINISHED;
    }

    /** Tells the peer why, if it can be told at once. */
    private void sendAlert(SSLException why) {
        try {
            while (!engine.isOutboundDone() && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && wrap()) {}
            tryToFlush();
        } catch (IOException e) {
            if (e != why) {
                why.addSuppressed(e);
            }
        }
    }

    // ---- the connection

    /** Returns what was agreed on. */
    public SSLSession session() {
        return engine.getSession();
    }

    /** Returns the protocol that was agreed on by ALPN; null if none was. */
    public @Nullable String applicationProtocol() {
        String protocol = engine.getApplicationProtocol();
        return protocol == null || protocol.isEmpty() ? null : protocol;
    }

    /** Closes the transport below. Without {@link #sayGoodbye} before, the peer sees that the stream was cut off. */
    @Override
    public void close() {
        inner.close();
    }

    @Override
    public void abort() {
        inner.abort();
    }

    @Override
    public boolean isOpen() {
        return inner.isOpen();
    }

    @Override
    public SocketAddress localAddress() {
        return inner.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return inner.remoteAddress();
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) throws IOException {
        inner.setOption(option, value);
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return inner.getOption(option);
    }

    @Override
    public String toString() {
        return inner + " by " + engine.getSession().getProtocol();
    }
}
