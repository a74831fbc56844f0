package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static dev.fermata.net.StressTest.leavesNothing;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.TaskGroup;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Peers that end or reset a connection at each point of a conversation, and connections of which one half is closed. Whoever
 * is left sees the end or an IOException, and waits for nothing; a server serves the next.
 */
@Timeout(120)
final class VanishingPeersTest {
    private static final int LARGE = 300_000; // more than the system takes at once

    @TempDir
    Path folder;

    /** How a connection is left. */
    private enum End {
        RESET,
        CLOSE,
        HALF_CLOSE
    }

    /** Reads a line and its many bytes, answers with as many, and ends. */
    @Async
    private static Coroutine<Void> answer(Connection peer) {
        String length = await(peer.readLine());
        if (length == null) {
            return done();
        }
        await(peer.readExactly(Integer.parseInt(length)));
        await(peer.write(new byte[LARGE]));
        await(peer.writeEof());
        await(peer.readAll(1_000));
        return done();
    }

    /** Goes the first steps of the conversation that {@link #answer} expects. */
    @Async
    private static Coroutine<Void> ask(Connection peer, int steps) {
        for (int step = 0; step < steps; step++) {
            switch (step) {
                case 0 -> await(peer.write("10"));
                case 1 -> await(peer.write("\n"));
                case 2 -> await(peer.write("01234"));
                case 3 -> await(peer.write("56789"));
                case 4 -> await(peer.readExactly(1));
                case 5 -> await(peer.readExactly(LARGE / 3));
                default -> await(peer.readAll(LARGE));
            }
        }
        return done();
    }

    /** Leaves a connection, whose peer may have gone before. */
    @Async
    private static Coroutine<Void> end(Connection peer, End how) {
        try {
            switch (how) {
                case RESET -> peer.abort();
                case CLOSE -> await(peer.aclose(), IOException.class);
                case HALF_CLOSE -> await(peer.writeEof(), IOException.class);
            }
        } catch (IOException e) {
            assertFalse(e.getMessage().isEmpty());
        }
        return done();
    }

    private Coroutine<Server> start(String kind, ConnectionHandler handler) {
        return kind.equals("unix")
                ? startUnixServer(handler, folder.resolve("socket"))
                : startServer(handler, "127.0.0.1", 0);
    }

    private Coroutine<Connection> connect(String kind, Server server) {
        return kind.equals("unix")
                ? openUnixConnection(folder.resolve("socket"))
                : openConnection("127.0.0.1", server.port());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void a_client_may_vanish_at_any_point(String kind) {
        leavesNothing(() -> {
            try (var server = await(start(kind, VanishingPeersTest::answer))) {
                for (int steps = 0; steps <= 7; steps++) {
                    for (End how : End.values()) {
                        try (var peer = await(connect(kind, server))) {
                            await(ask(peer, steps));
                            await(end(peer, how));
                        }
                    }
                }
                try (var good = await(connect(kind, server))) {
                    await(ask(good, 4));
                    assertEquals(LARGE, await(good.readAll(LARGE)).length);
                }
                await(server.drain(FOREVER)); // each handler ends by itself
            }
            return done();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void a_server_may_vanish_at_any_point(String kind) {
        int[] next = {0};
        ConnectionHandler handler = peer -> {
            int steps = next[0] / End.values().length;
            for (int step = 0; step < steps; step++) {
                switch (step) {
                    case 0 -> await(peer.read(1));
                    case 1 -> await(peer.readLine());
                    case 2 -> await(peer.readExactly(10));
                    case 3 -> await(peer.write("1"));
                    default -> await(peer.write(new byte[LARGE]));
                }
            }
            await(end(peer, End.values()[next[0] % End.values().length]));
            return done();
        };
        leavesNothing(() -> {
            try (var server = await(start(kind, handler))) {
                for (; next[0] < 6 * End.values().length; next[0]++) {
                    try (var peer = await(connect(kind, server))) {
                        await(peer.write("10\n0123456789"), IOException.class);
                        int length = await(peer.readAll(2 * LARGE), IOException.class).length;
                        assertTrue(length <= LARGE + 1, length + " bytes");
                    } catch (IOException e) {
                        assertFalse(e.getMessage().isEmpty());
                    }
                    while (server.connections() > 0) { // the next number is for the next handler
                        await(sleep(Duration.ofMillis(1)));
                    }
                }
            }
            return done();
        });
    }

    @Test
    void peers_may_vanish_before_they_are_accepted() {
        leavesNothing(() -> {
            List<String> reports = new ArrayList<>();
            EventLoop.running().setExceptionHandler((loop, what) -> reports.add(what.message()));
            int[] served = {0};
            ConnectionHandler handler = peer -> {
                served[0]++;
                await(answer(peer));
                return done();
            };
            try (var server = await(startServer(handler, "127.0.0.1", 0))) {
                List<Socket> left = new ArrayList<>();
                for (int i = 0; i < 30; i++) { // the system connects them, without a turn of the server
                    Socket peer = new Socket("127.0.0.1", server.port());
                    switch (End.values()[i % 3]) {
                        case RESET -> {
                            peer.setSoLinger(true, 0);
                            peer.close();
                        }
                        case CLOSE -> peer.close();
                        case HALF_CLOSE -> {
                            peer.shutdownOutput();
                            left.add(peer);
                        }
                    }
                }
                try (var good = await(openConnection("127.0.0.1", server.port()))) {
                    await(ask(good, 4));
                    assertEquals(LARGE, await(good.readAll(LARGE)).length);
                }
                for (Socket each : left) {
                    assertEquals(-1, await(toThread(() -> each.getInputStream().read())));
                    each.close();
                }
                await(server.drain(FOREVER));
                assertTrue(served[0] >= left.size() + 1, served[0] + " were served");
            }
            for (String report : reports) { // "could not accept" would have held up the others
                assertTrue(report.startsWith("Serving "), report);
            }
            return done();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp", "unix"})
    void a_half_closed_connection_goes_on_in_the_other_direction(String kind) {
        byte[] piece = new byte[LARGE];
        ConnectionHandler handler = peer -> {
            int first = await(peer.read(1))[0];
            if (first == 'r') { // the client has ended its half
                assertEquals(LARGE, await(peer.readAll(LARGE)).length);
                await(peer.write(piece));
            } else { // the server ends its half
                await(peer.writeEof());
                assertEquals(LARGE, await(peer.readAll(LARGE)).length);
            }
            return done();
        };
        leavesNothing(() -> {
            try (var server = await(start(kind, handler))) {
                for (int round = 0; round < 5; round++) {
                    try (var peer = await(connect(kind, server))) {
                        await(peer.write("r"));
                        await(peer.write(piece));
                        await(peer.writeEof());
                        assertEquals(LARGE, await(peer.readAll(LARGE)).length);
                    }
                    try (var peer = await(connect(kind, server))) {
                        await(peer.write("w"));
                        assertEquals(0, await(peer.readAll(1)).length);
                        await(peer.write(piece));
                        await(peer.writeEof());
                    }
                }
                await(server.drain(FOREVER));
            }
            return done();
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"RESET", "CLOSE"})
    void a_read_and_a_write_that_wait_end_when_the_peer_goes(End how) {
        int[] ended = {0};
        ConnectionHandler handler = peer -> {
            try (var both = new TaskGroup()) {
                both.createTask(() -> {
                    try {
                        assertEquals(0, await(peer.readAll(1), IOException.class).length);
                    } catch (IOException reset) {
                        assertFalse(reset.getMessage().isEmpty());
                    }
                    ended[0]++;
                    return done();
                });
                both.createTask(() -> {
                    try {
                        while (true) {
                            await(peer.write(new byte[LARGE]), IOException.class);
                        }
                    } catch (IOException reset) {
                        assertFalse(reset.getMessage().isEmpty());
                    }
                    ended[0]++;
                    return done();
                });
            }
            return done();
        };
        leavesNothing(() -> {
            try (var server = await(startServer(handler, "127.0.0.1", 0))) {
                for (int i = 0; i < 10; i++) {
                    try (var peer = await(openConnection("127.0.0.1", server.port()))) {
                        await(peer.readExactly(i * 10_000));
                        await(end(peer, how));
                    }
                }
                await(server.drain(FOREVER));
            }
            assertEquals(20, ended[0]);
            return done();
        });
    }

    @Test
    void the_peer_may_vanish_after_any_byte_of_a_handshake_of_tls() {
        ServerOptions options = ServerOptions.defaults().tls(Certificates.server());
        leavesNothing(() -> {
            int[] left = {0};
            try (var server = await(startServer(VanishingPeersTest::answer, "127.0.0.1", 0, options));
                    var between =
                            await(startServer(client -> passOn(client, server.port(), left[0]), "127.0.0.1", 0))) {
                while (!await(isAnswered(between.port()))) {
                    // Each byte of the first header, then the rest of the handshake, then the answer.
                    left[0] += left[0] < 10 ? 1 : left[0] < 6_000 ? 97 : 50_000;
                    assertTrue(left[0] < 3 * LARGE, "never answered");
                }
                await(between.drain(FOREVER));
                await(server.drain(FOREVER));
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Boolean> isAnswered(int port) {
        ConnectOptions options = ConnectOptions.defaults().tls(Certificates.client());
        try (var peer = await(openConnection("127.0.0.1", port, options), IOException.class)) {
            await(ask(peer, 4));
            assertEquals(LARGE, await(peer.readAll(LARGE), IOException.class).length); // or it would be cut off unseen
            return done(true);
        } catch (IOException e) {
            assertFalse(e.getMessage().isEmpty());
            return done(false);
        }
    }

    /** Passes so many bytes on, in both directions together, and resets both connections. */
    @Async
    private static Coroutine<Void> passOn(Connection client, int port, int count) {
        try (var server = await(openConnection("127.0.0.1", port))) {
            int[] left = {count};
            try (var both = new TaskGroup()) {
                both.createTask(passOn(client, server, left));
                both.createTask(passOn(server, client, left));
            }
        }
        return done();
    }

    @Async
    private static Coroutine<Void> passOn(Connection from, Connection to, int[] left) {
        try {
            byte[] piece;
            while (left[0] > 0 && (piece = await(from.read(left[0]), IOException.class)).length > 0) {
                int length = Math.min(piece.length, left[0]);
                left[0] -= length;
                await(to.write(piece, 0, length), IOException.class);
            }
        } catch (IOException gone) {
            left[0] = 0;
        }
        if (left[0] == 0) {
            from.abort();
            to.abort();
        } else {
            await(end(to, End.HALF_CLOSE));
        }
        return done();
    }
}
