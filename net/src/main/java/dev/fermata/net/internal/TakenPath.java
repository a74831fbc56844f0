package dev.fermata.net.internal;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Says what is at a path where a server cannot listen: the system knows only that it is in use. Nothing is deleted. asyncio
 * deletes any socket that it finds at the path, and so takes the path away from a server that runs; here a program says itself
 * that it wants that.
 */
final class TakenPath {
    private TakenPath() {}

    /** Returns {@code failure}, or one of the same class that says what is at the path. */
    static IOException explained(IOException failure, @Nullable SocketAddress local) {
        if (!(failure instanceof BindException) || !(local instanceof UnixDomainSocketAddress unix)) {
            return failure;
        }
        String what = what(unix);
        if (what == null) {
            return failure;
        }
        BindException explained = new BindException(failure.getMessage() + ": " + what);
        explained.initCause(failure);
        return explained;
    }

    /** Null if it cannot be found out, say because the path is free meanwhile. */
    private static @Nullable String what(UnixDomainSocketAddress local) {
        Path path = local.getPath();
        try {
            if (!Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                return "there is something at the path that is no socket";
            }
            return isServed(local)
                    ? "a process listens there"
                    : "the file exists, and no process listens there. A server that was killed has left it; delete it, for"
                            + " example with Files.deleteIfExists before startUnixServer";
        } catch (IOException e) {
            return null;
        }
    }

    /** Connects, which a server there sees as a client that says nothing. It never waits: a full backlog is an exception. */
    private static boolean isServed(UnixDomainSocketAddress local) throws IOException {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.configureBlocking(false);
            channel.connect(local);
            return true;
        } catch (ConnectException refused) {
            return false;
        }
    }
}
