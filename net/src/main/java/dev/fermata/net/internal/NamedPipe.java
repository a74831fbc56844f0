package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Opens a named pipe, which blocks until the other end is opened. A FileChannel, and no stream of {@code java.io}: when it is
 * closed, a thread that is blocked in it goes on. On the loop's thread.
 */
public final class NamedPipe {
    private final Path path;
    private final StandardOpenOption direction;

    /** Prepares to open one end. */
    public NamedPipe(Path path, StandardOpenOption direction) {
        this.path = path;
        this.direction = direction;
    }

    /** Opens it. A cancel leaves nothing open. */
    @Async
    public Coroutine<FileChannel> open() {
        CompletableFuture<FileChannel> opening =
                BlockingCalls.call("opens " + path, () -> FileChannel.open(path, direction));
        try {
            return done(await(opening.copy(), IOException.class));
        } catch (FileSystemException e) {
            throw Failures.undeclared(e); // whose message has the path
        } catch (IOException e) {
            throw Failures.undeclared(Failures.of(e, "Opening", path));
        } catch (CancelledError cancel) {
            await(givenUp(opening));
            throw cancel;
        }
    }

    /** Waits until the thread has given up, for a second at most: if the path was deleted, it cannot be told. */
    @Async
    private Coroutine<Void> givenUp(CompletableFuture<FileChannel> opening) {
        CompletableFuture<Boolean> gone = BlockingCalls.call("gives up " + path, () -> closeOpened(opening))
                .handle((nothing, failed) -> true)
                .completeOnTimeout(true, 1, TimeUnit.SECONDS);
        while (!gone.isDone()) {
            try {
                await(gone.copy());
            } catch (CancelledError again) {
                // It is being given up already.
            }
        }
        return done();
    }

    /** Opens both ends, which does not block and lets the other thread go on, and closes all. In a thread. */
    private @Nullable Void closeOpened(CompletableFuture<FileChannel> opening)
            throws IOException, InterruptedException {
        try (FileChannel both = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            opening.get().close();
        } catch (ExecutionException notOpened) {
            return null;
        }
        return null;
    }
}
