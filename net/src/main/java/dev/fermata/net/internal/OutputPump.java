package dev.fermata.net.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to a stream that blocks, in a thread of its own while there is something to write. What it has taken it writes also
 * if nobody waits for it any more. From any thread.
 */
final class OutputPump {
    /** How much it takes at once. */
    private static final int CHUNK = 32 * 1024;

    /** How long a thread waits for more, in milliseconds. */
    private static final long IDLE = 1_000;

    private static final byte[] NOTHING = new byte[0];

    private final OutputStream out;
    private final Object name;

    /** What is being written. While there is something, only the thread touches it. This and the rest: guarded by this. */
    private byte[] chunk = NOTHING;

    private int size;
    private long taken;
    private long written;
    private boolean isEnding;
    private boolean hasEnded;
    private @Nullable Throwable failure;
    private boolean isClosed;
    private boolean hasThread;
    private final List<CompletableFuture<Void>> waiters = new ArrayList<>();

    /** Completed when the latest thread has ended. */
    private CompletableFuture<Void> idle = CompletableFuture.completedFuture(null);

    /** Completed when the stream is closed and no thread writes to it; null before {@link #close}. */
    private @Nullable CompletableFuture<Void> gone;

    /**
     * Writes to {@code out}, which is closed at the end or when this is closed.
     *
     * @param name for messages; its text is asked for when it is needed
     */
    OutputPump(OutputStream out, Object name) {
        this.out = out;
        this.name = name;
    }

    /** As {@link dev.fermata.net.spi.Transport#write}. */
    synchronized long write(ByteBuffer[] from) {
        check();
        if (size > 0) {
            return 0;
        }
        int count = 0;
        for (ByteBuffer each : from) {
            count = (int) Math.min(CHUNK, (long) count + each.remaining());
        }
        if (count == 0) {
            return 0;
        }
        byte[] bytes = chunk.length < count ? new byte[count] : chunk;
        int copied = 0;
        for (ByteBuffer each : from) {
            int part = Math.min(each.remaining(), count - copied);
            each.get(bytes, copied, part);
            copied += part;
        }
        chunk = bytes;
        size = count;
        taken += count;
        wakeThread();
        return count;
    }

    /** Returns how many bytes were taken. */
    synchronized long taken() {
        return taken;
    }

    /** Whether the first {@code count} bytes were written. Throws what has kept them from it. */
    synchronized boolean isWritten(long count) {
        if (written >= count) {
            return true;
        }
        check();
        return false;
    }

    /** Whether the stream was closed after {@link #end}. Throws what has kept it from that. */
    synchronized boolean hasEnded() {
        check();
        return hasEnded;
    }

    private void check() {
        if (isClosed) {
            throw Failures.undeclared(new ClosedChannelException());
        }
        if (failure instanceof IOException notWritten) {
            throw Failures.thrown(notWritten, "Writing to", name);
        }
        if (failure != null) {
            throw Failures.undeclared(new IOException("Writing to " + name + ": " + failure, failure));
        }
    }

    /** Closes the stream when everything was written. */
    synchronized void end() {
        isEnding = true;
        wakeThread();
    }

    private void wakeThread() {
        if (!hasThread) {
            idle = BlockingCalls.call("writes " + name, this::run);
            hasThread = true;
        }
        notifyAll();
    }

    /** Returns a future that is completed if {@link #isWritten} has something else to say, or {@link #hasEnded}. */
    synchronized CompletableFuture<Void> changed(long count) {
        if (isClosed || failure != null || hasEnded || (written >= count && !isEnding)) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        waiters.removeIf(CompletableFuture::isDone); // those that were cancelled
        waiters.add(waiter);
        return waiter;
    }

    private @Nullable Void run() throws InterruptedException {
        for (int count; (count = next()) >= 0; ) {
            Throwable failed = null;
            try {
                if (count > 0) {
                    out.write(chunk, 0, count);
                    out.flush();
                } else {
                    out.close();
                }
            } catch (Throwable e) { // the writer throws it
                failed = e;
            }
            for (CompletableFuture<Void> waiter : wrote(count, failed)) {
                waiter.complete(null);
            }
        }
        return null;
    }

    /** Waits in the thread for something to write. Returns 0 if the stream is to be closed, and -1 if the thread is to end. */
    private synchronized int next() throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(IDLE);
        long left = IDLE;
        while (isIdle() && !isClosed && !hasEnded && failure == null && left > 0) {
            wait(left);
            left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        }
        hasThread = !isIdle() && !isClosed && failure == null;
        if (!hasThread) {
            chunk = NOTHING;
            return -1;
        }
        return size;
    }

    private boolean isIdle() {
        return size == 0 && !(isEnding && !hasEnded);
    }

    private synchronized List<CompletableFuture<Void>> wrote(int count, @Nullable Throwable failed) {
        failure = failed;
        if (failed == null) {
            written += count;
            hasEnded = count == 0;
        }
        size = 0;
        return takeWaiters();
    }

    private List<CompletableFuture<Void>> takeWaiters() {
        List<CompletableFuture<Void>> taken = List.copyOf(waiters);
        waiters.clear();
        return taken;
    }

    /**
     * Closes the stream and ends the waits. What was not written is lost.
     *
     * @return is completed when the stream is closed, and no thread writes to it any more
     */
    CompletableFuture<Void> close() {
        List<CompletableFuture<Void>> waiting;
        CompletableFuture<Void> whenGone;
        synchronized (this) {
            whenGone = closeOnce();
            waiting = takeWaiters();
        }
        for (CompletableFuture<Void> waiter : waiting) {
            waiter.completeExceptionally(new AsynchronousCloseException());
        }
        return whenGone;
    }

    private CompletableFuture<Void> closeOnce() {
        if (gone == null) {
            isClosed = true;
            notifyAll();
            gone = hasEnded
                    ? idle
                    : CompletableFuture.allOf(idle, BlockingCalls.call("closes " + name, this::closeStream));
        }
        return gone;
    }

    private @Nullable Void closeStream() {
        try {
            out.close();
        } catch (IOException lost) {
            // The reader has gone before. What was written and not read is lost anyway, and the descriptor is closed.
        }
        return null;
    }

    synchronized boolean isBroken() {
        return failure != null;
    }

    synchronized boolean isOpen() {
        return !isClosed;
    }
}
