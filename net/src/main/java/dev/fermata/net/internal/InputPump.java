package dev.fermata.net.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream that blocks, in a thread of its own, and only when it is asked: a stream that nobody waits for has no
 * thread, and nothing is taken from it. A read that was given up goes on in the thread, and what it brings is there for the
 * next one. From any thread.
 */
final class InputPump {
    /** How much is read at once. A pipe of Linux holds twice as much. */
    private static final int CHUNK = 32 * 1024;

    /** How long a thread waits to be asked again, in milliseconds. */
    private static final long IDLE = 1_000;

    private static final byte[] NOTHING = new byte[0];

    private final InputStream in;
    private final Object name;
    private final boolean closes;

    /** What was read and not taken. While there is something, the thread does not touch it. This and the rest: guarded by this. */
    private byte[] chunk = NOTHING;

    private int start;
    private int end;
    private boolean isAsked;
    private boolean isAtEnd;
    private @Nullable Throwable failure;
    private boolean isClosed;
    private boolean hasThread;
    private @Nullable CompletableFuture<Void> waiter;

    /** Completed when the latest thread has ended. */
    private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

    /** Completed when the stream is closed and no thread reads it; null before {@link #close}. */
    private @Nullable CompletableFuture<Void> gone;

    /**
     * Reads {@code in}.
     *
     * @param name for messages
     * @param closes whether to close the stream, at its end and when this is closed
     */
    InputPump(InputStream in, Object name, boolean closes) {
        this.in = in;
        this.name = name;
        this.closes = closes;
    }

    /** As {@link dev.fermata.net.spi.Transport#read}. */
    synchronized int read(ByteBuffer into) {
        checkOpen();
        if (start < end) {
            int count = Math.min(end - start, into.remaining());
            into.put(chunk, start, count);
            start += count;
            return count;
        }
        if (failure instanceof IOException notRead) {
            throw Failures.thrown(notRead, "Reading from", name);
        }
        if (failure != null) {
            throw Failures.undeclared(new IOException("Reading from " + name + ": " + failure, failure));
        }
        return isAtEnd ? -1 : 0;
    }

    /** Returns a future that is completed when {@link #read} has something to say. One at a time. */
    synchronized CompletableFuture<Void> readable() {
        checkOpen();
        if (start < end || failure != null || isAtEnd) {
            return CompletableFuture.completedFuture(null);
        }
        isAsked = true;
        if (!hasThread) {
            idle = BlockingCalls.call("reads " + name, this::run);
            hasThread = true;
        }
        notifyAll();
        waiter = new CompletableFuture<>();
        return waiter;
    }

    private void checkOpen() {
        if (isClosed) {
            throw Failures.undeclared(new ClosedChannelException());
        }
    }

    private @Nullable Void run() throws InterruptedException {
        byte[] into = new byte[CHUNK];
        while (isAskedAgain()) {
            int count = -1;
            Throwable failed = null;
            try {
                count = in.read(into, 0, CHUNK);
                if (count < 0 && closes) {
                    in.close(); // now, and not when the reader has noticed
                }
            } catch (Throwable e) { // the reader throws it
                failed = e;
            }
            CompletableFuture<Void> waiting = arrived(into, count, failed);
            if (waiting != null) {
                waiting.complete(null);
            }
        }
        return null;
    }

    /** Waits in the thread until it is to read. Returns false if it is to end. */
    private synchronized boolean isAskedAgain() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE);
        long left = IDLE;
        while (!isAsked && !isClosed && !isAtEnd && failure == null && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        hasThread = isAsked && !isClosed;
        return hasThread;
    }

    private synchronized @Nullable CompletableFuture<Void> arrived(
            byte[] bytes, int count, @Nullable Throwable failed) {
        isAsked = false;
        isAtEnd = count < 0 && failed == null;
        failure = failed;
        chunk = bytes;
        start = 0;
        end = Math.max(count, 0);
        return waiter;
    }

    /** Ends the wait for bytes. The stream stays open. */
    void endWait() {
        CompletableFuture<Void> waiting;
        synchronized (this) {
            waiting = waiter;
        }
        if (waiting != null) {
            waiting.completeExceptionally(new AsynchronousCloseException());
        }
    }

    /**
     * Closes the stream and ends the wait for bytes.
     *
     * @return is completed when the stream is closed, and no thread reads it any more
     */
    CompletableFuture<Void> close() {
        CompletableFuture<Void> whenGone = closeOnce();
        endWait();
        return whenGone;
    }

    private synchronized CompletableFuture<Void> closeOnce() {
        if (gone == null) {
            isClosed = true;
            notifyAll();
            gone = !closes || isAtEnd
                    ? idle
                    : CompletableFuture.allOf(idle, BlockingCalls.call("closes " + name, this::closeStream));
        }
        return gone;
    }

    private @Nullable Void closeStream() throws IOException {
        in.close();
        return null;
    }

    synchronized boolean isOpen() {
        return !isClosed;
    }
}
