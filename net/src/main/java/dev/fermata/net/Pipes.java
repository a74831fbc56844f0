package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.net.internal.NamedPipe;
import dev.fermata.net.internal.PipeTransport;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes streams that block: the standard input of the program, named pipes, and any stream of {@code java.io}.
 * Meant for {@code import static dev.fermata.net.Pipes.*}. On the thread of a running loop.
 */
public final class Pipes {
    /** The latest standard input that was asked for; null before that. Guarded by this class. */
    private static @Nullable StandardInput latest;

    private Pipes() {}

    /**
     * Returns the standard input of this program. A pending read keeps neither the loop from closing nor the program from
     * ending. A read that is cancelled loses nothing, also across loops: the next one, and the next loop, go on where it was.
     *
     * <pre>{@code
     * for (String line; (line = await(standardInput().readLine())) != null; ) {
     *     System.out.println("you typed: " + line);
     * }
     * }</pre>
     *
     * <p>Each call returns the same reader, as long as {@link System#in} is the same. Other code should not read that stream
     * as well. Closing the reader ends a read that waits, and leaves the stream open. asyncio: {@code connect_read_pipe} with
     * {@code sys.stdin}.
     *
     * @throws IllegalStateException if another loop uses it that is not closed
     */
    public static StreamReader standardInput() {
        EventLoop loop = EventLoop.running();
        InputStream in = System.in;
        synchronized (Pipes.class) {
            StandardInput before = latest;
            if (before == null || before.stream != in) {
                before = new StandardInput(
                        in,
                        loop,
                        new StreamReader(
                                PipeTransport.readingShared(in, "the standard input"), Connection.DEFAULT_LIMIT, null));
            } else if (before.loop != loop) {
                if (!before.loop.isClosed()) {
                    throw new IllegalStateException(
                            "The standard input belongs to another event loop, which is not closed. Let one loop read it");
                }
                before = new StandardInput(in, loop, before.reader);
            }
            latest = before;
            return before.reader;
        }
    }

    private record StandardInput(InputStream stream, EventLoop loop, StreamReader reader) {}

    /** As {@link #connectReadPipe(InputStream, int)}, with a limit of 64 KiB. */
    public static StreamReader connectReadPipe(InputStream in) {
        return connectReadPipe(in, Connection.DEFAULT_LIMIT);
    }

    /**
     * Returns a reader of a stream that blocks. The stream is closed with the reader, and at its end. asyncio:
     * {@code connect_read_pipe}.
     *
     * @param limit as {@link ConnectOptions#limit}
     */
    public static StreamReader connectReadPipe(InputStream in, int limit) {
        Objects.requireNonNull(in, "in");
        return new StreamReader(
                PipeTransport.reading(in, in.toString()),
                ConnectOptions.checkedLimit(limit),
                "the limit of connectReadPipe");
    }

    /**
     * Returns a writer to a stream that blocks. The stream is flushed after each write, and is closed with the writer. asyncio:
     * {@code connect_write_pipe}.
     */
    public static StreamWriter connectWritePipe(OutputStream out) {
        Objects.requireNonNull(out, "out");
        String name = out.toString();
        return new StreamWriter(PipeTransport.writing(out, name, name));
    }

    /** As {@link #openReadPipe(Path, int)}, with a limit of 64 KiB. */
    public static Coroutine<StreamReader> openReadPipe(Path path) {
        return openReadPipe(path, Connection.DEFAULT_LIMIT);
    }

    /**
     * Opens a named pipe ({@code mkfifo}) to read, and waits until another process has opened it to write. A cancel leaves nothing
     * open. The stream ends when all who write have closed it. asyncio has no counterpart: {@code open} blocks its loop.
     *
     * @param limit as {@link ConnectOptions#limit}
     * @throws java.nio.file.NoSuchFileException from the await, if there is no such path
     * @throws java.io.IOException from the await, if it cannot be opened; the message has the path
     */
    @Async
    public static Coroutine<StreamReader> openReadPipe(Path path, int limit) {
        ConnectOptions.checkedLimit(limit);
        FileChannel channel = await(new NamedPipe(path, StandardOpenOption.READ).open());
        return done(new StreamReader(
                PipeTransport.reading(Channels.newInputStream(channel), path.toString()),
                limit,
                "the limit of openReadPipe"));
    }

    /**
     * Opens a named pipe ({@code mkfifo}) to write, and waits until another process has opened it to read. A cancel leaves nothing
     * open.
     *
     * @throws java.nio.file.NoSuchFileException from the await, if there is no such path
     * @throws java.io.IOException from the await, if it cannot be opened; the message has the path
     */
    @Async
    public static Coroutine<StreamWriter> openWritePipe(Path path) {
        FileChannel channel = await(new NamedPipe(path, StandardOpenOption.WRITE).open());
        return done(new StreamWriter(
                PipeTransport.writing(Channels.newOutputStream(channel), path.toString(), path.toString())));
    }
}
