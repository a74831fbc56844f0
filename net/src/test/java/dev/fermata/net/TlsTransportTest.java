package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Certificates.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import com.sun.management.ThreadMXBean;
import dev.fermata.AsyncEvent;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ReturnWhen;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends in memory: records in pieces, streams that are cut, cancels. */
@Timeout(120)
final class TlsTransportTest {
    private static final int ALL = Integer.MAX_VALUE;

    /** What a record of TLS 1.2 has beside its content. One of TLS 1.3 has 22. */
    private static final int OVERHEAD = 29;

    /** Two connections, one to the other. */
    private static final class Pair {
        final MemoryTransport[] ends;
        final Connection client;
        final Connection server;

        Pair(int capacity, int perCall) {
            ends = MemoryTransport.pair(capacity, perCall);
            client = new Connection(ends[0], 65_536, new Connection.Client("localhost", 2));
            server = new Connection(ends[1], 65_536, null);
        }

        Coroutine<Void> handshakes(String version) {
            return both(client.startTls(Certificates.client().protocols(version)), server.startTls(server()));
        }

        Coroutine<Void> handshakes() {
            return handshakes("TLSv1.3");
        }
    }

    private final Pair pair = new Pair(100_000, ALL);
    private final MemoryTransport[] ends = pair.ends;
    private final Connection client = pair.client;
    private final Connection server = pair.server;

    @dev.fermata.Async
    private static Coroutine<Void> both(Coroutine<?> one, Coroutine<?> other) {
        try (var tasks = new TaskGroup()) {
            tasks.createTask(one);
            tasks.createTask(other);
        }
        return done();
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, 100000, 1",
        "TLSv1.2, 100000, 1",
        "TLSv1.3, 1, 1",
        "TLSv1.2, 1, 1",
        "TLSv1.3, 7, 7",
        "TLSv1.3, 16389, 5",
    })
    void records_in_pieces(String version, int capacity, int perCall) {
        byte[] bytes = new byte[40_000];
        new Random(1).nextBytes(bytes);
        Pair pair = new Pair(capacity, perCall);
        run(() -> {
            await(pair.handshakes(version));
            await(both(pair.client.write(bytes), pair.server.readExactly(bytes.length)));
            await(bothWays(pair, bytes));
            Task<String> last = createTask(pair.server.readLine());
            await(pair.client.aclose());
            assertNull(await(last));
            await(pair.server.aclose());
            return done();
        });
    }

    @dev.fermata.Async
    private static Coroutine<Void> bothWays(Pair pair, byte[] bytes) {
        try (var tasks = new TaskGroup()) {
            tasks.createTask(pair.client.write(bytes));
            tasks.createTask(pair.server.write(bytes));
            Task<byte[]> toServer = tasks.createTask(pair.server.readExactly(bytes.length));
            Task<byte[]> toClient = tasks.createTask(pair.client.readExactly(bytes.length));
            await(tasks.join());
            assertArrayEquals(bytes, toServer.result());
            assertArrayEquals(bytes, toClient.result());
        }
        return done();
    }

    /** What a write leaves to be sent does not keep the same end from reading, or both would wait for each other. */
    @Test
    void both_ends_write_into_full_sockets_and_read() {
        int capacity = 10_000;
        Pair pair = new Pair(capacity, ALL);
        byte[] bytes = new byte[200_000];
        run(() -> {
            await(pair.handshakes("TLSv1.2")); // without tickets, whose moment and length nobody knows
            // Then the next write leaves all that it takes at once: four whole records.
            byte[] toServer = new byte[capacity - pair.ends[1].unread() - OVERHEAD];
            byte[] toClient = new byte[capacity - pair.ends[0].unread() - OVERHEAD];
            await(pair.client.write(toServer));
            await(pair.server.write(toClient));
            assertEquals(List.of(capacity, capacity), List.of(pair.ends[0].unread(), pair.ends[1].unread()));
            try (var tasks = new TaskGroup()) {
                tasks.createTask(pair.client.write(bytes));
                tasks.createTask(pair.server.write(bytes));
                await(sleep(Duration.ZERO));
                tasks.createTask(pair.server.readExactly(toServer.length + bytes.length));
                tasks.createTask(pair.client.readExactly(toClient.length + bytes.length));
            }
            return done();
        });
    }

    @Test
    void a_small_read_leaves_the_rest_of_the_record() {
        run(() -> {
            await(pair.handshakes());
            await(client.write("0123456789"));
            ByteBuffer three = ByteBuffer.allocate(3);
            assertEquals(3, await(server.read(three)));
            assertEquals("012", new String(three.array(), UTF_8));
            assertEquals(3, await(server.read(three.clear())));
            assertEquals("345", new String(three.array(), UTF_8));
            assertEquals("6789", new String(await(server.read(100)), UTF_8));
            return done();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_stream_that_is_cut_is_truncated(String version) {
        run(() -> {
            await(pair.handshakes(version));
            await(client.write("what came before\n"));
            ends[0].cut();
            assertEquals("what came before", await(server.readLine()));
            for (int i = 0; i < 2; i++) {
                try {
                    await(server.readLine(), IOException.class);
                    fail("nobody said that this is the end");
                } catch (SSLException e) {
                    assertTrue(e.getMessage().contains("127.0.0.1:1 was truncated"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void the_peer_of_a_write_that_was_given_up_sees_a_truncation() {
        run(() -> {
            await(pair.handshakes());
            try {
                await(waitFor(client.write(new byte[1_000_000]), Duration.ofMillis(10)));
                fail("nobody reads");
            } catch (TimeoutException e) {
                await(client.aclose());
            }
            try {
                await(server.readAll(ALL - 1), IOException.class);
                fail("a part is missing");
            } catch (SSLException e) {
                assertTrue(e.getMessage().contains("truncated"), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void a_record_that_was_changed_on_the_way_is_refused_and_the_peer_is_told() {
        run(() -> {
            await(pair.handshakes());
            ends[0].inject(new byte[] {23, 3, 3, 0, 30, 1, 2, 3});
            ends[0].inject(new byte[27]);
            String message = "";
            for (int i = 0; i < 2; i++) {
                try {
                    await(server.readLine(), IOException.class);
                    fail("it was changed");
                } catch (SSLException e) {
                    message = e.getMessage();
                    assertTrue(message.contains("The TLS connection to 127.0.0.1:1 failed: "), message);
                }
            }
            try {
                await(server.write("more"), IOException.class);
                fail("it has failed");
            } catch (SSLException e) {
                assertEquals(message, e.getMessage());
            }
            try {
                await(client.readLine(), IOException.class);
                fail("the peer has failed");
            } catch (SSLException e) {
                assertTrue(e.getMessage().contains("Received fatal alert: bad_record_mac"), e.getMessage());
            }
            await(both(client.aclose(), server.aclose()));
            return done();
        });
    }

    /** As if it had come a moment later. */
    @Test
    void what_comes_right_before_a_bad_record_is_read() {
        run(() -> {
            await(pair.handshakes());
            await(client.write("tea\n"));
            await(client.write("mil"));
            ends[0].inject(new byte[] {23, 3, 3, 0, 30, 1, 2, 3});
            ends[0].inject(new byte[27]);
            ByteBuffer into = ByteBuffer.allocate(100);
            assertEquals(7, await(server.read(into)));
            assertEquals("tea\nmil", new String(into.array(), 0, 7, UTF_8));
            for (int i = 0; i < 2; i++) {
                try {
                    await(server.read(into), IOException.class);
                    fail("it was changed");
                } catch (SSLException e) {
                    assertTrue(e.getMessage().contains("The TLS connection to 127.0.0.1:1 failed: "), e.getMessage());
                }
            }
            return done();
        });
    }

    /** The task that reads finds out that the peer is gone, when what another one writes is encrypted but not sent. */
    @Test
    void a_write_whose_records_are_thrown_away_fails() {
        Pair full = new Pair(4_000, ALL);
        run(() -> {
            await(full.handshakes("TLSv1.2"));
            Task<String> reading = createTask(full.client.readLine());
            Task<Void> writing = createTask(full.client.write(new byte[4_000]));
            await(sleep(Duration.ZERO));
            await(full.server.write("a line\n"));
            full.ends[1].close();
            await(waitUntil(ReturnWhen.ALL_COMPLETED, reading, writing));
            assertEquals("a line", await(reading));
            assertInstanceOf(IOException.class, writing.exception());
            assertEquals("Broken pipe", writing.exception().getMessage());
            assertNotNull(full.client.failureIn(writing.exception()));
            try {
                await(full.client.write("more"), IOException.class);
                fail("the peer is gone");
            } catch (IOException e) {
                assertEquals("Broken pipe", e.getMessage());
                assertNotNull(full.client.failureIn(e));
            }
            return done();
        });
    }

    /** As the write, the end of the output waits to be sent, and the task that reads finds out that the peer is gone. */
    @Test
    void the_end_of_the_output_that_is_thrown_away_fails() {
        Pair full = new Pair(4_000, ALL);
        run(() -> {
            await(full.handshakes("TLSv1.2"));
            await(full.client.write(new byte[4_000 - full.ends[1].unread() - OVERHEAD]));
            Task<String> reading = createTask(full.client.readLine());
            Task<Void> ending = createTask(full.client.writeEof());
            await(sleep(Duration.ZERO));
            await(full.server.write("a line\n"));
            full.ends[1].close();
            await(waitUntil(ReturnWhen.ALL_COMPLETED, reading, ending));
            assertEquals("a line", await(reading));
            assertInstanceOf(IOException.class, ending.exception());
            assertEquals("Broken pipe", ending.exception().getMessage());
            return done();
        });
    }

    /** A peer that is as fast as the encryption must not hold the loop. */
    @Test
    void a_long_write_lets_other_tasks_have_their_turn() {
        int size = 4_000_000;
        Pair fast = new Pair(ALL, ALL);
        run(() -> {
            await(fast.handshakes());
            Task<Void> writing = createTask(fast.client.write(new byte[size]));
            int turns = 0;
            for (; !writing.done(); turns++) {
                await(sleep(Duration.ZERO));
            }
            assertTrue(turns >= size / (512 * 1024), turns + " turns");
            assertEquals(size, await(fast.server.readExactly(size)).length);
            return done();
        });
    }

    /** The closer waits for the server's tickets, and would read beside the reader, which has not begun to wait for them. */
    @Test
    void a_close_while_a_reader_gives_way_ends_its_read() {
        run(() -> {
            await(pair.handshakes());
            Task<String> reading = createTask(() -> {
                for (int i = 0; i < 16; i++) {
                    await(client.write("x"));
                }
                return client.readLine();
            });
            Task<Void> closing = createTask(client.aclose());
            await(sleep(Duration.ZERO));
            await(server.aclose());
            await(waitUntil(ReturnWhen.ALL_COMPLETED, reading, closing));
            assertNull(closing.exception());
            assertInstanceOf(AsynchronousCloseException.class, reading.exception());
            return done();
        });
    }

    @Test
    void a_record_that_is_too_long_is_refused_at_once() {
        run(() -> {
            await(pair.handshakes());
            ends[0].inject(new byte[] {23, 3, 3, (byte) 0xff, (byte) 0xff, 0});
            try {
                await(server.readLine(), IOException.class);
                fail("it is too long");
            } catch (SSLException e) {
                assertTrue(e.getMessage().contains("too big"), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void an_idle_connection_that_ends_in_the_handshake_leaves_nothing_open() {
        run(() -> {
            Task<Void> shaking = createTask(server.startTls(server()));
            await(sleep(Duration.ZERO));
            await(client.aclose());
            try {
                await(shaking, IOException.class);
                fail("the peer has gone");
            } catch (SSLException e) {
                assertTrue(e.getMessage().contains("had sent nothing. Does it speak TLS"), e.getMessage());
            }
            assertFalse(server.isOpen());
            return done();
        });
    }

    @Test
    void nothing_else_goes_on_while_tls_is_started() {
        run(() -> {
            Task<String> reading = createTask(server.readLine());
            await(sleep(Duration.ZERO));
            try {
                await(server.startTls(server()));
                fail("a task reads");
            } catch (IllegalStateException e) {
                assertTrue(e.getMessage().contains("Another task is reading"), e.getMessage());
            }
            await(cancelAndWait(reading));
            Task<Void> writing = createTask(server.write(new byte[200_000]));
            await(sleep(Duration.ZERO));
            try {
                await(server.startTls(server()));
                fail("a task writes");
            } catch (IllegalStateException e) {
                assertTrue(e.getMessage().contains("Another task is writing"), e.getMessage());
            }
            assertTrue(server.isOpen());
            await(cancelAndWait(writing));
            return done();
        });
    }

    @Test
    void closing_ends_a_read_and_a_handshake() {
        run(() -> {
            Task<Void> shaking = createTask(client.startTls(client()));
            while (ends[1].unread() == 0) { // until it waits for an answer
                await(sleep(Duration.ofMillis(1)));
            }
            await(client.aclose());
            try {
                await(shaking, IOException.class);
                fail("it was closed");
            } catch (java.nio.channels.AsynchronousCloseException e) {
                assertFalse(client.isOpen());
            }
            return done();
        });
    }

    @Test
    void an_idle_connection_keeps_no_buffer_and_aclose_does_not_wait_for_a_peer_that_reads_nothing() {
        Pair pair = new Pair(4_000, ALL);
        run(() -> {
            TlsOptions quick = client().shutdownLimit(Duration.ofMillis(20));
            await(both(pair.client.startTls(quick), pair.server.startTls(server())));
            await(pair.client.write(
                    new byte[3_980 - 22 - pair.ends[1].unread()])); // leaves room for a part of the goodbye
            await(pair.client.aclose());
            assertFalse(pair.client.isOpen());
            assertEquals(4_000, pair.ends[1].unread());
            return done();
        });
    }

    // ---- cancels

    /** Cancels a task, by its name, when it parks for the n-th time. */
    private static final class CancelAt implements SchedulePolicy {
        private final int at;
        private int parks;
        boolean hasCancelled;

        CancelAt(int at) {
            this.at = at;
        }

        @Override
        public boolean cancelHere(Task<?> task) {
            if (task.getName().equals("walked") && !hasCancelled) {
                parks++;
                hasCancelled = parks == at;
                return hasCancelled;
            }
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, true", "TLSv1.3, false", "TLSv1.2, true", "TLSv1.2, false"})
    void a_cancel_at_each_await_of_the_handshake_closes_the_connection(String version, boolean isClient) {
        int cancelled = 0;
        // A thread computes keys. How many awaits that makes depends on how fast it is, so a run may have fewer than
        // the next.
        for (int at = 1; at <= 24; at++) {
            CancelAt policy = new CancelAt(at);
            Pair pair = new Pair(300, 300);
            run(() -> {
                EventLoop.running().setSchedulePolicy(policy);
                Coroutine<Void> ofClient = pair.client.startTls(client().protocols(version));
                Coroutine<Void> ofServer = pair.server.startTls(server());
                Task<Void> other = createTask(isClient ? ofServer : ofClient);
                Task<Void> walked = createTask(isClient ? ofClient : ofServer, "walked");
                await(waitUntil(dev.fermata.ReturnWhen.ALL_COMPLETED, walked, other));
                assertEquals(policy.hasCancelled, walked.cancelled());
                assertEquals(!policy.hasCancelled, (isClient ? pair.client : pair.server).isOpen());
                if (policy.hasCancelled && other.exception() == null) {
                    // The last await of the other one was before; it learns of it now.
                    try {
                        await((isClient ? pair.server : pair.client).readLine(), IOException.class);
                        fail("it was cut off");
                    } catch (SSLException e) {
                        assertTrue(e.getMessage().contains("truncated"), e.getMessage());
                    }
                } else if (policy.hasCancelled) {
                    assertInstanceOf(IOException.class, other.exception());
                    assertFalse((isClient ? pair.server : pair.client).isOpen());
                }
                assertEquals(1, allTasks().size());
                return done();
            });
            if (policy.hasCancelled) {
                cancelled++;
            }
        }
        assertTrue(cancelled >= 2, cancelled + " awaits were cancelled");
    }

    /** A record is longer than its content, so the content may fit where the record does not. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_buffer_as_long_as_the_content_costs_no_array(boolean isDirect) {
        int size = 16_384;
        ByteBuffer message = isDirect ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        ByteBuffer exact = isDirect ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
        ByteBuffer ample = ByteBuffer.allocate(2 * size);
        run(() -> {
            await(pair.handshakes());
            await(sent(message, ample));
            await(sent(message, exact));
            long expected = await(sent(message, ample));
            long actual = await(sent(message, exact));
            assertTrue(actual < expected + size / 2, actual + " bytes a message, in a long buffer " + expected);
            return done();
        });
    }

    /** Sends a message some times. Returns how many bytes were allocated for each. */
    @dev.fermata.Async
    private Coroutine<Long> sent(ByteBuffer message, ByteBuffer into) {
        int times = 20;
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < times; i++) {
            await(client.write(message.clear()));
            into.clear();
            while (into.position() < message.capacity()) {
                await(server.read(into));
            }
        }
        return done((threads.getCurrentThreadAllocatedBytes() - before) / times);
    }

    @Test
    void a_cancel_at_each_await_of_a_read_loses_no_byte() {
        String text = "all of this has to arrive, each byte once and in order";
        int cancelled = 0;
        for (int at = 1; ; at++) {
            CancelAt policy = new CancelAt(at);
            Pair pair = new Pair(100_000, 3);
            run(() -> {
                await(pair.handshakes());
                EventLoop.running().setSchedulePolicy(policy);
                Task<Void> writing = createTask(slowly(pair, text));
                Task<String> walked = createTask(pair.server.readLine(), "walked");
                await(waitUntil(dev.fermata.ReturnWhen.ALL_COMPLETED, walked));
                assertEquals(text, walked.cancelled() ? await(pair.server.readLine()) : walked.result());
                await(writing);
                return done();
            });
            if (!policy.hasCancelled) {
                break;
            }
            cancelled++;
        }
        assertTrue(cancelled > 5, cancelled + " awaits were cancelled");
    }

    @dev.fermata.Async
    private static Coroutine<Void> slowly(Pair pair, String text) {
        for (String part : (text + "\n").split("(?<= )")) {
            await(pair.client.write(part));
            await(sleep(Duration.ZERO));
        }
        return done();
    }

    @Test
    void a_cancel_at_each_await_of_a_write_breaks_the_output_or_sends_nothing() {
        List<String> outcomes = new ArrayList<>();
        for (int at = 1; ; at++) {
            CancelAt policy = new CancelAt(at);
            Pair pair = new Pair(500, 200);
            run(() -> {
                await(pair.handshakes());
                EventLoop.running().setSchedulePolicy(policy);
                AsyncEvent mayRead = new AsyncEvent();
                Task<byte[]> reading = createTask(() -> {
                    await(mayRead.untilSet());
                    try (pair.server) { // its end is what aclose waits for
                        return done(await(pair.server.readAll(10_000), IOException.class));
                    }
                });
                Task<Void> before = createTask(pair.client.write(new byte[600]));
                await(sleep(Duration.ZERO));
                Task<Void> walked = createTask(pair.client.write(new byte[3_000]), "walked");
                await(sleep(Duration.ZERO));
                mayRead.set();
                await(waitUntil(dev.fermata.ReturnWhen.ALL_COMPLETED, walked));
                await(before);
                boolean isWhole = true;
                try {
                    await(pair.client.write("end"), IOException.class);
                } catch (IOException e) {
                    isWhole = false;
                    assertTrue(
                            e.getMessage().matches(".*a write was given up after \\d+ of 3000 bytes"), e.getMessage());
                }
                await(pair.client.aclose());
                try {
                    int length = await(reading, IOException.class).length;
                    assertTrue(isWhole);
                    assertEquals(walked.cancelled() ? 603 : 3_603, length);
                } catch (SSLException e) {
                    assertFalse(isWhole, "truncated");
                }
                outcomes.add(!walked.cancelled() ? "sent" : isWhole ? "nothing sent" : "broken");
                return done();
            });
            if (!policy.hasCancelled) {
                break;
            }
        }
        assertEquals("nothing sent", outcomes.get(0), "it waited for the write before");
        assertEquals("broken", outcomes.get(1));
        assertEquals("sent", outcomes.get(outcomes.size() - 1));
        assertTrue(outcomes.size() > 4, outcomes.toString());
    }

    @Test
    void a_cancel_of_aclose_closes_at_once() {
        Pair pair = new Pair(4_000, ALL);
        run(() -> {
            await(pair.handshakes());
            await(pair.client.write(new byte[3_980 - 22 - pair.ends[1].unread()]));
            Task<Void> closing = createTask(pair.client.aclose());
            await(sleep(Duration.ofMillis(5)));
            assertTrue(pair.client.isOpen());
            closing.cancel();
            try {
                await(closing);
                fail("it was cancelled");
            } catch (CancelledError cancel) {
                assertFalse(pair.client.isOpen());
            }
            return done();
        });
    }

    /** Lets a client say goodbye that has read something, so that it does not wait for the server. */
    @Test
    void a_second_close_waits_for_the_goodbye_of_the_first() {
        Pair pair = new Pair(4_000, ALL);
        run(() -> {
            await(pair.handshakes());
            await(pair.server.write("hello\n"));
            assertEquals("hello", await(pair.client.readLine()));
            int room = 4_000 - 22 - pair.ends[1].unread();
            await(pair.client.write(new byte[room - 20])); // which leaves none for the goodbye
            Task<Void> first = createTask(pair.client.aclose());
            Task<Void> second = createTask(pair.client.aclose());
            await(sleep(Duration.ofMillis(5)));
            assertFalse(first.done());
            assertFalse(second.done());
            assertEquals(room - 20, await(pair.server.readAll(4_000)).length); // to the end, which is no truncation
            await(first);
            await(second);
            assertFalse(pair.client.isOpen());
            await(pair.server.aclose());
            return done();
        });
    }

    @Test
    void a_cancel_of_the_second_close_closes_at_once() {
        Pair pair = new Pair(4_000, ALL);
        run(() -> {
            await(pair.handshakes());
            await(pair.server.write("hello\n"));
            assertEquals("hello", await(pair.client.readLine()));
            await(pair.client.write(new byte[4_000 - 42 - pair.ends[1].unread()]));
            Task<Void> first = createTask(pair.client.aclose());
            Task<Void> second = createTask(pair.client.aclose());
            await(sleep(Duration.ofMillis(5)));
            await(cancelAndWait(second));
            assertFalse(pair.client.isOpen());
            await(first);
            return done();
        });
    }
}
