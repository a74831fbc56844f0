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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many connections over loopback, and peers that read nothing. Nothing is left of them: no task, no descriptor, no thread.
 * {@code -Dfermata.connections=10000} opens more, and prints what there is before, meanwhile and after. Section 10 of
 * docs/design.md has the command and what it printed.
 */
@Timeout(300)
final class StressTest {
    private static final int CONNECTIONS = Integer.getInteger("fermata.connections", 2_000);

    /** What there is of everything that a connection takes. */
    private record Counts(long descriptors, long sockets, int threads, int tasks) {
        static Counts now() {
            return new Counts(
                    Descriptors.open().size(),
                    Descriptors.count(Descriptors::isSocket),
                    Thread.getAllStackTraces().size(),
                    EventLoop.runningLoops().stream()
                            .mapToInt(EventLoop::taskCount)
                            .sum());
        }

        @Override
        public String toString() {
            return descriptors + " descriptors, " + sockets + " sockets, " + threads + " threads, " + tasks + " tasks";
        }
    }

    /** Prints, if asked for many connections. */
    private static void print(String text) {
        if (System.getProperty("fermata.connections") != null) {
            System.out.println(text);
        }
    }

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

    /** Runs {@code test}, in which connections may break, and sees that nothing is left and that nothing else has failed. */
    static void leavesNothing(AsyncCallable<Void> test) {
        run(StressTest::warmUp);
        Leftovers leftovers = Leftovers.now();
        Counts before = Counts.now();
        List<Throwable> failures = new ArrayList<>();
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> failures.add(what.exception()));
            await(test.call());
            assertEquals(List.of(currentTask()), allTasks());
            return done();
        });
        failures.removeIf(IOException.class::isInstance);
        assertEquals(List.of(), failures);
        try {
            leftovers.assertNoMoreNow();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Counts after = Counts.now();
        assertEquals(before.sockets, after.sockets, "descriptors of sockets");
        print("before: " + before + "; after: " + after);
    }

    /** How many connections may be open at a time with both of their ends: the process may open only so many files. */
    private static int mostAtATime() {
        try (Stream<String> limits = Files.lines(Path.of("/proc/self/limits"))) {
            long files = limits.filter(each -> each.startsWith("Max open files"))
                    .map(each -> each.split(" +")[3])
                    .mapToLong(each -> each.equals("unlimited") ? Integer.MAX_VALUE : Long.parseLong(each))
                    .findFirst()
                    .orElseThrow();
            return (int) Math.min(CONNECTIONS, (files - Descriptors.open().size() - 100) / 2);
        } catch (IOException notLinux) {
            return Math.min(CONNECTIONS, 1_000);
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
    void many_connections_are_open_at_the_same_time() {
        List<Integer> numbers = IntStream.range(0, mostAtATime()).boxed().toList();
        leavesNothing(() -> {
            List<Connection> peers = new ArrayList<>();
            try (var server = await(startServer(StressTest::echo, "127.0.0.1", 0))) {
                await(map(numbers, 50, number -> {
                    peers.add(await(connect(server)));
                    return done();
                }));
                for (int round = 0; round < 3; round++) {
                    await(map(peers, peers.size(), peer -> {
                        await(peer.write("line of " + peer.localAddress() + "\n"));
                        assertEquals("line of " + peer.localAddress(), await(peer.readLine()));
                        return done();
                    }));
                }
                assertEquals(numbers.size(), server.connections());
                print("with " + numbers.size() + " connections, both ends: " + Counts.now());
                for (Connection peer : peers) {
                    await(peer.aclose());
                }
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
    void a_server_is_closed_in_the_midst_of_all_this() {
        leavesNothing(() -> {
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
