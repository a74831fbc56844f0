package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static dev.fermata.net.Subprocesses.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.net.spi.Listener;
import dev.fermata.net.spi.Network;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is cancelled at a bad moment leaves nothing open, keeps no place and ends what it was to end. */
@Timeout(60)
final class NothingLeftTest {
    private static Transport counted(int[] open, Object remote) {
        open[0]++;
        boolean[] closed = {false};
        return (Transport) Proxy.newProxyInstance(
                Transport.class.getClassLoader(), new Class<?>[] {Transport.class}, (proxy, method, arguments) -> {
                    switch (method.getName()) {
                        case "close", "abort" -> {
                            if (!closed[0]) {
                                closed[0] = true;
                                open[0]--;
                            }
                            return null;
                        }
                        case "isOpen" -> {
                            return !closed[0];
                        }
                        case "remoteAddress", "localAddress" -> {
                            return remote;
                        }
                        default -> {
                            return null;
                        }
                    }
                });
    }

    /** Closing, and not a cancel of the task: the client has to see its end when the server has closed. */
    @Test
    void a_real_connection_that_was_just_accepted_is_closed_with_its_server() {
        for (int turns = 0; turns < 6; turns++) {
            int after = turns;
            run(() -> {
                ConnectionHandler handler = peer -> sleep(FOREVER);
                Server server = await(startServer(handler, "127.0.0.1", 0));
                await(sleep(Duration.ofMillis(1)));
                try (var peer = await(openConnection("127.0.0.1", server.port()))) {
                    for (int i = 0; i < after; i++) {
                        await(sleep(Duration.ZERO));
                    }
                    await(server.aclose());
                    assertEquals(0, server.connections(), "after " + after + " turns");
                    try {
                        assertNull(await(waitFor(peer.readLine(), Duration.ofSeconds(2)), IOException.class));
                    } catch (TimeoutException e) {
                        fail("the connection stays open, after " + after + " turns");
                    } catch (IOException reset) {
                        // fine: it was in the backlog
                    }
                }
                return done();
            });
        }
    }

    /** With the sockets of the system: the server's task is cancelled, as the end of run does it, when a peer has come. */
    @Test
    void a_real_connection_is_closed_if_its_server_is_cancelled() throws Exception {
        List<String> leaks = new ArrayList<>();
        for (int turns = 0; turns < 8; turns++) {
            int after = turns;
            run(() -> {
                ConnectionHandler handler = peer -> sleep(FOREVER);
                Server server = await(startServer(handler, "127.0.0.1", 0));
                await(sleep(Duration.ofMillis(1)));
                try (var peer = new java.net.Socket("127.0.0.1", server.port())) {
                    for (int i = 0; i < after; i++) {
                        await(sleep(Duration.ZERO));
                    }
                    for (Task<?> each : allTasks()) {
                        if (each.getName().startsWith("server at")) {
                            each.cancel();
                        }
                    }
                    await(waitFor(server.serveForever(), Duration.ofSeconds(2)));
                    peer.setSoTimeout(300);
                    try {
                        peer.getInputStream().read();
                    } catch (java.net.SocketTimeoutException e) {
                        leaks.add(after + " turns: still open, connections() " + server.connections());
                    } catch (IOException reset) {
                        // fine: it was in the backlog
                    }
                    if (server.connections() > 0) {
                        leaks.add(after + " turns: connections() " + server.connections());
                    }
                }
                return done();
            });
        }
        assertEquals(List.of(), leaks);
    }

    /** As above, by the end of run. */
    @Test
    void the_end_of_run_closes_what_a_server_has_just_accepted() throws Exception {
        List<String> leaks = new ArrayList<>();
        for (int turns = 0; turns < 8; turns++) {
            int after = turns;
            java.net.Socket[] peer = {null};
            run(() -> {
                ConnectionHandler handler = each -> sleep(FOREVER);
                Server server = await(startServer(handler, "127.0.0.1", 0));
                await(sleep(Duration.ofMillis(1)));
                peer[0] = new java.net.Socket("127.0.0.1", server.port());
                for (int i = 0; i < after; i++) {
                    await(sleep(Duration.ZERO));
                }
                return done(); // without closing the server
            });
            try (var open = peer[0]) {
                open.setSoTimeout(300);
                open.getInputStream().read();
            } catch (java.net.SocketTimeoutException e) {
                leaks.add(after + " turns: still open");
            } catch (IOException reset) {
                // fine
            }
        }
        assertEquals(List.of(), leaks);
    }

    private static InetAddress address(int last) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) last});
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    /** A cancel while the losers are being waited for. */
    @Test
    void a_cancel_after_the_winner_was_found_leaves_nothing_open() {
        for (int turns = 0; turns < 8; turns++) {
            int after = turns;
            run(() -> {
                int[] open = {0};
                var connects = EventLoop.running().<Void>createPromise();
                Network.CURRENT.set(new Network() {
                    @Async
                    @Override
                    @SuppressWarnings("fermata:no-await")
                    public Coroutine<List<InetAddress>> resolve(String host) {
                        return done(List.of(address(1), address(2)));
                    }

                    @Async
                    @Override
                    public Coroutine<Transport> connect(
                            SocketAddress remote, @Nullable SocketAddress local, Map<SocketOption<?>, Object> options) {
                        if (remote.toString().contains("10.0.0.1")) {
                            await(sleep(FOREVER));
                        }
                        await(connects);
                        return done(counted(open, remote));
                    }

                    @Override
                    public Coroutine<Listener> listen(
                            @Nullable SocketAddress local, int backlog, Map<SocketOption<?>, Object> options) {
                        throw new UnsupportedOperationException();
                    }
                });
                var quick = ConnectOptions.defaults().attemptDelay(Duration.ofMillis(1));
                Task<Connection> connecting = createTask(openConnection("shop", 80, quick));
                await(sleep(Duration.ofMillis(20)));
                connects.setResult(null);
                for (int i = 0; i < after; i++) {
                    await(sleep(Duration.ZERO));
                }
                connecting.cancel();
                await(waitUntil(dev.fermata.ReturnWhen.ALL_COMPLETED, connecting));
                if (connecting.cancelled()) {
                    assertEquals(0, open[0], "open although cancelled, after " + after + " turns");
                }
                return done();
            });
        }
    }

    /** A writeEof that was cancelled while it waited for another write has not ended the input. */
    @Test
    void communicate_ends_the_input_after_a_cancelled_writeEof() {
        run(() -> {
            var options = SubprocessOptions.defaults();
            try (var child = await(createSubprocessExec(options, "sh", "-c", "sleep 1; exec cat >/dev/null"))) {
                Task<Void> big = createTask(child.stdin().write(new byte[300_000]));
                await(sleep(Duration.ofMillis(50)));
                try {
                    await(waitFor(child.stdin().writeEof(), Duration.ofMillis(50)));
                    fail("the write before is not through");
                } catch (TimeoutException e) {
                    // nothing was ended
                }
                await(big);
                try {
                    assertEquals(
                            0,
                            await(waitFor(child.communicate(), Duration.ofSeconds(5)))
                                    .exitCode());
                } catch (TimeoutException e) {
                    fail("communicate does not end the input: cat waits for ever");
                }
            }
            return done();
        });
    }

    /** A loop that is closed while a task reads the standard input. */
    @Test
    void the_next_loop_reads_the_standard_input_though_the_last_left_a_reader() throws Exception {
        InputStream before = System.in;
        java.io.PipedOutputStream typed = new java.io.PipedOutputStream();
        System.setIn(new java.io.PipedInputStream(typed));
        try {
            run(() -> {
                createTask(Pipes.standardInput().readLine());
                await(sleep(Duration.ofMillis(50)));
                return done();
            });
            typed.write("tea\n".getBytes());
            typed.flush();
            run(() -> {
                assertEquals("tea", await(waitFor(Pipes.standardInput().readLine(), Duration.ofSeconds(3))));
                return done();
            });
        } finally {
            System.setIn(before);
        }
    }

    /** Cancels at the exact moment of a write that is waiting in line, then the connection is used. */
    @Test
    void a_cancelled_waiting_write_changes_nothing() {
        run(() -> {
            byte[][] got = new byte[1][];
            ConnectionHandler handler = peer -> {
                await(sleep(Duration.ofMillis(300)));
                got[0] = await(peer.readAll(20_000_000));
                return done();
            };
            try (var server = await(startServer(handler, "127.0.0.1", 0))) {
                try (var peer = await(openConnection("127.0.0.1", server.port()))) {
                    Task<Void> a = createTask(peer.write(new byte[8_000_000]));
                    Task<Void> b = createTask(peer.write("lost"));
                    Task<Void> c = createTask(peer.write("kept"));
                    await(sleep(Duration.ofMillis(50)));
                    await(cancelAndWait(b));
                    await(a);
                    await(c);
                }
                await(server.drain(Duration.ofSeconds(5)));
                assertEquals(8_000_004, got[0].length);
            }
            return done();
        });
    }

    @Test
    void many_short_children() throws Exception {
        run(() -> {
            try (var child = await(createSubprocessExec("true"))) {
                await(child.communicate());
            }
            return done();
        });
        Leftovers before = Leftovers.now();
        run(() -> {
            for (int i = 0; i < 60; i++) {
                try (var child = await(createSubprocessExec("true"))) {
                    if (i % 3 == 0) {
                        await(child.communicate(new byte[100_000]));
                    } else if (i % 3 == 1) {
                        await(child.untilExit());
                    }
                }
            }
            return done();
        });
        before.assertNoMoreNow();
    }

    /** A handler that throws a CancelledError of its own, or an Error, ends alone. */
    @Test
    void a_handler_that_throws_what_it_likes_ends_alone() {
        run(() -> {
            List<Throwable> reported = new ArrayList<>();
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            ConnectionHandler handler = peer -> {
                String line = await(peer.readLine());
                switch (String.valueOf(line)) {
                    case "cancel" -> throw new CancelledError("by itself");
                    case "error" -> throw new AssertionError("by itself");
                    case "null" -> {
                        return null;
                    }
                    default -> await(peer.write(line + "\n"));
                }
                return done();
            };
            try (var server = await(startServer(handler, "127.0.0.1", 0))) {
                for (String each : List.of("cancel", "error", "null", "tea")) {
                    try (var peer = await(openConnection("127.0.0.1", server.port()))) {
                        await(peer.write(each + "\n"));
                        String answer = await(waitFor(peer.readLine(), Duration.ofSeconds(2)));
                        assertEquals(each.equals("tea") ? "tea" : null, answer, each);
                    }
                }
                assertTrue(server.isServing());
                await(sleep(Duration.ofMillis(50)));
                assertEquals(0, server.connections());
            }
            return done();
        });
    }
}
