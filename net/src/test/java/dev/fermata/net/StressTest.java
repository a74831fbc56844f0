package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many connections, and peers that behave badly, over loopback. Nothing is left of them: no task, no descriptor, no thread.
 * {@code -Dfermata.connections=10000} opens more.
 */
@Timeout(300)
final class StressTest {
    private static final int CONNECTIONS = Integer.getInteger("fermata.connections", 2_000);

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    private static Coroutine<Connection> connect(Server server) {
        return openConnection("127.0.0.1", server.port());
    }

    /** Runs {@code test}, in which connections may break, and sees that nothing is left. */
    private static void leavesNothing(AsyncCallable<Void> test) {
        run(StressTest::warmUp);
        Leftovers before = Leftovers.now();
        long sockets = sockets();
        run(() -> {
            EventLoop.running()
                    .setExceptionHandler((loop, what) -> assertInstanceOf(IOException.class, what.exception()));
            await(test.call());
            assertEquals(List.of(currentTask()), allTasks());
            return done();
        });
        try {
            before.assertNoMoreNow();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertEquals(sockets, sockets(), "descriptors of sockets");
    }

    /** Counts the descriptors of sockets; 0 where the system does not say. */
    private static long sockets() {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.filter(StressTest::isSocket).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** Loads what stays open in a JVM from the first use on. */
    @Async
    private static Coroutine<Void> warmUp() {
        try (var server = await(startServer(StressTest::echo, "127.0.0.1", 0));
                var peer = await(connect(server))) {
            await(peer.write("warm\n"));
            await(peer.readLine());
        }
        return done();
    }

    @Test
    void connections_come_and_go() {
        leavesNothing(() -> {
            try (var server = await(startServer(StressTest::echo, "127.0.0.1", 0))) {
                List<Integer> numbers = new ArrayList<>();
                for (int i = 0; i < CONNECTIONS; i++) {
                    numbers.add(i);
                }
                await(map(numbers, 50, number -> {
                    try (var peer = await(connect(server))) {
                        await(peer.write("line " + number + "\n"));
                        assertEquals("line " + number, await(peer.readLine()));
                    }
                    return done();
                }));
                await(server.drain(FOREVER));
                assertEquals(0, server.connections());
            }
            return done();
        });
    }

    @Test
    void who_does_not_read_makes_the_server_wait_and_not_buffer() {
        int[] written = {0};
        byte[] piece = new byte[64 * 1024];
        ConnectionHandler endless = peer -> {
            while (true) {
                await(peer.write(piece));
                written[0]++;
            }
        };
        leavesNothing(() -> {
            try (var server = await(startServer(endless, "127.0.0.1", 0))) {
                List<Connection> peers = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    peers.add(await(connect(server)));
                }
                int before = -1;
                while (written[0] != before) { // until no write returns any more
                    before = written[0];
                    await(sleep(Duration.ofMillis(100)));
                }
                assertTrue(written[0] < 20 * 200, written[0] + " pieces were taken of 20 that read nothing");
                for (Connection peer : peers) {
                    await(peer.readExactly(1_000_000)); // and on it goes
                }
                assertTrue(written[0] > before);
                for (Connection peer : peers) {
                    peer.abort();
                }
            }
            return done();
        });
    }

    @Test
    void peers_may_vanish_at_any_point() {
        byte[] answer = new byte[300_000];
        ConnectionHandler handler = peer -> {
            int length = Integer.parseInt(await(peer.readLine()));
            await(peer.readExactly(length));
            await(peer.write(answer));
            await(peer.writeEof());
            await(peer.readAll(1_000));
            return done();
        };
        leavesNothing(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> {});
            try (var server = await(startServer(handler, "127.0.0.1", 0))) {
                for (int point = 0; point < 24; point++) {
                    Connection peer = await(connect(server));
                    await(talk(peer, point / 3));
                    switch (point % 3) {
                        case 0 -> peer.abort();
                        case 1 -> await(peer.aclose());
                        default -> {
                            try {
                                await(peer.writeEof(), IOException.class);
                            } catch (IOException e) {
                                assertFalse(e.getMessage().isEmpty());
                            }
                            await(peer.aclose());
                        }
                    }
                }
                try (var good = await(connect(server))) {
                    await(good.write("3\nabc"));
                    assertEquals(answer.length, await(good.readAll(answer.length)).length);
                }
            }
            return done();
        });
    }

    /** Goes the first steps of a conversation. */
    @Async
    private static Coroutine<Void> talk(Connection peer, int steps) {
        for (int step = 0; step < steps; step++) {
            switch (step) {
                case 0 -> await(peer.write("10"));
                case 1 -> await(peer.write("\n"));
                case 2 -> await(peer.write("01234"));
                case 3 -> await(peer.write("56789"));
                case 4 -> await(peer.readExactly(1));
                case 5 -> await(peer.readExactly(100_000));
                default -> await(sleep(Duration.ZERO));
            }
        }
        return done();
    }

    @Test
    void a_server_is_closed_in_the_midst_of_all_this() {
        leavesNothing(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> {});
            for (int round = 0; round < 20; round++) {
                Server server = await(startServer(StressTest::echo, "127.0.0.1", 0));
                List<Task<?>> clients = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    int lines = i;
                    clients.add(createTask(() -> {
                        try (var peer = await(connect(server), IOException.class)) {
                            for (int line = 0; line < lines; line++) {
                                await(peer.write("x".repeat(1 + 1_000 * line) + "\n"), IOException.class);
                                if (await(peer.readLine()) == null) {
                                    break;
                                }
                            }
                        } catch (IOException closed) {
                            return done();
                        }
                        return done();
                    }));
                }
                for (int i = 0; i < round; i++) {
                    await(sleep(Duration.ZERO));
                }
                await(server.aclose());
                assertEquals(0, server.connections());
                await(gather(clients));
            }
            return done();
        });
    }
}
