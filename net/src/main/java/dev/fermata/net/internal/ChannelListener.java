package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.internal.channels.ChannelEvent;
import dev.fermata.internal.channels.RegisteredChannel;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A listening socket of the system. */
final class ChannelListener implements Listener {
    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final RegisteredChannel registered;
    private final Map<SocketOption<?>, Object> options;
    private final SocketAddress local;

    /** What tells the file of a Unix socket from another one that has taken its path since; null if there is no file. */
    private final @Nullable Object file;

    ChannelListener(EventLoop loop, ServerSocketChannel channel, Map<SocketOption<?>, Object> options)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.registered = RegisteredChannel.of(loop, channel);
        this.options = options;
        this.local = channel.getLocalAddress();
        this.file = local instanceof UnixDomainSocketAddress unix ? fileKey(unix.getPath()) : null;
    }

    @Async
    @Override
    public Coroutine<Transport> accept() {
        SocketChannel accepted = acceptNow();
        while (accepted == null) {
            await(registered.until(ChannelEvent.ACCEPTABLE));
            accepted = acceptNow();
        }
        return done(transport(accepted));
    }

    private @Nullable SocketChannel acceptNow() {
        try {
            return channel.accept();
        } catch (IOException e) {
            throw Failures.thrown(e, "Accepting at", local);
        }
    }

    private Transport transport(SocketChannel accepted) {
        try {
            accepted.configureBlocking(false);
            JdkNetwork.setOptions(accepted, options);
            return new ChannelTransport(accepted, RegisteredChannel.of(loop, accepted), accepted.getRemoteAddress());
        } catch (IOException e) {
            JdkNetwork.closeAfter(e, accepted);
            throw Failures.thrown(e, "Accepting at", local);
        } catch (RuntimeException e) {
            JdkNetwork.closeAfter(e, accepted);
            throw e;
        }
    }

    @Override
    public SocketAddress localAddress() {
        return local;
    }

    @Override
    public void close() {
        if (!channel.isOpen()) {
            return;
        }
        try {
            registered.close();
            deleteFile(); // after the close, which must not depend on a folder that may not be writable any more
        } catch (IOException e) {
            throw Failures.thrown(e, "Closing the listener at", local);
        }
    }

    private void deleteFile() throws IOException {
        if (local instanceof UnixDomainSocketAddress unix) {
            try {
                if (Objects.equals(file, fileKey(unix.getPath()))) {
                    Files.deleteIfExists(unix.getPath());
                }
            } catch (IOException e) {
                throw new IOException("It is closed, but its file could not be deleted: " + e, e);
            }
        }
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.exists(path)
                ? Files.readAttributes(path, BasicFileAttributes.class).fileKey()
                : null;
    }

    @Override
    public String toString() {
        return "listener at " + Failures.listening(local);
    }
}
