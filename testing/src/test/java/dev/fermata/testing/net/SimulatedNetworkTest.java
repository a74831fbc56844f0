package dev.fermata.testing.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.net.ConnectOptions;
import dev.fermata.net.Connection;
import dev.fermata.net.ConnectionHandler;
import dev.fermata.net.ServerOptions;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.AsyncTests;
import dev.fermata.testing.Explore;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What only a simulated network does. */
final class SimulatedNetworkTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<String> log = new ArrayList<>();

    /** A server program as one is written without any thought of tests. */
    @Async
    private static Coroutine<Void> serve(ConnectionHandler handler) {
        try (var server = await(startServer(handler, null, 80))) {
            await(server.serveForever());
        }
        return done();
    }

    private static Coroutine<Void> serveEcho() {
        return serve(SimulatedNetworkTest::echo);
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    private static final ConnectionHandler SILENT = peer -> {
        await(sleep(FOREVER));
        return done();
    };

    private static long millis() {
        return EventLoop.running().time() / 1_000_000;
    }

    @Async
    private static Coroutine<String> failureOf(Coroutine<?> awaited) {
        try {
            await(awaited, IOException.class);
            return done("none");
        } catch (IOException e) {
            return done(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    // ---- what travels

    @AsyncTest
    void what_travels_is_written_down() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            Host client = net.host("client");
            server.createTask(() -> serveEcho());
            await(client.createTask(() -> {
                try (var peer = await(openConnection("server", 80))) {
                    await(peer.write("tea\n"));
                    assertEquals("tea", await(peer.readLine()));
                }
                return done();
            }));
            await(sleep(SECOND));
            assertEquals("""
                    0 s: client:49152 → server:80 connect
                    0.001 s: server:80 → client:49152 accept
                    0.002 s: client:49152 → server:80 data, 4 bytes
                    0.003 s: server:80 → client:49152 data, 4 bytes
                    0.004 s: client:49152 → server:80 end
                    0.005 s: server:80 → client:49152 end""", net.trace());
            assertEquals("tea\n", new String(net.delivered(client, server), UTF_8));
            assertEquals("tea\n", new String(net.delivered(server, client), UTF_8));
            assertEquals(2, net.count(Kind.DATA));
            assertEquals(0, server.openConnections());
            assertEquals(0, client.openConnections());
        }
    }

    @AsyncTest
    void a_link_has_a_latency_and_a_bandwidth() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            net.link(
                    net.local(),
                    server,
                    LinkOptions.defaults().latency(Duration.ofMillis(100)).bandwidth(1_000));
            server.createTask(() -> serve(peer -> {
                await(peer.readExactly(2_000));
                log.add("at " + millis());
                return done();
            }));
            try (var peer = await(openConnection("server", 80))) {
                assertEquals(200, millis());
                await(peer.write(new byte[2_000]));
                assertEquals(200, millis());
                assertEquals(0, await(peer.read(1)).length);
                assertEquals(List.of("at 2300"), log);
                assertEquals(2_400, millis());
            }
        }
    }

    @AsyncTest
    void a_writer_is_held_back_by_small_buffers() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().buffer(1_000))) {
            net.host("server").createTask(() -> serve(SILENT));
            try (var peer = await(openConnection("server", 80))) {
                await(peer.write(new byte[2_000]));
                var waiting = createTask(peer.write(new byte[1]));
                await(sleep(Duration.ofHours(1)));
                assertFalse(waiting.done());
                assertEquals(1_000, net.delivered(net.local(), net.host("server")).length);
                await(cancelAndWait(waiting));
            }
        }
    }

    @AsyncTest
    void a_host_reaches_itself_by_localhost_and_nobody_else_does() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            await(server.createTask(() -> {
                var listening = await(startServer(SimulatedNetworkTest::echo, "localhost", 80));
                try (var peer = await(openConnection("localhost", 80))) {
                    await(peer.write("tea\n"));
                    assertEquals("tea", await(peer.readLine()));
                }
                log.add(await(failureOf(startServer(SILENT, "test", 80))));
                await(openConnection("127.0.0.1", 80));
                return done(listening);
            }));
            assertEquals(
                    "ConnectException: Connecting to server (10.0.0.2:80): Connection refused",
                    await(failureOf(openConnection("server", 80))));
            assertEquals(
                    "ConnectException: Connecting to localhost (127.0.0.1:80): Connection refused",
                    await(failureOf(openConnection("localhost", 80))));
            assertEquals(
                    List.of(
                            "BindException: Listening at test (10.0.0.1:80): Cannot assign requested address. It is not one"
                                    + " of host server"),
                    log);
        }
    }

    @AsyncTest
    void bad_addresses_say_what_is_wrong_with_them() {
        try (var net = new SimulatedNetwork()) {
            net.host("server");
            assertEquals(
                    "UnknownHostException: No host of the simulated network has the name sever. Its hosts: test, server",
                    await(failureOf(openConnection("sever", 80))));
            assertEquals(
                    "NoRouteToHostException: Connecting to 10.9.9.9:80: No host of the simulated network has this address."
                            + " Its hosts: test, server",
                    await(failureOf(openConnection("10.9.9.9", 80))));
            for (String name : List.of("", "localhost", "10.0.0.7")) {
                assertThrows(IllegalArgumentException.class, () -> net.host(name));
            }
            try (var one = await(startServer(SILENT, null, 80))) {
                ConnectOptions from = ConnectOptions.defaults().localAddress(new InetSocketAddress("0.0.0.0", 80));
                assertEquals(
                        "BindException: Connecting from 0.0.0.0:80 to server (10.0.0.2:80): Address already in use",
                        await(failureOf(openConnection("server", 80, from))).replace("/", ""));
            }
        }
    }

    // ---- losses

    @AsyncTest
    @Explore(schedules = 50)
    void what_is_lost_is_sent_again() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults()
                .loss(0.2)
                .latency(Duration.ofMillis(1), Duration.ofMillis(30))
                .buffer(10_000))) {
            byte[] bytes = new byte[100_000];
            new Random(1).nextBytes(bytes);
            Host server = net.host("server");
            server.createTask(() -> serve(peer -> {
                byte[] all = await(peer.readAll(200_000));
                await(peer.write(all));
                return done();
            }));
            try (var peer = await(openConnection("server", 80))) {
                await(peer.write(bytes));
                await(peer.writeEof());
                assertArrayEquals(bytes, await(peer.readAll(200_000)));
            }
            assertTrue(net.events().stream().anyMatch(NetworkEvent::isDropped), net::trace);
            assertArrayEquals(bytes, net.delivered(net.local(), server));
            await(sleep(Duration.ofHours(1)));
            assertEquals(0, server.openConnections());
        }
    }

    @AsyncTest
    void datagrams_get_lost_and_overtake_each_other_in_the_same_way_each_time() {
        try (var net = new SimulatedNetwork(
                LinkOptions.defaults().loss(0.3).latency(Duration.ofMillis(1), Duration.ofMillis(20)))) {
            Host server = net.host("server");
            var endpoint = await(server.createTask(() -> createDatagramEndpoint(null, 53)));
            var client = await(connectDatagramEndpoint("server", 53));
            for (int i = 0; i < 20; i++) {
                await(client.send("" + i));
            }
            await(sleep(SECOND));
            List<Integer> numbers = new ArrayList<>();
            for (long left = 20
                            - net.events().stream()
                                    .filter(NetworkEvent::isDropped)
                                    .count();
                    left > 0;
                    left--) {
                numbers.add(Integer.parseInt(await(endpoint.receive()).text()));
            }
            assertTrue(numbers.size() < 20, net::trace);
            List<Integer> sorted = numbers.stream().sorted().toList();
            assertNotEquals(sorted, numbers);
            assertEquals(sorted.stream().distinct().toList(), sorted);
            assertEquals(20, net.count(Kind.DATAGRAM));
            net.partition(net.local(), server);
            await(client.send("nobody gets this"));
            net.heal();
            await(sleep(SECOND));
            var receiving = createTask(endpoint.receive());
            await(sleep(SECOND));
            assertFalse(receiving.done());
            await(cancelAndWait(receiving));
            server.crash();
            await(client.send("nor this"));
            await(sleep(SECOND));
            server.restart(() -> done());
            net.link(net.local(), server, LinkOptions.defaults());
            await(client.send("and this"));
            assertTrue(await(failureOf(client.receive())).startsWith("PortUnreachableException: "));
            await(client.aclose());
            assertEquals(0, net.local().openConnections());
        }
    }

    // ---- partitions

    @AsyncTest
    void what_was_sent_during_a_partition_arrives_when_it_has_healed() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            server.createTask(() -> serveEcho());
            try (var peer = await(openConnection("server", 80))) {
                net.partition(net.local(), server);
                await(peer.write("tea\n"));
                var answer = createTask(peer.readLine());
                await(sleep(Duration.ofSeconds(30)));
                assertFalse(answer.done());
                net.heal(net.local(), server);
                assertEquals("tea", await(answer));
                assertTrue(millis() < 60_000);
                assertTrue(
                        net.trace().contains("0.002 s: test:49152 → server:80 data, 4 bytes, dropped: partition"),
                        net::trace);
            }
        }
    }

    @AsyncTest
    void a_one_way_partition_lets_the_other_way_open() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            server.createTask(() -> serve(peer -> {
                log.add(await(peer.readLine()));
                await(peer.write("answer\n"));
                return done();
            }));
            try (var peer = await(openConnection("server", 80))) {
                net.partitionOneWay(server, net.local());
                await(peer.write("question\n"));
                var answer = createTask(peer.readLine());
                await(sleep(Duration.ofSeconds(30)));
                assertEquals(List.of("question"), log);
                assertFalse(answer.done());
                net.heal();
                assertEquals("answer", await(answer));
                assertEquals(
                        "question\n", new String(net.delivered(net.local(), server), UTF_8)); // sent again, read once
            }
        }
    }

    @AsyncTest
    void connecting_waits_for_the_end_of_a_partition() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            server.createTask(() -> serveEcho());
            net.isolate(server);
            var connecting = createTask(openConnection("server", 80));
            await(sleep(Duration.ofSeconds(10)));
            assertFalse(connecting.done());
            net.heal();
            await(await(connecting).aclose());
        }
    }

    @AsyncTest
    void connecting_ends_by_the_limit_of_the_program_or_of_the_system() {
        try (var net = new SimulatedNetwork()) {
            net.isolate(net.host("server"));
            try {
                await(waitFor(openConnection("server", 80), SECOND));
                fail("it cannot be reached");
            } catch (TimeoutException e) {
                assertEquals(1_000, millis());
            }
            assertEquals(
                    "ConnectException: Connecting to server (10.0.0.2:80): Connection timed out",
                    await(failureOf(openConnection("server", 80))));
            assertEquals(128_000, millis());
            assertEquals(0, net.local().openConnections());
        }
    }

    @AsyncTest
    void a_connection_that_hears_nothing_for_too_long_is_broken() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().silenceLimit(Duration.ofSeconds(20)))) {
            Host server = net.host("server");
            server.createTask(() -> serveEcho());
            var peer = await(openConnection("server", 80));
            net.partition(net.local(), server);
            await(peer.write("tea\n"));
            assertEquals(
                    "IOException: Reading from server (10.0.0.2:80): Connection timed out",
                    await(failureOf(peer.readLine())));
            assertEquals(20_002, millis());
            assertEquals(
                    "IOException: Writing to server (10.0.0.2:80): Broken pipe", // the read was told
                    await(failureOf(peer.write("milk\n"))));
            assertEquals(1, server.openConnections()); // the other end does not know
        }
    }

    @AsyncTest
    void a_writer_finds_out_during_a_partition_that_a_peer_with_full_buffers_is_gone() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().buffer(100).silenceLimit(Duration.ofSeconds(20)))) {
            Host server = net.host("server");
            server.createTask(() -> serve(SILENT));
            var peer = await(openConnection("server", 80));
            var writing = createTask(failureOf(peer.write(new byte[1_000])));
            await(sleep(Duration.ofHours(1)));
            assertFalse(writing.done());
            net.partition(net.local(), server);
            assertEquals("IOException: Writing to server (10.0.0.2:80): Connection timed out", await(writing));
        }
    }

    @AsyncTest
    void room_that_was_made_during_a_partition_is_known_after_it() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().buffer(100))) {
            Host server = net.host("server");
            server.createTask(() -> serve(peer -> {
                await(sleep(SECOND));
                log.add("read " + await(peer.readExactly(1_000)).length);
                return done();
            }));
            var peer = await(openConnection("server", 80));
            var writing = createTask(peer.write(new byte[1_000]));
            await(sleep(Duration.ofMillis(500)));
            net.partition(net.local(), server);
            await(sleep(Duration.ofSeconds(5)));
            assertFalse(writing.done());
            net.heal();
            await(writing);
            assertNull(await(peer.readLine()));
            assertEquals(List.of("read 1000"), log);
        }
    }

    // ---- crashes

    @AsyncTest
    void a_crash_runs_no_finally_and_is_noticed_after_the_restart() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            Task<Void> program = server.createTask(() -> serve(peer -> {
                try (var time = timeout(Duration.ofMinutes(5));
                        var group = new TaskGroup()) {
                    group.createTask(sleep(FOREVER));
                    await(peer.readLine());
                } finally {
                    log.add("finally");
                }
                return done();
            }));
            var peer = await(openConnection("server", 80));
            await(sleep(SECOND));
            server.crash();
            server.crash();
            assertFalse(server.isRunning());
            assertTrue(program.cancelled());
            assertThrows(IllegalStateException.class, () -> server.createTask(() -> done()));
            await(peer.write("anybody there?\n"));
            Task<String> answer = createTask(failureOf(peer.readLine()));
            await(sleep(Duration.ofMinutes(10)));
            assertFalse(answer.done());
            server.restart(() -> serveEcho());
            assertEquals("SocketException: Reading from server (10.0.0.2:80): Connection reset", await(answer));
            try (var again = await(openConnection("server", 80))) {
                await(again.write("tea\n"));
                assertEquals("tea", await(again.readLine()));
            }
            assertEquals(List.of(), log);
        }
    }

    @AsyncTest
    void nothing_that_was_not_sent_before_a_crash_is_sent() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().buffer(100))) {
            Host client = net.host("client");
            net.host("server").createTask(() -> serve(SILENT));
            client.createTask(() -> {
                var peer = await(openConnection("server", 80));
                await(peer.write(new byte[150]));
                EventLoop.running().callLater(Duration.ofSeconds(5), peer::abort);
                await(sleep(FOREVER));
                return done();
            });
            await(sleep(SECOND));
            int before = net.events().size();
            client.crash();
            await(sleep(Duration.ofMinutes(1)));
            assertEquals(
                    List.of("1 s: client crashes"),
                    net.events().stream()
                            .skip(before)
                            .map(NetworkEvent::toString)
                            .toList());
        }
    }

    @AsyncTest
    void connecting_to_a_host_that_is_down_waits_until_it_is_up() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            server.crash();
            var connecting = createTask(openConnection("server", 80));
            await(sleep(Duration.ofSeconds(10)));
            assertFalse(connecting.done());
            server.restart(() -> serveEcho());
            await(await(connecting).aclose());
        }
    }

    @AsyncTest
    void a_step_that_runs_cannot_be_ended() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            await(server.createTask(() -> {
                assertThrows(IllegalStateException.class, server::crash);
                return done();
            }));
            assertThrows(IllegalStateException.class, () -> net.local().crash());
        }
    }

    @AsyncTest
    @Explore(schedules = 300)
    void a_crash_at_any_moment_leaves_nothing() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().latency(Duration.ZERO, Duration.ofMillis(5)))) {
            Host server = net.host("server");
            Host client = net.host("client");
            server.createTask(() -> serveEcho());
            client.createTask(() -> {
                try (var group = new TaskGroup()) {
                    for (int i = 0; i < 3; i++) {
                        group.createTask(() -> chat());
                    }
                }
                log.add("all answered");
                return done();
            });
            await(sleep(Duration.ofNanos(EventLoop.running().random().nextInt(40_000_000))));
            server.restart(() -> serveEcho());
            await(sleep(Duration.ofNanos(EventLoop.running().random().nextInt(40_000_000))));
            client.crash();
            await(sleep(Duration.ofHours(1)));
            assertEquals(0, client.openConnections());
        }
    }

    @Async
    private static Coroutine<Void> chat() {
        for (int answers = 0; answers < 5; ) {
            try (var time = timeout(SECOND);
                    var peer = await(openConnection("server", 80), IOException.class)) {
                for (; answers < 5; answers++) {
                    await(peer.write("line " + answers + "\n"));
                    if (await(peer.readLine(), IOException.class) == null) {
                        break;
                    }
                }
            } catch (IOException | TimeoutException e) {
                await(sleep(SECOND));
            }
        }
        return done();
    }

    // ---- resets

    @AsyncTest
    void a_reset_breaks_both_ends() {
        try (var net = new SimulatedNetwork()) {
            Host server = net.host("server");
            server.createTask(() -> serve(peer -> {
                log.add(await(failureOf(peer.readLine())));
                return done();
            }));
            var peer = await(openConnection("server", 80));
            await(sleep(SECOND));
            net.reset(net.local(), server);
            assertEquals(
                    "SocketException: Reading from server (10.0.0.2:80): Connection reset",
                    await(failureOf(peer.readLine())));
            await(sleep(SECOND));
            assertEquals(List.of("SocketException: Reading from test (10.0.0.1:49152): Connection reset"), log);
        }
    }

    @AsyncTest
    void a_full_backlog_lets_those_wait_who_connect() {
        try (var net = new SimulatedNetwork()) {
            ServerOptions small = ServerOptions.defaults().maxConnections(1).backlog(1);
            net.host("server").createTask(() -> startServer(SimulatedNetworkTest::echo, null, 80, small));
            var served = await(openConnection("server", 80));
            await(openConnection("server", 80));
            await(openConnection("server", 80)); // as Linux: one more than was said
            var fourth = createTask(openConnection("server", 80));
            await(sleep(Duration.ofSeconds(20)));
            assertFalse(fourth.done());
            await(served.aclose());
            await(fourth);
            assertTrue(net.trace().contains("connect, dropped: backlog is full"), net::trace);
        }
    }

    // ---- what fails a test

    @Test
    void a_host_that_fails_fails_the_test_at_once_and_with_its_name() {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        net.host("server").createTask(() -> serve(peer -> done()));
                        net.host("client").createTask(() -> {
                            await(openConnection("server", 80));
                            throw new IllegalStateException("as planned");
                        });
                        await(sleep(FOREVER));
                    }
                    return done();
                }));
        assertEquals("On host client: java.lang.IllegalStateException: as planned", failure.getMessage());
        assertTrue(
                Arrays.stream(failure.getSuppressed())
                        .anyMatch(it -> it.toString()
                                .startsWith("The events of the network:\n0 s: client:49152 → server:80 connect\n")),
                () -> Arrays.toString(failure.getSuppressed()));
    }

    @Test
    void a_failure_of_the_test_itself_has_what_travelled() {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        net.host("server").createTask(() -> serveEcho());
                        try (var peer = await(openConnection("server", 80))) {
                            fail("as planned");
                        }
                    }
                    return done();
                }));
        assertEquals("as planned", failure.getMessage());
        assertTrue(failure.getSuppressed()[0].toString().contains("test:49152 → server:80 connect"));
    }

    @Test
    void a_deadlock_is_found_at_once() {
        DeadlockException deadlock = assertThrows(
                DeadlockException.class,
                () -> AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        net.host("server").createTask(() -> serve(SILENT));
                        var peer = await(openConnection("server", 80));
                        await(peer.write(new byte[1_000_000]));
                    }
                    return done();
                }));
        assertTrue(deadlock.getMessage().contains("client test (10.0.0.1:49152)"), deadlock.getMessage());
    }

    @Test
    void a_handler_that_fails_because_of_the_network_fails_no_test_and_one_with_a_mistake_does() {
        AsyncTests.run(() -> {
            try (var net = new SimulatedNetwork()) {
                Host server = net.host("server");
                server.createTask(() -> serveEcho());
                var peer = await(openConnection("server", 80));
                await(peer.write("tea\n"));
                peer.abort();
                await(sleep(SECOND));
                assertEquals(1, net.count(Kind.REPORT), net::trace);
                assertTrue(net.trace().contains("server reports: Serving "), net::trace);
            }
            return done();
        });
        AsyncCallable<Void> test = () -> {
            try (var net = new SimulatedNetwork()) {
                net.host("server")
                        .createTask(() -> serve(peer -> {
                            throw new IllegalStateException("a mistake");
                        }));
                var peer = await(openConnection("server", 80));
                assertNull(await(peer.readLine()));
            }
            return done();
        };
        AssertionError failure = assertThrows(AssertionError.class, () -> AsyncTests.run(test));
        assertEquals("a mistake", failure.getCause().getMessage());
    }

    @AsyncTest
    void leaving_ends_all_tasks_of_hosts_and_puts_back_what_was_before() {
        var handler = EventLoop.running().getExceptionHandler();
        try (var net = new SimulatedNetwork()) {
            net.host("server").createTask(() -> {
                createTask(sleep(FOREVER), "one that nobody awaits");
                return done();
            });
            await(sleep(SECOND));
            assertEquals(2, allTasks().size());
        }
        assertEquals(1, allTasks().size());
        assertSame(handler, EventLoop.running().getExceptionHandler());
    }

    // ---- the same again

    private static String traceWith(long seed) {
        String[] trace = new String[1];
        AsyncTests.run(() -> {
            EventLoop.running().setRandom(new Random(seed));
            try (var net = new SimulatedNetwork(LinkOptions.defaults()
                    .latency(Duration.ofMillis(1), Duration.ofMillis(100))
                    .loss(0.1))) {
                Host server = net.host("server");
                server.createTask(() -> serveEcho());
                try (var group = new TaskGroup()) {
                    for (int i = 0; i < 3; i++) {
                        group.createTask(() -> chat());
                    }
                    await(sleep(Duration.ofMillis(EventLoop.running().random().nextInt(500))));
                    net.partition(net.local(), server);
                    await(sleep(SECOND));
                    net.heal();
                }
                trace[0] = net.trace();
            }
            return done();
        });
        return trace[0];
    }

    @Test
    void the_same_seed_gives_the_same_trace() {
        Set<String> traces = new HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            String trace = traceWith(seed);
            assertEquals(trace, traceWith(seed));
            traces.add(trace);
        }
        assertEquals(20, traces.size());
    }

    @AsyncTest
    @Explore(cancels = true, cancelsInAllOrders = true, schedules = 30)
    void a_cancel_at_any_moment_leaves_nothing() {
        try (var net = new SimulatedNetwork(LinkOptions.defaults().latency(Duration.ZERO, Duration.ofMillis(3)))) {
            net.host("server").createTask(() -> serveEcho());
            await(net.host("client").createTask(() -> chat()));
            assertEquals(0, net.host("client").openConnections());
        }
        assertEquals(1, allTasks().size());
    }
}
