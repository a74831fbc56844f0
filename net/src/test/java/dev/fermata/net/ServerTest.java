package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.ExceptionHandler;
import dev.fermata.Task;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.JdkNetwork;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class ServerTest {
    private final List<String> events = new ArrayList<>();

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    @Async
    private Coroutine<Void> untilCancelled(Connection peer) {
        try {
            await(peer.write("hello\n"));
            await(sleep(FOREVER));
        } catch (CancelledError cancel) {
            events.add("cancelled");
            await(peer.write("goodbye\n"));
            throw cancel;
        }
        return done();
    }

    private static Coroutine<Connection> connect(Server server) {
        return openConnection("127.0.0.1", server.port());
    }

    @Test
    void a_client_that_fails_is_reported_and_ends_alone() {
        run(() -> {
            List<ExceptionHandler.Context> reported = new ArrayList<>();
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what));
            ConnectionHandler handler = peer -> {
                String line = await(peer.readLine());
                if ("fail".equals(line)) {
                    throw new IllegalStateException("as asked");
                }
                await(peer.write(line + "\n"));
                return done();
            };
            try (var server = await(startServer(handler, "127.0.0.1", 0));
                    var good = await(connect(server));
                    var bad = await(connect(server))) {
                await(bad.write("fail\n"));
                assertNull(await(bad.readLine()));
                assertEquals(1, reported.size());
                assertEquals("as asked", reported.get(0).exception().getMessage());
                assertTrue(reported.get(0).message().startsWith("Serving 127.0.0.1:"));
                await(good.write("tea\n"));
                assertEquals("tea", await(good.readLine()));
                assertTrue(server.isServing());
            }
            return done();
        });
    }

    @Test
    void closing_cancels_the_clients_and_waits_for_them() {
        run(() -> {
            var server = await(startServer(this::untilCancelled, "127.0.0.1", 0));
            try (var peer = await(connect(server))) {
                assertEquals("hello", await(peer.readLine()));
                assertEquals(1, server.connections());
                await(server.aclose());
                assertEquals(List.of("cancelled"), events);
                assertEquals(0, server.connections());
                assertFalse(server.isServing());
                assertEquals("goodbye", await(peer.readLine()));
                assertNull(await(peer.readLine()));
            }
            try {
                await(connect(server), IOException.class);
                fail("it is closed");
            } catch (ConnectException e) {
                await(server.aclose());
            }
            assertEquals(1, allTasks().size());
            return done();
        });
    }

    @Test
    void draining_lets_the_clients_end_within_the_limit() {
        run(() -> {
            AsyncEvent mayEnd = new AsyncEvent();
            ConnectionHandler handler = peer -> {
                await(peer.write("hello\n"));
                await(mayEnd.untilSet());
                await(peer.write("done\n"));
                return done();
            };
            var server = await(startServer(handler, "127.0.0.1", 0));
            try (var peer = await(connect(server))) {
                assertEquals("hello", await(peer.readLine()));
                Task<Void> draining = createTask(server.drain(FOREVER));
                await(sleep(Duration.ofMillis(10)));
                assertFalse(draining.done());
                mayEnd.set();
                await(draining);
                assertEquals("done", await(peer.readLine()));
            }
            return done();
        });
    }

    @Test
    void what_has_not_ended_within_the_limit_is_cancelled() {
        run(() -> {
            var server = await(startServer(this::untilCancelled, "127.0.0.1", 0));
            try (var peer = await(connect(server))) {
                assertEquals("hello", await(peer.readLine()));
                await(server.drain(Duration.ofMillis(10)));
                assertEquals(List.of("cancelled"), events);
            }
            return done();
        });
    }

    @Test
    void no_more_are_served_than_the_limit_allows() {
        run(() -> {
            int[] most = {0};
            ConnectionHandler handler = peer -> {
                await(peer.readLine());
                await(peer.write("served\n"));
                return done();
            };
            ServerOptions options = ServerOptions.defaults().maxConnections(2);
            try (var server = await(startServer(handler, "127.0.0.1", 0, options))) {
                List<Connection> peers = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    peers.add(await(connect(server)));
                }
                for (Connection peer : peers) {
                    await(sleep(Duration.ofMillis(5)));
                    most[0] = Math.max(most[0], server.connections());
                    await(peer.write("go\n"));
                    assertEquals("served", await(peer.readLine()));
                    assertNull(await(peer.readLine()));
                    await(peer.aclose());
                }
            }
            assertEquals(2, most[0]);
            return done();
        });
    }

    @Test
    void the_limit_is_for_all_addresses_together_and_none_is_forgotten() {
        run(() -> {
            List<Listener> listeners = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                listeners.add(await(JdkNetwork.INSTANCE.listen(new InetSocketAddress("127.0.0.1", 0), 0, Map.of())));
            }
            ServerOptions options = ServerOptions.defaults().maxConnections(2);
            try (var server = new Server(listeners, ServerTest::echo, options)) {
                for (int round = 0; round < 3; round++) { // each address is the last one once
                    List<Connection> peers = new ArrayList<>();
                    for (int i = 0; i < 3; i++) {
                        var address = (InetSocketAddress)
                                listeners.get((round + i) % 3).localAddress();
                        Connection peer = await(openConnection("127.0.0.1", address.getPort()));
                        await(peer.write("tea\n"));
                        peers.add(peer);
                        await(sleep(Duration.ofMillis(5)));
                    }
                    assertEquals(2, server.connections());
                    for (Connection peer : peers) {
                        assertEquals("tea", await(peer.readLine()));
                        await(peer.aclose()); // which makes room
                    }
                }
                await(server.drain(FOREVER));
            }
            return done();
        });
    }

    @Test
    void a_peer_that_waits_for_room_is_let_go_when_the_server_closes() {
        run(() -> {
            List<Listener> listeners = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                listeners.add(await(JdkNetwork.INSTANCE.listen(new InetSocketAddress("127.0.0.1", 0), 0, Map.of())));
            }
            ServerOptions options = ServerOptions.defaults().maxConnections(1);
            var server = new Server(listeners, this::untilCancelled, options);
            List<Connection> peers = new ArrayList<>();
            for (Listener each : listeners) {
                var address = (InetSocketAddress) each.localAddress();
                peers.add(await(openConnection("127.0.0.1", address.getPort())));
            }
            await(sleep(Duration.ofMillis(5)));
            assertEquals(1, server.connections());
            await(server.aclose());
            for (Connection peer : peers) {
                await(peer.readAll(100)); // to the end, which comes
                await(peer.aclose());
            }
            assertEquals(List.of("cancelled"), events);
            assertEquals(1, allTasks().size());
            return done();
        });
    }

    @Test
    void a_peer_that_waits_for_room_is_not_served_when_the_server_drains() {
        run(() -> {
            List<Listener> listeners = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                listeners.add(await(JdkNetwork.INSTANCE.listen(new InetSocketAddress("127.0.0.1", 0), 0, Map.of())));
            }
            ConnectionHandler handler = peer -> {
                events.add("served");
                await(peer.readLine());
                return done();
            };
            var server = new Server(listeners, handler, ServerOptions.defaults().maxConnections(1));
            List<Connection> peers = new ArrayList<>();
            for (Listener each : listeners) {
                var address = (InetSocketAddress) each.localAddress();
                peers.add(await(openConnection("127.0.0.1", address.getPort())));
            }
            await(sleep(Duration.ofMillis(5)));
            Task<Void> draining = createTask(server.drain(FOREVER));
            await(sleep(Duration.ZERO));
            for (Connection peer : peers) { // one of them is served
                await(peer.write("go\n"));
            }
            await(draining);
            for (Connection peer : peers) {
                await(peer.aclose());
            }
            assertEquals(List.of("served"), events);
            return done();
        });
    }

    @Test
    void many_who_have_waited_hold_up_no_other_task() {
        run(() -> {
            int count = 100;
            ServerOptions options = ServerOptions.defaults().backlog(count);
            List<Socket> waiting = new ArrayList<>();
            try (var server = await(startServer(this::untilCancelled, "127.0.0.1", 0, options))) {
                for (int i = 0; i < count; i++) { // the system connects them, without a turn of the server
                    waiting.add(new Socket("127.0.0.1", server.port()));
                }
                int most = 0;
                for (int before = 0; before < count; ) {
                    await(sleep(Duration.ZERO));
                    most = Math.max(most, server.connections() - before);
                    before = server.connections();
                }
                assertTrue(most <= 16, most + " were accepted before another task had a turn");
            } finally {
                for (Socket each : waiting) {
                    each.close();
                }
            }
            return done();
        });
    }

    @Test
    void a_cancel_of_serve_forever_closes_the_server() {
        run(() -> {
            var server = await(startServer(ServerTest::echo, "127.0.0.1", 0));
            Task<Void> serving = createTask(server.serveForever());
            await(sleep(Duration.ofMillis(5)));
            await(cancelAndWait(serving));
            assertTrue(serving.cancelled());
            assertFalse(server.isServing());
            return done();
        });
    }

    @Test
    void serve_forever_ends_when_a_client_closes_the_server() {
        run(() -> {
            Server[] self = new Server[1];
            self[0] = await(startServer(
                    peer -> {
                        await(peer.readLine());
                        await(self[0].aclose());
                        return done();
                    },
                    "127.0.0.1",
                    0));
            Task<Void> serving = createTask(self[0].serveForever());
            try (var peer = await(connect(self[0]))) {
                await(peer.write("shut down\n"));
                await(serving);
                assertNull(await(peer.readLine()));
            }
            return done();
        });
    }

    private static boolean hasIpv6Loopback() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return socket.isBound();
        } catch (IOException none) {
            return false;
        }
    }

    @Test
    void a_name_with_several_addresses_is_served_at_all_of_them() {
        run(() -> {
            try (var server = await(startServer(ServerTest::echo, "localhost", 0));
                    var peer = await(openConnection("localhost", server.port()))) {
                assertTrue(server.addresses().size() >= 1);
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
            }
            try (var server = await(startServer(ServerTest::echo, null, 0));
                    var peer = await(openConnection("127.0.0.1", server.port()))) {
                await(peer.write("milk\n"));
                assertEquals("milk", await(peer.readLine()));
                if (hasIpv6Loopback()) {
                    try (var other = await(openConnection("::1", server.port()))) {
                        await(other.write("sugar\n"));
                        assertEquals("sugar", await(other.readLine()));
                    }
                }
            }
            return done();
        });
    }

    /** Closes, and then says that it could not. */
    private record Failing(Listener listener, String message, AtomicBoolean hasFailed) implements Listener {
        @Async
        @Override
        public Coroutine<Transport> accept() {
            return done(await(listener.accept()));
        }

        @Override
        public SocketAddress localAddress() {
            return listener.localAddress();
        }

        @Override
        public void close() {
            listener.close();
            if (!hasFailed.getAndSet(true)) {
                throw Failures.undeclared(new IOException(message));
            }
        }
    }

    @Test
    void all_listeners_are_closed_and_all_clients_ended_though_closing_fails() {
        run(() -> {
            List<Listener> listeners = new ArrayList<>();
            for (int i = 1; i <= 3; i++) {
                listeners.add(new Failing(
                        await(JdkNetwork.INSTANCE.listen(new InetSocketAddress("127.0.0.1", 0), 0, Map.of())),
                        "listener " + i,
                        new AtomicBoolean()));
            }
            var server = new Server(listeners, this::untilCancelled, ServerOptions.defaults());
            Connection peer = await(openConnection("127.0.0.1", server.port()));
            assertEquals("hello", await(peer.readLine()));
            try {
                await(server.aclose(), IOException.class);
                fail("closing fails");
            } catch (IOException e) {
                assertEquals("listener 1", e.getMessage());
                assertEquals(
                        List.of("listener 2", "listener 3"),
                        Arrays.stream(e.getSuppressed())
                                .map(Throwable::getMessage)
                                .toList());
            }
            assertEquals(List.of("cancelled"), events);
            assertEquals("goodbye", await(peer.readLine()));
            await(peer.aclose());
            for (SocketAddress each : server.addresses()) {
                try {
                    await(openConnection("127.0.0.1", ((InetSocketAddress) each).getPort()), IOException.class);
                    fail("it is closed: " + each);
                } catch (ConnectException closed) {
                    // as it should be
                }
            }
            assertEquals(1, allTasks().size());
            return done();
        });
    }

    @Test
    void a_server_is_closed_though_its_file_cannot_be_deleted(@TempDir Path parent) throws IOException {
        Path folder = Files.createDirectory(parent.resolve("folder"));
        run(() -> {
            var server = await(startUnixServer(ServerTest::echo, folder.resolve("socket")));
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("r-xr-xr-x"));
            assumeFalse(Files.isWritable(folder), "root may write everywhere");
            try {
                await(server.aclose(), IOException.class);
                fail("the file is there");
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("It is closed, but its file could not be deleted"), e.getMessage());
            } finally {
                Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            try {
                await(openUnixConnection(folder.resolve("socket")), IOException.class);
                fail("nobody listens");
            } catch (ConnectException closed) {
                await(server.aclose()); // does nothing
            }
            return done();
        });
    }

    @Test
    void an_option_that_no_connection_can_have_is_refused_at_the_start(@TempDir Path folder) {
        run(() -> {
            var options = ServerOptions.defaults().option(StandardSocketOptions.SO_SNDBUF, -1);
            for (String host : Arrays.asList("127.0.0.1", null)) {
                try {
                    await(startServer(ServerTest::echo, host, 0, options));
                    fail("there is no such buffer");
                } catch (IllegalArgumentException e) {
                    assertEquals("The option SO_SNDBUF cannot be -1: Invalid send/receive buffer size", e.getMessage());
                }
            }
            try {
                await(startUnixServer(ServerTest::echo, folder.resolve("socket"), options));
                fail("there is no such buffer");
            } catch (IllegalArgumentException e) {
                assertFalse(Files.exists(folder.resolve("socket")));
            }
            return done();
        });
    }

    /** Fails as no listener should. */
    private record Broken(Listener listener) implements Listener {
        @Async
        @Override
        public Coroutine<Transport> accept() {
            await(listener.accept());
            throw new IllegalStateException("as asked");
        }

        @Override
        public SocketAddress localAddress() {
            return listener.localAddress();
        }

        @Override
        public void close() {
            listener.close();
        }
    }

    @Test
    void a_failure_that_ends_the_server_is_reported_and_thrown_by_serve_forever() {
        run(() -> {
            List<ExceptionHandler.Context> reported = new ArrayList<>();
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what));
            var server = new Server(
                    List.of(new Broken(
                            await(JdkNetwork.INSTANCE.listen(new InetSocketAddress("127.0.0.1", 0), 0, Map.of())))),
                    ServerTest::echo,
                    ServerOptions.defaults());
            try (var peer = await(connect(server))) {
                await(server.serveForever());
                fail("it cannot accept");
            } catch (ExceptionGroup e) {
                assertEquals("as asked", e.leaves().get(0).getMessage());
                assertEquals(1, reported.size());
                assertEquals(
                        "The server at 127.0.0.1:" + server.port() + " has ended, because it failed",
                        reported.get(0).message());
                assertSame(e, reported.get(0).exception());
            }
            assertFalse(server.isServing());
            return done();
        });
    }

    @Test
    void a_server_that_is_cancelled_at_once_is_closed() {
        run(() -> {
            var server = await(startServer(ServerTest::echo, "127.0.0.1", 0));
            Task<?> serving = allTasks().stream()
                    .filter(it -> it.getName().startsWith("server at "))
                    .findFirst()
                    .orElseThrow();
            await(cancelAndWait(serving));
            assertFalse(server.isServing());
            try {
                await(connect(server), IOException.class);
                fail("it is closed");
            } catch (ConnectException closed) {
                // as it should be
            }
            return done();
        });
    }
}
