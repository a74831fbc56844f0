package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import java.time.Duration;

/**
 * A way to a server of TLS 1.3 on which what the server sends after the handshake, its tickets, comes late: when the client has
 * written everything and has had the time to close. Only then does the rest of what the client has sent go on.
 */
final class LateTickets {
    /** A record with something encrypted. The first one of a client ends the handshake. */
    private static final byte ENCRYPTED = 23;

    private final int port;
    private final AsyncEvent written = new AsyncEvent();

    private LateTickets(int port) {
        this.port = port;
    }

    /** Connects to the server on {@code port}, writes {@code bytes}, and closes at once. Returns when it has closed. */
    @Async
    static Coroutine<Void> upload(byte[] bytes, int port, ConnectOptions options) {
        LateTickets way = new LateTickets(port);
        try (var server = await(startServer(way::forward, "127.0.0.1", 0))) {
            var peer = await(openConnection("localhost", server.port(), options));
            await(peer.write(bytes));
            way.written.set();
            await(peer.aclose());
            while (server.connections() > 0) {
                await(sleep(Duration.ofMillis(1)));
            }
        }
        return done();
    }

    @Async
    private Coroutine<Void> forward(Connection client) {
        try (var server = await(openConnection("127.0.0.1", port))) {
            Task<Void> down = createTask(forwardAll(server, client));
            byte[] bytes = await(client.read(16_384));
            while (!isEndOfHandshake(bytes)) {
                await(server.write(bytes));
                bytes = await(client.read(16_384));
            }
            await(cancelAndWait(down));
            await(server.write(bytes));
            await(written.untilSet());
            await(sleep(Duration.ofMillis(20))); // whatever a close does, it has done by then
            down = createTask(forwardAll(server, client));
            await(sleep(Duration.ofMillis(20))); // and so has the answer of a socket that is closed
            await(forwardAll(client, server));
            await(down);
        }
        return done();
    }

    private static boolean isEndOfHandshake(byte[] records) {
        int at = 0;
        while (at + 5 <= records.length && records[at] != ENCRYPTED) {
            at += 5 + ((records[at + 3] & 0xff) << 8 | records[at + 4] & 0xff);
        }
        return at + 5 <= records.length;
    }

    @Async
    private static Coroutine<Void> forwardAll(Connection from, Connection to) {
        for (byte[] bytes; (bytes = await(from.read(16_384))).length > 0; ) {
            await(to.write(bytes));
        }
        await(to.writeEof());
        return done();
    }
}
