package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.net.spi.Transport;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One end of a pipe, as the transport of a {@link dev.fermata.net.StreamReader} or a {@link dev.fermata.net.StreamWriter}.
 * It has one of the two directions. On the loop's thread.
 */
public final class PipeTransport implements Transport {
    /** How long a close waits for a thread that the system does not let go of, in seconds. */
    private static final long PATIENCE = 1;

    private final @Nullable InputPump input;
    private final @Nullable OutputPump output;
    private final Address address;

    /** Whether {@link #close} only ends the waits. */
    private final boolean isShared;

    /** Completed when it is closed and no thread is left; null before {@link #close}. */
    private @Nullable CompletableFuture<Void> gone;

    /** Whether a close has thrown what closing the stream has failed with. Closing again does nothing. */
    private boolean isFailureTold;

    private PipeTransport(@Nullable InputPump input, @Nullable OutputPump output, String name, boolean isShared) {
        this.input = input;
        this.output = output;
        this.address = new Address(name);
        this.isShared = isShared;
    }

    /** Returns the transport of a stream to read, which is closed with it. */
    public static PipeTransport reading(InputStream in, String name) {
        return new PipeTransport(new InputPump(in, name, true), null, name, false);
    }

    /** Returns the transport of a stream to read that belongs to the whole program: closing only ends the waits. */
    public static PipeTransport readingShared(InputStream in, String name) {
        return new PipeTransport(new InputPump(in, name, false), null, name, true);
    }

    /**
     * Returns the transport of a stream to write to, which is closed with it.
     *
     * @param target for messages about failures; its text is asked for when there is one
     */
    public static PipeTransport writing(OutputStream out, String name, Object target) {
        return new PipeTransport(null, new OutputPump(out, target), name, false);
    }

    private InputPump input() {
        if (input == null) {
            throw new UnsupportedOperationException(address + " is only written to");
        }
        return input;
    }

    private OutputPump output() {
        if (output == null) {
            throw new UnsupportedOperationException(address + " is only read from");
        }
        return output;
    }

    @Override
    public int read(ByteBuffer into) {
        return input().read(into);
    }

    @Async
    @Override
    public Coroutine<Void> readable() {
        return done(await(input().readable()));
    }

    @Override
    public long write(ByteBuffer[] from) {
        return output().write(from);
    }

    @Override
    public Coroutine<Void> writable() {
        return flushed();
    }

    /** Waits until everything that was taken is written. A cancel takes nothing back. */
    @Async
    public Coroutine<Void> flushed() {
        OutputPump to = output();
        long count = to.taken();
        while (!to.isWritten(count)) {
            await(to.changed(count));
        }
        return done();
    }

    /** Whether a write has failed: nobody reads the pipe any more. */
    public boolean isBroken() {
        return output().isBroken();
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
        throw new UnsupportedOperationException("No file is sent to " + address);
    }

    @Async
    @Override
    public Coroutine<Void> shutdownOutput() {
        OutputPump to = output();
        to.end();
        while (!to.hasEnded()) {
            await(to.changed(Long.MAX_VALUE));
        }
        return done();
    }

    @Override
    public void close() {
        if (isShared) {
            input().endWait();
        } else {
            gone = closePumps();
        }
    }

    private CompletableFuture<Void> closePumps() {
        return input != null ? input.close() : output().close();
    }

    /**
     * Closes the pipe, and waits until no thread is left that reads or writes it, for a second at most: a stream that
     * another process keeps open may hold a thread as long as that likes.
     */
    @Async
    public Coroutine<Void> closed() {
        close();
        CompletableFuture<Void> whenGone = gone;
        if (whenGone != null && !isFailureTold) {
            try {
                await(whenGone.copy().completeOnTimeout(null, PATIENCE, TimeUnit.SECONDS));
            } finally {
                isFailureTold = whenGone.isCompletedExceptionally();
            }
        }
        return done();
    }

    @Override
    public void abort() {
        close();
    }

    @Override
    public boolean isOpen() {
        return input != null ? input.isOpen() : output().isOpen();
    }

    @Override
    public SocketAddress localAddress() {
        return address;
    }

    @Override
    public SocketAddress remoteAddress() {
        return address;
    }

    @Override
    public <T> void setOption(SocketOption<T> option, T value) {
        throw new UnsupportedOperationException(address + " has no options");
    }

    @Override
    public <T> T getOption(SocketOption<T> option) {
        throw new UnsupportedOperationException(address + " has no options");
    }

    @Override
    public String toString() {
        return address.toString();
    }

    /** What messages say instead of an address. */
    private static final class Address extends SocketAddress {
        private static final long serialVersionUID = 1;

        private final String name;

        Address(String name) {
            this.name = name;
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
