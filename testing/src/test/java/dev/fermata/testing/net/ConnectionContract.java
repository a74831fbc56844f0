package dev.fermata.testing.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.net.Connection;
import dev.fermata.net.ConnectionHandler;
import dev.fermata.net.Datagram;
import dev.fermata.net.IncompleteReadException;
import dev.fermata.net.Net;
import dev.fermata.net.Server;
import dev.fermata.net.ServerOptions;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What connections and servers do, whatever is below them. It runs against the sockets of the system and against a simulated
 * network, which proves that the simulation does as the system does.
 */
@Timeout(60)
abstract class ConnectionContract {
    private static final int MUCH = 5_000_000;

    /** Runs a test to its end. */
    abstract void onNetwork(AsyncCallable<Void> test);

    /** The host at which servers listen. */
    abstract String serverHost();

    /** Runs a program on that host. */
    abstract <T> Task<T> atServer(AsyncCallable<T> program);

    @FunctionalInterface
    interface Client {
        Coroutine<Void> talk(Connection peer) throws Exception;
    }

    /** Calls {@code client} with a connection whose peer is served by {@code handler}. */
    private void between(ConnectionHandler handler, Client client) {
        onNetwork(() -> {
            try (var server = await(serve(handler, ServerOptions.defaults()));
                    var peer = await(connect(server))) {
                await(client.talk(peer));
            }
            return done();
        });
    }

    private Task<Server> serve(ConnectionHandler handler, ServerOptions options) {
        return atServer(() -> startServer(handler, serverHost(), 0, options));
    }

    private Coroutine<Connection> connect(Server server) {
        return openConnection(serverHost(), server.port());
    }

    private static final ConnectionHandler SILENT = peer -> {
        await(sleep(FOREVER));
        return done();
    };

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    /** Waits until what was sent has arrived. */
    @Async
    private static Coroutine<Void> settle() {
        await(sleep(Duration.ofMillis(50)));
        return done();
    }

    /** Writes until the connection is found to be broken. */
    @Async
    private static Coroutine<IOException> untilBroken(Connection peer) {
        for (int i = 0; i < 500; i++) {
            try {
                await(peer.write("anybody there?\n"), IOException.class);
                await(sleep(Duration.ofMillis(5)));
            } catch (IOException e) {
                return done(e);
            }
        }
        throw new AssertionError("it is not broken");
    }

    private static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i % 251);
        }
        return bytes;
    }

    // ---- streams

    @Test
    void lines_come_back() {
        between(ConnectionContract::echo, peer -> {
            await(peer.write("tea\r\nmilk\n"));
            assertEquals("tea", await(peer.readLine()));
            assertEquals("milk", await(peer.readLine()));
            return done();
        });
    }

    @Test
    void many_bytes_arrive_once_and_in_order_and_the_answer_after_the_end_too() {
        between(
                peer -> {
                    assertArrayEquals(pattern(MUCH), await(peer.readAll(MUCH)));
                    await(peer.write("all of it\n"));
                    return done();
                },
                peer -> {
                    await(peer.write(pattern(MUCH)));
                    await(peer.writeEof());
                    assertEquals("all of it", await(peer.readLine()));
                    assertNull(await(peer.readLine()));
                    return done();
                });
    }

    @Test
    void both_directions_are_busy_at_once() {
        ConnectionHandler both = peer -> {
            var arrived = createTask(peer.readExactly(MUCH));
            await(peer.write(pattern(MUCH)));
            assertArrayEquals(pattern(MUCH), await(arrived));
            return done();
        };
        between(both, both::serve);
    }

    @Test
    void nothing_can_be_written_after_the_end() {
        between(ConnectionContract::echo, peer -> {
            await(peer.writeEof());
            try {
                await(peer.write("more"), IOException.class);
                fail("it has ended");
            } catch (IOException e) {
                assertTrue(e.getMessage().contains("writeEof was called"), e.getMessage());
            }
            assertNull(await(peer.readLine()));
            return done();
        });
    }

    @Test
    void what_was_written_before_the_close_arrives() {
        between(
                peer -> {
                    await(peer.write(pattern(MUCH)));
                    return done();
                },
                peer -> {
                    assertArrayEquals(pattern(MUCH), await(peer.readAll(MUCH)));
                    assertEquals(0, await(peer.read(1)).length);
                    return done();
                });
    }

    @Test
    void a_stream_that_ends_too_early_says_so() {
        between(
                peer -> {
                    await(peer.write("1234"));
                    return done();
                },
                peer -> {
                    try {
                        await(peer.readExactly(10), IOException.class);
                        fail("it is shorter");
                    } catch (IncompleteReadException e) {
                        assertEquals("1234", new String(e.partial(), UTF_8));
                    }
                    return done();
                });
    }

    @Test
    void a_cancelled_read_loses_no_byte() {
        between(ConnectionContract::echo, peer -> {
            Task<String> reading = createTask(peer.readLine());
            await(peer.write("half"));
            await(settle());
            await(cancelAndWait(reading));
            await(peer.write(" and half\n"));
            assertEquals("half and half", await(peer.readLine()));
            return done();
        });
    }

    @Test
    void a_file_is_sent(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("file"), pattern(MUCH));
        between(
                peer -> {
                    try (FileChannel file = FileChannel.open(path)) {
                        await(peer.sendFile(file, 251, MUCH - 251));
                    }
                    return done();
                },
                peer -> {
                    assertArrayEquals(pattern(MUCH - 251), await(peer.readAll(MUCH)));
                    return done();
                });
    }

    // ---- flow control

    @Test
    void a_writer_waits_while_the_peer_does_not_read() {
        onNetwork(() -> {
            AsyncEvent mayRead = new AsyncEvent();
            ConnectionHandler handler = peer -> {
                await(mayRead.untilSet());
                assertArrayEquals(pattern(20_000_000), await(peer.readExactly(20_000_000)));
                await(peer.write("read\n"));
                return done();
            };
            try (var server = await(serve(handler, ServerOptions.defaults()));
                    var peer = await(connect(server))) {
                var writing = createTask(peer.write(pattern(20_000_000)));
                await(settle());
                await(settle());
                assertFalse(writing.done());
                mayRead.set();
                await(writing);
                assertEquals("read", await(peer.readLine()));
            }
            return done();
        });
    }

    @Test
    void closing_ends_a_read_and_a_write() {
        between(SILENT, peer -> {
            Task<String> reading = createTask(peer.readLine());
            Task<Void> writing = createTask(peer.write(new byte[50_000_000]));
            await(settle());
            await(peer.aclose());
            for (Task<?> each : List.of(reading, writing)) {
                try {
                    await(each, IOException.class);
                    fail("it is closed");
                } catch (AsynchronousCloseException e) {
                    assertFalse(peer.isOpen());
                }
            }
            try {
                await(peer.readLine(), IOException.class);
                fail("it is closed");
            } catch (ClosedChannelException e) {
                await(peer.aclose());
            }
            return done();
        });
    }

    // ---- resets

    @Test
    void what_has_arrived_and_was_not_read_does_not_reset_the_peer_of_a_close() {
        onNetwork(() -> {
            AsyncQueue<String> answers = new AsyncQueue<>();
            ConnectionHandler handler = peer -> {
                await(peer.write(pattern(150_000)));
                await(answers.put(await(peer.readLine())));
                await(answers.put("then " + await(peer.readLine())));
                return done();
            };
            try (var server = await(serve(handler, ServerOptions.defaults()))) {
                var peer = await(connect(server));
                await(peer.readExactly(1));
                await(settle());
                await(peer.write("enough\n"));
                await(peer.aclose());
                assertEquals("enough", await(answers.get()));
                assertEquals("then null", await(answers.get()));
            }
            return done();
        });
    }

    @Test
    void an_abort_resets_the_peer() {
        between(
                peer -> {
                    await(peer.readLine());
                    peer.abort();
                    return done();
                },
                peer -> {
                    await(peer.write("go\n"));
                    try {
                        await(peer.readLine(), IOException.class);
                        fail("it was reset");
                    } catch (IOException e) {
                        assertTrue(e.getMessage().startsWith("Reading from "), e.getMessage());
                        assertTrue(e.getMessage().endsWith(": Connection reset"), e.getMessage());
                    }
                    return done();
                });
    }

    @Test
    void closing_without_linger_is_an_abort() {
        between(
                peer -> {
                    await(peer.readLine());
                    peer.setOption(StandardSocketOptions.SO_LINGER, 0);
                    return done();
                },
                peer -> {
                    await(peer.write("go\n"));
                    try {
                        await(peer.readLine(), IOException.class);
                        fail("it was reset");
                    } catch (IOException e) {
                        assertTrue(e.getMessage().endsWith(": Connection reset"), e.getMessage());
                    }
                    return done();
                });
    }

    @Test
    void who_writes_to_a_closed_peer_finds_out() {
        between(
                peer -> {
                    await(peer.readLine());
                    return done();
                },
                peer -> {
                    await(peer.write("go\n"));
                    assertNull(await(peer.readLine()));
                    IOException broken = await(untilBroken(peer));
                    assertTrue(broken.getMessage().startsWith("Writing to "), broken.getMessage());
                    return done();
                });
    }

    @Test
    void what_has_arrived_before_a_reset_can_be_read() {
        between(
                peer -> {
                    await(peer.write("the last words\n"));
                    await(peer.readLine());
                    peer.abort();
                    return done();
                },
                peer -> {
                    await(settle());
                    await(peer.write("go\n"));
                    await(settle());
                    assertEquals("the last words", await(peer.readLine()));
                    return done();
                });
    }

    // ---- servers

    @Test
    void nobody_listens() {
        onNetwork(() -> {
            int free;
            try (var server = await(serve(ConnectionContract::echo, ServerOptions.defaults()))) {
                free = server.port();
            }
            try {
                await(openConnection(serverHost(), free), IOException.class);
                fail("nobody listens");
            } catch (ConnectException e) {
                assertTrue(e.getMessage().startsWith("Connecting to "), e.getMessage());
                assertTrue(
                        e.getMessage().endsWith(free + ": Connection refused")
                                || e.getMessage().endsWith(free + "): Connection refused"),
                        e.getMessage());
            }
            return done();
        });
    }

    @Test
    void a_port_is_in_use_until_its_server_is_closed() {
        onNetwork(() -> {
            int port;
            try (var server = await(serve(ConnectionContract::echo, ServerOptions.defaults()))) {
                port = server.port();
                for (String host : new String[] {serverHost(), null}) {
                    String answer = await(atServer(() -> bind(host, port)));
                    assertTrue(answer.endsWith(": Address already in use"), answer);
                }
            }
            try (var again = await(atServer(() -> startServer(ConnectionContract::echo, serverHost(), port)));
                    var peer = await(connect(again))) {
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
            }
            return done();
        });
    }

    @Async
    private static Coroutine<String> bind(String host, int port) {
        try (var server = await(startServer(SILENT, host, port), IOException.class)) {
            return done("bound");
        } catch (IOException e) {
            return done(e.getMessage());
        }
    }

    @Test
    void both_ends_know_both_addresses() {
        onNetwork(() -> {
            List<Object> seen = new ArrayList<>();
            ConnectionHandler handler = peer -> {
                seen.add(peer.localAddress());
                seen.add(peer.remoteAddress());
                await(peer.write("seen\n"));
                return done();
            };
            try (var server = await(serve(handler, ServerOptions.defaults()));
                    var one = await(connect(server));
                    var other = await(connect(server))) {
                assertEquals("seen", await(one.readLine()));
                assertEquals(List.of(one.remoteAddress(), one.localAddress()), seen);
                assertEquals(List.of(one.remoteAddress()), server.addresses());
                assertNotEquals(
                        ((InetSocketAddress) one.localAddress()).getPort(),
                        ((InetSocketAddress) other.localAddress()).getPort());
                assertEquals("seen", await(other.readLine()));
            }
            return done();
        });
    }

    @Test
    void a_connection_is_made_before_the_server_accepts_it() {
        onNetwork(() -> {
            ServerOptions one = ServerOptions.defaults().maxConnections(1);
            try (var server = await(serve(ConnectionContract::echo, one));
                    var first = await(connect(server))) {
                await(first.write("1\n"));
                assertEquals("1", await(first.readLine()));
                try (var second = await(connect(server))) {
                    await(second.write("2\n"));
                    Task<String> answer = createTask(second.readLine());
                    await(settle());
                    assertFalse(answer.done());
                    await(first.aclose());
                    assertEquals("2", await(answer));
                }
            }
            return done();
        });
    }

    @Test
    void closing_a_server_resets_those_that_were_not_accepted() {
        onNetwork(() -> {
            ServerOptions one = ServerOptions.defaults().maxConnections(1);
            var server = await(serve(SILENT, one));
            try (var first = await(connect(server));
                    var second = await(connect(server))) {
                await(settle());
                await(server.aclose());
                assertNull(await(first.readLine()));
                try {
                    await(second.readLine(), IOException.class);
                    fail("it was never accepted");
                } catch (IOException e) {
                    assertTrue(e.getMessage().endsWith(": Connection reset"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void a_server_at_all_addresses_is_reached_by_name() {
        onNetwork(() -> {
            try (var server = await(atServer(() -> startServer(ConnectionContract::echo, null, 0)));
                    var peer = await(connect(server))) {
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
            }
            return done();
        });
    }

    @Test
    void a_server_at_a_path(@TempDir Path folder) {
        Path path = folder.resolve("socket");
        onNetwork(() -> {
            try (var server = await(startUnixServer(ConnectionContract::echo, path));
                    var peer = await(openUnixConnection(path))) {
                assertEquals(1, server.addresses().size());
                await(peer.write("hello\n"));
                assertEquals("hello", await(peer.readLine()));
                try {
                    await(startUnixServer(ConnectionContract::echo, path), IOException.class);
                    fail("it exists");
                } catch (BindException e) {
                    assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
                }
            }
            try {
                await(openUnixConnection(path), IOException.class);
                fail("nobody listens");
            } catch (IOException e) {
                assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void an_unknown_host_is_named() {
        onNetwork(() -> {
            try {
                await(Net.openConnection("no-such-host.invalid", 80), IOException.class);
                fail("no such host");
            } catch (UnknownHostException e) {
                assertTrue(e.getMessage().contains("no-such-host.invalid"), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void options_of_a_socket_can_be_set_and_read() {
        between(ConnectionContract::echo, peer -> {
            assertFalse(peer.getOption(StandardSocketOptions.TCP_NODELAY));
            peer.setOption(StandardSocketOptions.TCP_NODELAY, true);
            assertTrue(peer.getOption(StandardSocketOptions.TCP_NODELAY));
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> peer.setOption(StandardSocketOptions.IP_MULTICAST_TTL, 3));
            return done();
        });
    }

    // ---- datagrams

    @Test
    void a_datagram_comes_whole_and_is_answered() {
        onNetwork(() -> {
            try (var server = await(atServer(() -> createDatagramEndpoint(serverHost(), 0)));
                    var client = await(createDatagramEndpoint(null, 0))) {
                await(client.send("tea", server.localAddress()));
                Datagram first = await(server.receive());
                assertEquals("tea", first.text());
                assertEquals(client.localAddress().getPort(), first.sender().getPort());
                await(server.send("milk", first.sender()));
                Datagram answer = await(client.receive());
                assertEquals("milk", answer.text());
                assertEquals(server.localAddress(), answer.sender());
                await(client.send(new byte[60_000], server.localAddress()));
                assertEquals(60_000, await(server.receive()).bytes().length);
                await(client.send(new byte[0], server.localAddress()));
                assertEquals(0, await(server.receive()).bytes().length);
                try {
                    await(client.send(new byte[65_508], server.localAddress()), IOException.class);
                    fail("it is too long");
                } catch (IOException e) {
                    assertTrue(e.getMessage().startsWith("Sending 65508 bytes to "), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void nobody_listening_is_told_to_a_connected_endpoint() {
        onNetwork(() -> {
            int free;
            try (var gone = await(atServer(() -> createDatagramEndpoint(serverHost(), 0)))) {
                free = gone.localAddress().getPort();
            }
            try (var client = await(connectDatagramEndpoint(serverHost(), free))) {
                await(client.send("hello?"));
                try {
                    await(client.receive(), IOException.class);
                    fail("nobody listens");
                } catch (PortUnreachableException e) {
                    assertTrue(e.getMessage().endsWith(": nobody listens there"), e.getMessage());
                }
                try (var late = await(atServer(() -> createDatagramEndpoint(serverHost(), free)))) {
                    await(client.send("now"));
                    assertEquals("now", await(late.receive()).text());
                    await(late.send("yes", client.localAddress()));
                    assertEquals("yes", await(client.receive()).text());
                }
            }
            return done();
        });
    }

    @Test
    void a_connected_endpoint_hears_only_its_peer() {
        onNetwork(() -> {
            try (var server = await(atServer(() -> createDatagramEndpoint(serverHost(), 0)));
                    var stranger = await(atServer(() -> createDatagramEndpoint(serverHost(), 0)));
                    var client = await(connectDatagramEndpoint(
                            serverHost(), server.localAddress().getPort()))) {
                await(stranger.send("psst", client.localAddress()));
                await(settle());
                await(server.send("tea", client.localAddress()));
                assertEquals("tea", await(client.receive()).text());
            }
            return done();
        });
    }

    @Test
    void closing_ends_a_receive_and_frees_the_port() {
        onNetwork(() -> {
            var endpoint = await(atServer(() -> createDatagramEndpoint(serverHost(), 0)));
            int port = endpoint.localAddress().getPort();
            assertTrue(await(atServer(() -> bindDatagrams(port))).endsWith(": Address already in use"));
            Task<Datagram> receiving = createTask(endpoint.receive());
            await(settle());
            await(endpoint.aclose());
            try {
                await(receiving, IOException.class);
                fail("it is closed");
            } catch (AsynchronousCloseException e) {
                assertEquals("bound", await(atServer(() -> bindDatagrams(port))));
            }
            return done();
        });
    }

    @Async
    private Coroutine<String> bindDatagrams(int port) {
        try (var endpoint = await(createDatagramEndpoint(serverHost(), port), IOException.class)) {
            return done("bound");
        } catch (IOException e) {
            return done(e.getMessage());
        }
    }
}
