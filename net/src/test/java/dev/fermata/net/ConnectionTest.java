package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.JdkNetwork;
import dev.fermata.net.spi.Transport;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
final class ConnectionTest {
    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    /** Calls {@code client} with a connection whose peer is served by {@code handler}. */
    private interface Client {
        Coroutine<Void> talk(Connection peer) throws Exception;
    }

    private static void between(ConnectionHandler handler, Client client) {
        run(() -> {
            try (var server = await(startServer(handler, "127.0.0.1", 0));
                    var peer = await(openConnection("127.0.0.1", server.port()))) {
                await(client.talk(peer));
            }
            return done();
        });
    }

    /** What has arrived is found by a read that must not wait, also after others, and while no task has waited for the socket. */
    @Test
    void a_read_without_time_to_wait_finds_what_has_arrived() {
        between(
                peer -> {
                    assertEquals("one", await(peer.readLine()));
                    for (int i = 0; i < 16; i++) {
                        await(peer.write("got it\n"));
                    }
                    await(sleep(Duration.ofMillis(50))); // meanwhile the next one comes
                    try (var none = timeout(Duration.ZERO)) {
                        assertEquals("two", await(peer.readLine()));
                    }
                    await(peer.write("end\n"));
                    return done();
                },
                peer -> {
                    await(peer.write("one\n"));
                    for (int i = 0; i < 16; i++) {
                        assertEquals("got it", await(peer.readLine()));
                    }
                    await(peer.write("two\n"));
                    assertEquals("end", await(peer.readLine()));
                    return done();
                });
    }

    /** The system would read as much from the disk in one call as its buffers take, or a fast peer. */
    @Test
    void a_file_is_sent_in_pieces(@TempDir Path folder) throws IOException {
        Path zeros = folder.resolve("zeros");
        int most = 1024 * 1024;
        Files.write(zeros, new byte[8 * most]);
        try (FileChannel file = FileChannel.open(zeros);
                ServerSocketChannel listening =
                        ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            run(() -> {
                Transport transport = await(JdkNetwork.INSTANCE.connect(
                        listening.getLocalAddress(), null, Map.of(StandardSocketOptions.SO_SNDBUF, 4 * most)));
                try {
                    long sent = transport.transferFrom(file, 0, 8 * most);
                    assertTrue(0 < sent && sent <= most, sent + " bytes");
                } finally {
                    transport.close();
                }
                return done();
            });
        }
    }

    /** A turn is one of an iteration, and there is none yet. */
    @Test
    void a_task_that_starts_before_its_loop_runs_may_write_and_read() throws Exception {
        MemoryTransport[] ends = MemoryTransport.pair(100, 100);
        Connection one = new Connection(ends[0], 100, null);
        Connection other = new Connection(ends[1], 100, null);
        EventLoop loop = EventLoop.create();
        try {
            Task<Void> writing = loop.createTask(one.write("tea\n"), null, true);
            Task<String> reading = loop.createTask(other.readLine(), null, true);
            assertTrue(writing.done());
            assertEquals("tea", reading.result());
        } finally {
            loop.close();
        }
    }

    @Test
    void a_line_comes_back() {
        between(ConnectionTest::echo, peer -> {
            await(peer.write("tea\r\nmilk\n"));
            assertEquals("tea", await(peer.readLine()));
            assertEquals("milk", await(peer.readLine()));
            await(peer.write("no end"));
            await(peer.writeEof());
            assertEquals("no end", await(peer.readLine()));
            assertNull(await(peer.readLine()));
            assertTrue(peer.isAtEnd());
            return done();
        });
    }

    @Test
    void each_way_to_read_takes_what_it_says() {
        between(
                peer -> {
                    await(peer.write("0123456789|rest|of it\nand more"));
                    return done();
                },
                peer -> {
                    assertEquals("0123", text(await(peer.readExactly(4))));
                    assertEquals("45", text(await(peer.read(2))));
                    ByteBuffer three = ByteBuffer.allocate(3);
                    assertEquals(3, await(peer.read(three)));
                    assertEquals("678", text(three.array()));
                    assertEquals("9|", text(await(peer.readUntil("|".getBytes(UTF_8)))));
                    assertEquals("rest|of", text(await(peer.readUntil("|of".getBytes(UTF_8)))));
                    assertEquals(" it", await(peer.readLine()));
                    assertEquals("and more", text(await(peer.readAll(1_000))));
                    assertEquals(0, await(peer.read(10)).length);
                    assertEquals(-1, await(peer.read(ByteBuffer.allocate(1))));
                    assertEquals(0, await(peer.read(ByteBuffer.allocate(0))));
                    return done();
                });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @Test
    void a_stream_that_ends_too_early_says_how_far_it_came() {
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
                        assertEquals("1234", text(e.partial()));
                        assertTrue(e.getMessage().contains("ended after 4 of 10 bytes"), e.getMessage());
                        assertTrue(e.getMessage().contains("127.0.0.1:"), e.getMessage());
                    }
                    return done();
                });
    }

    @Test
    void a_line_without_end_is_refused_and_can_be_read_piece_by_piece() {
        between(
                peer -> {
                    await(peer.write("x".repeat(200_000)));
                    return done();
                },
                peer -> {
                    try {
                        await(peer.readLine(), IOException.class);
                        fail("it has no end");
                    } catch (LimitOverrunException e) {
                        assertTrue(e.getMessage().contains("more than 65536 bytes"), e.getMessage());
                        assertTrue(e.getMessage().contains("ConnectOptions"), e.getMessage());
                    }
                    assertEquals(200_000, await(peer.readAll(200_000)).length);
                    return done();
                });
    }

    @Test
    void a_read_that_is_cancelled_loses_no_byte() {
        between(
                peer -> {
                    for (char each : "one line\n".toCharArray()) {
                        await(peer.write("" + each));
                        await(peer.readExactly(1)); // the client has given up the read
                    }
                    return done();
                },
                peer -> {
                    Task<String> line = createTask(peer.readLine());
                    for (int i = 0; i < 9; i++) {
                        await(sleep(Duration.ofMillis(2)));
                        if (!line.done()) {
                            await(cancelAndWait(line));
                            await(peer.write("."));
                            line = createTask(peer.readLine());
                        }
                    }
                    await(peer.write("........."));
                    assertEquals("one line", await(line));
                    return done();
                });
    }

    @Test
    void a_writer_waits_for_a_slow_reader_and_everything_arrives() {
        int size = 20_000_000;
        between(
                peer -> {
                    byte[] all = await(peer.readAll(size));
                    int wrong = 0;
                    for (int i = 0; i < all.length; i++) {
                        wrong += all[i] == (byte) (i % 251) ? 0 : 1;
                    }
                    await(peer.write(all.length + " " + wrong));
                    return done();
                },
                peer -> {
                    byte[] bytes = new byte[size];
                    for (int i = 0; i < size; i++) {
                        bytes[i] = (byte) (i % 251);
                    }
                    await(peer.write(ByteBuffer.wrap(bytes, 0, 100), ByteBuffer.wrap(bytes, 100, size - 100)));
                    await(peer.writeEof());
                    assertEquals(size + " 0", await(peer.readLine()));
                    return done();
                });
    }

    /** The JDK copies what is on the heap to memory of its own, as much as it is given, and keeps that memory. */
    @Test
    void large_arrays_take_no_memory_of_their_size_outside_of_the_heap() {
        int size = 16_000_000;
        between(
                peer -> {
                    byte[] echoed = await(peer.readExactly(2 * size));
                    await(peer.write(ByteBuffer.wrap(echoed, 0, 3), ByteBuffer.wrap(echoed, 3, 2 * size - 3)));
                    return done();
                },
                peer -> {
                    byte[] bytes = new byte[size];
                    new Random(1).nextBytes(bytes);
                    long before = outsideOfTheHeap();
                    await(peer.write(ByteBuffer.wrap(bytes), ByteBuffer.wrap(bytes)));
                    ByteBuffer echoed = ByteBuffer.allocate(2 * size);
                    while (await(peer.read(echoed)) > 0) {}
                    assertEquals(0, echoed.remaining());
                    assertEquals(ByteBuffer.wrap(bytes), echoed.flip().limit(size));
                    assertEquals(ByteBuffer.wrap(bytes), echoed.limit(2 * size).position(size));
                    long more = outsideOfTheHeap() - before;
                    assertTrue(more < 2_000_000, more + " bytes");
                    return done();
                });
    }

    private static long outsideOfTheHeap() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** Such as the rest of a request, of which the first line was enough. */
    @Test
    void an_answer_arrives_though_the_rest_of_the_question_was_not_read() {
        between(
                peer -> {
                    assertEquals("what was read", await(peer.readLine()));
                    await(sleep(Duration.ofMillis(50))); // the rest arrives
                    await(peer.write("an answer\n"));
                    return done();
                },
                peer -> {
                    await(peer.write("what was read\n"));
                    await(sleep(Duration.ofMillis(10)));
                    await(peer.write("what was not\n"));
                    await(sleep(Duration.ofMillis(100))); // the server has closed
                    assertEquals("an answer", await(peer.readLine()));
                    assertNull(await(peer.readLine()));
                    return done();
                });
    }

    // ---- giving way

    /** What a task does many times, at a peer that never makes it wait. */
    private interface Step {
        Coroutine<?> take(Connection connection, MemoryTransport peer);
    }

    static Stream<Named<Step>> steps() {
        ByteBuffer some = ByteBuffer.allocate(10);
        return Stream.of(
                Named.of("read into a buffer", (connection, peer) -> connection.read(some.clear())),
                Named.of("read", (connection, peer) -> connection.read(10)),
                Named.of("readExactly", (connection, peer) -> connection.readExactly(10)),
                Named.of("write", (connection, peer) -> {
                    peer.read(ByteBuffer.allocate(10));
                    return connection.write(new byte[10]);
                }));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void a_task_that_never_waits_gives_way(Step step) {
        int count = 1_600;
        MemoryTransport[] ends = MemoryTransport.pair(Integer.MAX_VALUE, 10);
        ends[0].inject(new byte[10 * count]);
        Connection connection = new Connection(ends[1], 1_000, null);
        run(() -> {
            Task<Void> fast = createTask(repeat(step, count, connection, ends[0]));
            int turns = 0;
            while (!fast.done()) {
                await(sleep(Duration.ZERO));
                turns++;
            }
            await(fast);
            assertTrue(turns >= count / 16, turns + " turns of others");
            assertTrue(turns < count / 8, turns + " turns of others");
            return done();
        });
    }

    @Async
    private static Coroutine<Void> repeat(Step step, int count, Connection connection, MemoryTransport peer) {
        for (int i = 0; i < count; i++) {
            await(step.take(connection, peer));
        }
        return done();
    }

    /** 256 KiB are a turn as well, in fewer calls. */
    @Test
    void a_large_read_gives_way() {
        int size = 4 << 20;
        MemoryTransport[] ends = MemoryTransport.pair(Integer.MAX_VALUE, Integer.MAX_VALUE);
        ends[0].inject(new byte[size]);
        run(() -> {
            Task<byte[]> fast = createTask(new Connection(ends[1], 1_000, null).readExactly(size));
            int turns = 0;
            while (!fast.done()) {
                await(sleep(Duration.ZERO));
                turns++;
            }
            assertTrue(turns >= 16, turns + " turns of others");
            return done();
        });
    }

    @Test
    void writes_of_several_tasks_do_not_mix() {
        between(
                peer -> {
                    await(sleep(Duration.ofMillis(20)));
                    String text = text(await(peer.readAll(100_000_000)));
                    String[] parts = text.split("\n");
                    assertEquals(3, parts.length);
                    for (String part : parts) {
                        assertTrue(part.matches("a+|b+|c+"));
                        assertEquals(4_000_000, part.length());
                    }
                    await(peer.write("good"));
                    return done();
                },
                peer -> {
                    await(gather(
                            peer.write("a".repeat(4_000_000) + "\n"),
                            peer.write("b".repeat(4_000_000) + "\n"),
                            peer.write("c".repeat(4_000_000) + "\n")));
                    await(peer.writeEof());
                    assertEquals("good", await(peer.readLine()));
                    return done();
                });
    }

    @Test
    void a_write_that_was_given_up_in_the_middle_ends_the_output() {
        between(
                peer -> {
                    await(sleep(FOREVER));
                    return done();
                },
                peer -> {
                    try {
                        await(waitFor(peer.write(new byte[50_000_000]), Duration.ofMillis(50)));
                        fail("nobody reads");
                    } catch (TimeoutException e) {
                        // a part was sent
                    }
                    try {
                        await(peer.write("more"), IOException.class);
                        fail("the peer has a piece");
                    } catch (IOException e) {
                        assertTrue(
                                e.getMessage().matches(".*a write was given up after \\d+ of 50000000 bytes"),
                                e.getMessage());
                    }
                    return done();
                });
    }

    @Test
    void a_second_reader_is_refused() {
        between(ConnectionTest::echo, peer -> {
            Task<String> first = createTask(peer.readLine());
            await(sleep(Duration.ZERO));
            try {
                await(peer.readLine());
                fail("two would read");
            } catch (IllegalStateException e) {
                assertTrue(e.getMessage().startsWith("Another task is reading from 127.0.0.1:"), e.getMessage());
            }
            await(peer.write("for the first\n"));
            assertEquals("for the first", await(first));
            return done();
        });
    }

    @Test
    void closing_ends_a_read_and_a_write() {
        between(
                peer -> {
                    await(sleep(FOREVER));
                    return done();
                },
                peer -> {
                    Task<String> reading = createTask(peer.readLine());
                    Task<Void> writing = createTask(peer.write(new byte[50_000_000]));
                    await(sleep(Duration.ofMillis(20)));
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

    @Test
    void a_file_is_sent(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("file");
        byte[] bytes = new byte[3_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Files.write(path, bytes);
        between(
                peer -> {
                    try (FileChannel file = FileChannel.open(path)) {
                        await(peer.sendFile(file, 1_000, bytes.length - 1_000));
                    }
                    return done();
                },
                peer -> {
                    byte[] arrived = await(peer.readAll(bytes.length));
                    assertArrayEquals(java.util.Arrays.copyOfRange(bytes, 1_000, bytes.length), arrived);
                    return done();
                });
    }

    @Test
    void bad_addresses_say_what_is_wrong_with_them() {
        run(() -> {
            int free;
            try (var server = await(startServer(ConnectionTest::echo, "127.0.0.1", 0))) {
                free = server.port();
                try {
                    await(startServer(ConnectionTest::echo, "127.0.0.1", free), IOException.class);
                    fail("it is in use");
                } catch (BindException e) {
                    assertEquals("Listening at 127.0.0.1:" + free + ": Address already in use", e.getMessage());
                }
            }
            try {
                await(openConnection("127.0.0.1", free), IOException.class);
                fail("nobody listens");
            } catch (ConnectException e) {
                assertEquals("Connecting to 127.0.0.1:" + free + ": Connection refused", e.getMessage());
            }
            try {
                await(openConnection("no-such-host.invalid", 80), IOException.class);
                fail("no such host");
            } catch (UnknownHostException e) {
                assertTrue(e.getMessage().contains("no-such-host.invalid"), e.getMessage());
            }
            SocketAddress ofIpv6 = new InetSocketAddress("::1", 0);
            SocketAddress remote = new InetSocketAddress("127.0.0.1", free);
            try {
                await(JdkNetwork.INSTANCE.connect(remote, ofIpv6, Map.of()), IOException.class);
                fail("the kinds differ");
            } catch (IOException e) {
                assertEquals(
                        "Connecting from " + Failures.name(ofIpv6) + " to 127.0.0.1:" + free
                                + ": The local address is not of the same kind, which is INET",
                        e.getMessage());
            }
            try {
                ConnectOptions.defaults().localAddress(InetSocketAddress.createUnresolved("some.host", 0));
                fail("it has no address");
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("The address of the host some.host was not looked up"));
            }
            try {
                await(openConnection("127.0.0.1", 70_000));
                fail("no such port");
            } catch (IllegalArgumentException e) {
                assertEquals("port 70000 is not from 1 to 65535", e.getMessage());
            }
            return done();
        });
    }

    @Test
    void a_path_that_is_taken_says_by_what(@TempDir Path folder) throws IOException {
        Path left = folder.resolve("left");
        try (var killed = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            killed.bind(UnixDomainSocketAddress.of(left)); // the JDK leaves the file
        }
        Path file = Files.writeString(folder.resolve("file"), "no socket");
        run(() -> {
            for (Path each : List.of(left, file)) {
                try {
                    await(startUnixServer(ConnectionTest::echo, each), IOException.class);
                    fail("it exists");
                } catch (BindException e) {
                    String why = each == left
                            ? "the file exists, and no process listens there. A server that was killed has left it;"
                                    + " delete it, for example with Files.deleteIfExists before startUnixServer"
                            : "there is something at the path that is no socket";
                    assertEquals("Listening at " + each + ": Address already in use: " + why, e.getMessage());
                }
                assertTrue(Files.exists(each));
            }
            return done();
        });
    }

    @Test
    void a_server_at_all_addresses_has_a_name() {
        run(() -> {
            try (var server = await(startServer(ConnectionTest::echo, null, 0))) {
                assertEquals("server at *:" + server.port(), server.toString());
                try {
                    await(startServer(ConnectionTest::echo, null, server.port()), IOException.class);
                    fail("it is in use");
                } catch (BindException e) {
                    assertEquals("Listening at *:" + server.port() + ": Address already in use", e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void a_line_that_is_too_long_says_where_its_limit_is_set() {
        run(() -> {
            ConnectionHandler handler = peer -> {
                await(peer.write("too long\n"));
                try {
                    await(peer.readLine(), IOException.class);
                    fail("it is too long");
                } catch (LimitOverrunException e) {
                    assertTrue(
                            e.getMessage()
                                    .endsWith(". Set another limit (ServerOptions.limit), or read it piece by piece"),
                            e.getMessage());
                }
                return done();
            };
            try (var server = await(startServer(
                            handler, "127.0.0.1", 0, ServerOptions.defaults().limit(3)));
                    var peer = await(openConnection(
                            "127.0.0.1",
                            server.port(),
                            ConnectOptions.defaults().limit(3)))) {
                try {
                    await(peer.readLine(), IOException.class);
                    fail("it is too long");
                } catch (LimitOverrunException e) {
                    assertTrue(
                            e.getMessage()
                                    .endsWith(". Set another limit (ConnectOptions.limit), or read it piece by piece"),
                            e.getMessage());
                }
                await(peer.write("too long\n"));
                await(server.drain(FOREVER));
            }
            return done();
        });
    }

    @Test
    void a_server_at_a_path(@TempDir Path folder) {
        Path path = folder.resolve("socket");
        run(() -> {
            try (var server = await(startUnixServer(ConnectionTest::echo, path));
                    var peer = await(openUnixConnection(path))) {
                await(peer.write("hello\n"));
                assertEquals("hello", await(peer.readLine()));
                try {
                    await(startUnixServer(ConnectionTest::echo, path), IOException.class);
                    fail("it exists");
                } catch (BindException e) {
                    assertEquals(
                            "Listening at " + path + ": Address already in use: a process listens there",
                            e.getMessage());
                }
            }
            assertFalse(Files.exists(path), "the server has left its path");
            try {
                await(openUnixConnection(path), IOException.class);
                fail("nobody listens");
            } catch (IOException e) {
                assertTrue(e.getMessage().contains(path.toString()), e.getMessage());
            }
            return done();
        });
    }

    @Async
    private static Coroutine<String> ask(Path path) {
        try (var peer = await(openUnixConnection(path))) {
            await(peer.write("tea\n"));
            return done(await(peer.readLine()));
        }
    }

    @Test
    void more_clients_of_a_path_than_its_backlog_are_all_served(@TempDir Path folder) {
        Path path = folder.resolve("socket");
        run(() -> {
            var options = ServerOptions.defaults().backlog(1).maxConnections(1);
            List<Task<String>> asking = new ArrayList<>();
            try (var server = await(startUnixServer(ConnectionTest::echo, path, options))) {
                for (int i = 0; i < 20; i++) {
                    asking.add(createTask(ask(path)));
                }
                for (Task<String> each : asking) {
                    assertEquals("tea", await(each));
                }
            }
            return done();
        });
    }

    @Test
    void a_connect_to_a_path_whose_backlog_is_full_waits_until_there_is_room_or_it_is_given_up(@TempDir Path folder)
            throws IOException {
        Path path = folder.resolve("socket");
        Path from = folder.resolve("client");
        List<SocketChannel> waiting = new ArrayList<>();
        try (var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            listener.bind(UnixDomainSocketAddress.of(path), 1);
            for (int i = 0; i < 2; i++) { // Linux takes one more than was said
                waiting.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
            }
            run(() -> {
                try (var time = timeout(Duration.ofMillis(50))) {
                    await(openUnixConnection(path));
                    fail("there is no room");
                } catch (TimeoutException e) {
                    assertEquals(1, allTasks().size());
                }
                var options = ConnectOptions.defaults().localAddress(UnixDomainSocketAddress.of(from));
                Task<Connection> connecting = createTask(openUnixConnection(path, options));
                await(sleep(Duration.ofMillis(20))); // it is tried several times, each time from the same address
                assertFalse(connecting.done());
                listener.accept().close();
                try (var peer = await(connecting)) {
                    assertEquals(UnixDomainSocketAddress.of(from), peer.localAddress());
                }
                return done();
            });
        } finally {
            for (SocketChannel each : waiting) {
                each.close();
            }
        }
    }

    @Test
    void a_read_into_a_buffer_that_is_read_only_is_refused_and_loses_nothing() {
        between(ConnectionTest::echo, peer -> {
            await(peer.write("tea\n"));
            ByteBuffer into = ByteBuffer.allocate(10).asReadOnlyBuffer();
            for (int i = 0; i < 2; i++) {
                try {
                    await(peer.read(into));
                    fail("it is read-only");
                } catch (IllegalArgumentException e) {
                    assertEquals("Nothing can be read into a buffer that is read-only", e.getMessage());
                }
                await(sleep(Duration.ofMillis(10))); // it arrives
            }
            assertEquals("tea", await(peer.readLine()));
            return done();
        });
    }

    @Test
    void a_closed_connection_says_so_whatever_was_read_before() {
        between(
                peer -> {
                    await(peer.write("tea\nmilk\n"));
                    await(peer.writeEof());
                    await(peer.readLine());
                    return done();
                },
                peer -> {
                    Connection other =
                            await(openConnection("127.0.0.1", ((InetSocketAddress) peer.remoteAddress()).getPort()));
                    assertEquals("tea", await(peer.readLine())); // something is left
                    assertEquals(9, await(other.readAll(100)).length); // the end was read
                    for (Connection each : List.of(peer, other)) {
                        await(each.aclose());
                        String who = Failures.name(each.remoteAddress());
                        for (Coroutine<?> reading : List.<Coroutine<?>>of(
                                each.readLine(), each.read(1), each.readExactly(0), each.readAll(0))) {
                            try {
                                await(reading, IOException.class);
                                fail("it is closed");
                            } catch (ClosedChannelException e) {
                                assertEquals("Reading from " + who + ": it was closed by this program", e.getMessage());
                            }
                        }
                        try {
                            await(each.write("x"), IOException.class);
                            fail("it is closed");
                        } catch (ClosedChannelException e) {
                            assertEquals("Writing to " + who + ": it was closed by this program", e.getMessage());
                        }
                    }
                    return done();
                });
    }

    @Test
    void a_last_line_without_an_end_may_be_as_long_as_the_limit() {
        run(() -> {
            var options = ConnectOptions.defaults().limit(8);
            String[] texts = {"12345678", "1234567\n", "12345678\n", "123456789"};
            ConnectionHandler handler = peer -> peer.write(texts[await(peer.readExactly(1))[0]]);
            try (var server = await(startServer(handler, "127.0.0.1", 0))) {
                for (byte i = 0; i < texts.length; i++) {
                    try (var peer = await(openConnection("127.0.0.1", server.port(), options))) {
                        await(peer.write(new byte[] {i}));
                        assertEquals(texts[i].strip(), await(peer.readLine(), IOException.class));
                        assertNull(await(peer.readLine()));
                        assertTrue(i < 2, texts[i]);
                    } catch (LimitOverrunException e) {
                        assertTrue(i >= 2, texts[i]);
                    }
                }
            }
            return done();
        });
    }

    @Test
    void lines_of_a_charset_whose_line_feed_is_another_byte_are_refused() {
        between(
                peer -> {
                    await(peer.write("tea\n", UTF_16BE));
                    return done();
                },
                peer -> {
                    for (Charset each : List.of(UTF_16BE, Charset.forName("UTF-16"), Charset.forName("UTF-32LE"))) {
                        try {
                            await(peer.readLine(each));
                            fail("it would find a half of a character");
                        } catch (IllegalArgumentException e) {
                            assertTrue(e.getMessage().contains(each + ". Use readUntil"), e.getMessage());
                        }
                    }
                    assertEquals("tea\n", new String(await(peer.readUntil("\n".getBytes(UTF_16BE))), UTF_16BE));
                    assertNull(await(peer.readLine(Charset.forName("windows-1252"))));
                    return done();
                });
    }

    @Test
    void less_than_nothing_cannot_be_read() {
        between(ConnectionTest::echo, peer -> {
            try {
                await(peer.readAll(-1), IOException.class);
                fail("it is less than nothing");
            } catch (IllegalArgumentException e) {
                assertEquals("readAll(-1): it cannot be less than none", e.getMessage());
            }
            return done();
        });
    }

    @Test
    void a_closed_file_is_not_taken_for_a_closed_connection(@TempDir Path folder) throws IOException {
        FileChannel file = FileChannel.open(Files.write(folder.resolve("file"), new byte[100]));
        file.close();
        between(ConnectionTest::echo, peer -> {
            try {
                await(peer.sendFile(file, 0, 100), IOException.class);
                fail("it is closed");
            } catch (IOException e) {
                assertFalse(e instanceof ClosedChannelException);
                assertTrue(e.getMessage().endsWith(": the file is closed"), e.getMessage());
            }
            await(peer.write("tea\n")); // nothing was sent
            assertEquals("tea", await(peer.readLine()));
            return done();
        });
    }

    @Test
    void an_empty_host_is_refused() {
        run(() -> {
            for (Coroutine<?> each : List.<Coroutine<?>>of(
                    openConnection("", 80), startServer(ConnectionTest::echo, "", 0), createDatagramEndpoint("", 0))) {
                try {
                    await(each);
                    fail("it is empty");
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().startsWith("The host is empty"), e.getMessage());
                }
            }
            assertThrows(IllegalArgumentException.class, () -> connectDatagramEndpoint("", 80));
            return done();
        });
    }
}
