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
import dev.fermata.net.ConnectOptions;
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

    /** Serves a client until it has said something, and then resets it. */
    private static final ConnectionHandler ABORTING = peer -> {
        await(peer.readLine());
        peer.abort();
        return done();
    };

    private static final ConnectionHandler HALF_CLOSING_AND_ABORTING = peer -> {
        await(peer.writeEof());
        await(peer.readLine());
        peer.abort();
        return done();
    };

    /** Says what has come of {@code awaited}: the class and the end of the message, or the result. */
    @Async
    private static Coroutine<String> outcome(Coroutine<?> awaited) {
        try {
            Object result = await(awaited, IOException.class);
            return done(result instanceof byte[] bytes ? bytes.length + " bytes" : String.valueOf(result));
        } catch (IOException e) {
            String message = e.getMessage();
            return done(e.getClass().getSimpleName() + " " + message.substring(0, message.indexOf(' '))
                    + message.substring(message.lastIndexOf(':')));
        }
    }

    @Test
    void the_first_write_after_a_reset_is_told_and_the_read_after_it_ends() {
        between(ABORTING, peer -> {
            await(peer.write("go\n"));
            await(settle());
            assertEquals("null", await(outcome(peer.write("")))); // nothing is sent
            assertEquals("IOException Writing: Connection reset by peer", await(outcome(peer.write("x"))));
            assertEquals("IOException Writing: Broken pipe", await(outcome(peer.write("x"))));
            assertEquals("0 bytes", await(outcome(peer.read(10))));
            return done();
        });
    }

    @Test
    void the_first_read_after_a_reset_is_told_and_each_one_after_it() {
        between(ABORTING, peer -> {
            await(peer.write("go\n"));
            await(settle());
            assertEquals("SocketException Reading: Connection reset", await(outcome(peer.read(10))));
            assertEquals("SocketException Reading: Connection reset", await(outcome(peer.read(10))));
            assertEquals("IOException Writing: Broken pipe", await(outcome(peer.write("x"))));
            assertEquals("null", await(outcome(peer.write(""))));
            return done();
        });
    }

    @Test
    void the_stream_can_be_ended_after_a_reset() {
        between(ABORTING, peer -> {
            await(peer.write("go\n"));
            await(settle());
            assertEquals("null", await(outcome(peer.writeEof())));
            assertEquals("SocketException Reading: Connection reset", await(outcome(peer.read(10))));
            return done();
        });
    }

    @Test
    void a_reset_after_the_end_is_no_failure_of_a_read() {
        between(HALF_CLOSING_AND_ABORTING, peer -> {
            await(peer.write("go\n"));
            await(settle());
            assertEquals("0 bytes", await(outcome(peer.read(10))));
            assertEquals("IOException Writing: Broken pipe", await(outcome(peer.write("x"))));
            return done();
        });
    }

    @Test
    void a_file_is_not_sent_after_a_reset(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("file"), pattern(10));
        try (FileChannel file = FileChannel.open(path)) {
            between(ABORTING, peer -> {
                await(peer.write("go\n"));
                await(settle());
                assertEquals(
                        "IOException Sending: Connection reset by peer", await(outcome(peer.sendFile(file, 0, 10))));
                assertEquals("IOException Sending: Broken pipe", await(outcome(peer.sendFile(file, 0, 10))));
                return done();
            });
        }
    }

    @Test
    void what_was_closed_says_that_it_was_closed_by_this_program() {
        between(ConnectionContract::echo, peer -> {
            await(peer.write("tea\nmilk\n"));
            assertEquals("tea", await(peer.readLine()));
            await(peer.aclose());
            assertEquals("ClosedHereException Reading: it was closed by this program", await(outcome(peer.readLine())));
            assertEquals("ClosedHereException Writing: it was closed by this program", await(outcome(peer.write(""))));
            assertEquals("ClosedHereException Writing: it was closed by this program", await(outcome(peer.writeEof())));
            var here = await(createDatagramEndpoint("127.0.0.1", 0));
            await(here.aclose());
            assertEquals(
                    "ClosedHereException Receiving: it was closed by this program", await(outcome(here.receive())));
            assertEquals(
                    "ClosedHereException Sending: it was closed by this program",
                    await(outcome(here.send("x", here.localAddress()))));
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
    void all_addresses_are_connected_to_as_localhost() {
        onNetwork(() -> {
            try (var server = await(startServer(ConnectionContract::echo, "127.0.0.1", 0));
                    var peer = await(openConnection("0.0.0.0", server.port()));
                    var here = await(createDatagramEndpoint("127.0.0.1", 0))) {
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
                await(here.send(
                        "milk",
                        new InetSocketAddress("0.0.0.0", here.localAddress().getPort())));
                assertEquals("milk", await(here.receive()).text());
            }
            return done();
        });
    }

    @Test
    void an_address_to_connect_from_is_named_when_it_cannot_be_had() {
        onNetwork(() -> {
            try (var server = await(startServer(SILENT, "127.0.0.1", 0))) {
                var foreign = ConnectOptions.defaults().localAddress(new InetSocketAddress("192.0.2.77", 0));
                try {
                    await(openConnection("127.0.0.1", server.port(), foreign), IOException.class);
                    fail("it is not one of this host");
                } catch (BindException e) {
                    String message = "Connecting from 192.0.2.77:0 to 127.0.0.1:" + server.port()
                            + ": Cannot assign requested address";
                    assertTrue(e.getMessage().startsWith(message), e.getMessage());
                }
                var used = ConnectOptions.defaults().localAddress(new InetSocketAddress("127.0.0.1", server.port()));
                try {
                    await(openConnection("127.0.0.1", server.port(), used), IOException.class);
                    fail("it is in use");
                } catch (BindException e) {
                    assertTrue(e.getMessage().endsWith(": Address already in use"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void a_path_that_is_too_long_is_refused(@TempDir Path folder) {
        Path path = folder.resolve("x".repeat(107));
        onNetwork(() -> {
            assertEquals(
                    "SocketException Connecting: Unix domain path too long", await(outcome(openUnixConnection(path))));
            assertEquals(
                    "SocketException Listening: Unix domain path too long",
                    await(outcome(startUnixServer(SILENT, path))));
            return done();
        });
    }

    @Test
    void more_clients_of_a_path_than_the_backlog_wait_for_room(@TempDir Path folder) {
        Path path = folder.resolve("socket");
        onNetwork(() -> {
            var options = ServerOptions.defaults().maxConnections(1).backlog(1);
            List<Task<String>> asking = new ArrayList<>();
            try (var server = await(startUnixServer(peer -> peer.write("hello\n"), path, options))) {
                for (int i = 0; i < 6; i++) {
                    asking.add(createTask(greetingAt(path)));
                }
                for (Task<String> each : asking) {
                    assertEquals("hello", await(each));
                }
            }
            return done();
        });
    }

    @Async
    private static Coroutine<String> greetingAt(Path path) {
        try (var peer = await(openUnixConnection(path))) {
            return done(await(peer.readLine()));
        }
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

    @Test
    void values_that_an_option_cannot_have_are_refused() {
        between(ConnectionContract::echo, peer -> {
            for (var each : List.of(
                    StandardSocketOptions.SO_SNDBUF, StandardSocketOptions.SO_RCVBUF, StandardSocketOptions.IP_TOS)) {
                var failure = assertThrows(IllegalArgumentException.class, () -> peer.setOption(each, -1));
                assertEquals(
                        each == StandardSocketOptions.IP_TOS
                                ? "Invalid IP_TOS value"
                                : "Invalid send/receive buffer size",
                        failure.getMessage());
            }
            assertThrows(
                    IllegalArgumentException.class, () -> peer.setOption(StandardSocketOptions.IP_TOS, 100_000_000));
            peer.setOption(StandardSocketOptions.SO_LINGER, -5);
            assertEquals(-1, peer.getOption(StandardSocketOptions.SO_LINGER));
            return done();
        });
    }

    @Test
    void values_that_an_option_cannot_have_are_refused_when_a_connection_is_opened_or_a_server_started() {
        String message = "The option SO_SNDBUF cannot be -1: Invalid send/receive buffer size";
        onNetwork(() -> {
            try {
                var options = ServerOptions.defaults().option(StandardSocketOptions.SO_SNDBUF, -1);
                await(startServer(SILENT, "127.0.0.1", 0, options));
                fail("there is no such buffer");
            } catch (IllegalArgumentException e) {
                assertEquals(message, e.getMessage());
            }
            try (var server = await(serve(SILENT, ServerOptions.defaults()))) {
                var options = ConnectOptions.defaults().option(StandardSocketOptions.SO_SNDBUF, -1);
                await(openConnection(serverHost(), server.port(), options));
                fail("there is no such buffer");
            } catch (IllegalArgumentException e) {
                assertEquals(message, e.getMessage());
            }
            return done();
        });
    }

    @Test
    void no_buffer_is_so_small_that_nothing_can_be_sent() {
        onNetwork(() -> {
            var options = ConnectOptions.defaults()
                    .option(StandardSocketOptions.SO_SNDBUF, 0)
                    .option(StandardSocketOptions.SO_RCVBUF, 0);
            try (var server = await(serve(ConnectionContract::echo, ServerOptions.defaults()));
                    var peer = await(openConnection(serverHost(), server.port(), options))) {
                assertTrue(peer.getOption(StandardSocketOptions.SO_SNDBUF) > 0);
                assertTrue(peer.getOption(StandardSocketOptions.SO_RCVBUF) > 0);
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
            }
            return done();
        });
    }

    @Test
    void a_send_buffer_may_become_smaller_than_what_is_in_it() {
        int[] got = {0};
        onNetwork(() -> {
            AsyncEvent mayRead = new AsyncEvent();
            ConnectionHandler slow = peer -> {
                await(mayRead.untilSet());
                got[0] = await(peer.readAll(MUCH)).length;
                return done();
            };
            try (var server = await(serve(slow, ServerOptions.defaults()))) {
                try (var peer = await(connect(server))) {
                    await(peer.write(pattern(64 * 1024))); // which the buffer of the peer has room for
                    await(settle());
                    await(peer.write(pattern(50_000)));
                    peer.setOption(StandardSocketOptions.SO_SNDBUF, 4_096);
                    Task<Void> writing = createTask(peer.write("x"));
                    await(settle());
                    mayRead.set();
                    await(writing);
                }
                await(server.drain(FOREVER));
            }
            assertEquals(64 * 1024 + 50_000 + 1, got[0]);
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
    void nothing_is_sent_to_port_0_and_nothing_that_is_too_long() {
        onNetwork(() -> {
            try (var here = await(createDatagramEndpoint("127.0.0.1", 0))) {
                assertEquals(
                        "SocketException Sending: Can't send to port 0",
                        await(outcome(here.send("x", new InetSocketAddress("127.0.0.1", 0)))));
                assertEquals(
                        "SocketException Sending: Message too long",
                        await(outcome(here.send(new byte[65_508], here.localAddress()))));
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
