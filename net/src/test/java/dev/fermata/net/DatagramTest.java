package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.net.internal.Failures;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class DatagramTest {
    private static Coroutine<DatagramEndpoint> local() {
        return createDatagramEndpoint("127.0.0.1", 0);
    }

    @Test
    void a_datagram_comes_whole_and_is_answered() {
        run(() -> {
            try (var server = await(local());
                    var client = await(local())) {
                await(client.send("tea", server.localAddress()));
                await(client.send(new byte[0], server.localAddress()));
                await(client.send(new byte[60_000], server.localAddress()));
                Datagram first = await(server.receive());
                assertEquals("tea", first.text());
                assertEquals(client.localAddress(), first.sender());
                assertEquals(0, await(server.receive()).bytes().length);
                assertEquals(60_000, await(server.receive()).bytes().length);
                await(server.send("milk", first.sender()));
                assertEquals("milk", await(client.receive()).text());
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Void> echo(DatagramEndpoint endpoint) {
        while (true) {
            Datagram question = await(endpoint.receive());
            await(endpoint.send(question.bytes(), question.sender()));
        }
    }

    @Test
    void a_connected_endpoint_hears_only_its_peer() {
        run(() -> {
            try (var server = await(local());
                    var stranger = await(local());
                    var client = await(connectDatagramEndpoint(
                            "127.0.0.1", server.localAddress().getPort()))) {
                Task<Void> serving = createTask(echo(server));
                assertEquals(server.localAddress(), client.remoteAddress());
                await(stranger.send(
                        "psst",
                        new InetSocketAddress("127.0.0.1", client.localAddress().getPort())));
                await(client.send("tea"));
                assertEquals("tea", await(client.receive()).text());
                await(cancelAndWait(serving));
                try {
                    await(client.send("milk", stranger.localAddress()));
                    fail("it is connected to another one");
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().contains(" cannot send to 127.0.0.1:"), e.getMessage());
                }
                try {
                    await(stranger.send("to whom?"));
                    fail("it is not connected");
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().endsWith("or set DatagramOptions.remote"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void a_receive_that_is_cancelled_loses_no_datagram() {
        run(() -> {
            try (var server = await(local());
                    var client = await(local())) {
                for (int i = 0; i < 20; i++) {
                    Task<Datagram> receiving = createTask(server.receive());
                    await(sleep(Duration.ZERO));
                    await(client.send("number " + i, server.localAddress()));
                    await(cancelAndWait(receiving));
                    assertTrue(receiving.cancelled());
                    assertEquals("number " + i, await(server.receive()).text());
                }
            }
            return done();
        });
    }

    @Test
    void a_datagram_that_does_not_fit_is_refused_and_stays() {
        run(() -> {
            try (var server = await(local());
                    var client = await(local())) {
                await(client.send("too long for ten", server.localAddress()));
                await(client.send("short", server.localAddress()));
                ByteBuffer ten = ByteBuffer.allocate(10);
                try {
                    await(server.receive(ten), IOException.class);
                    fail("it does not fit");
                } catch (LimitOverrunException e) {
                    assertTrue(
                            e.getMessage()
                                    .matches(
                                            "A datagram of 16 bytes from 127.0.0.1:\\d+ does not fit into a buffer with room"
                                                    + " for 10\\. .*"),
                            e.getMessage());
                    assertEquals(0, ten.position());
                }
                assertEquals("too long for ten", await(server.receive()).text());
                assertEquals(client.localAddress(), await(server.receive(ten)));
                assertEquals("short", new String(ten.array(), 0, ten.position(), UTF_8));
            }
            return done();
        });
    }

    @Test
    void nobody_listening_is_told_to_a_connected_endpoint() {
        run(() -> {
            int free;
            try (var gone = await(local())) {
                free = gone.localAddress().getPort();
            }
            try (var client = await(connectDatagramEndpoint("127.0.0.1", free))) {
                await(client.send("hello?"));
                try {
                    await(client.receive(), IOException.class);
                    fail("nobody listens");
                } catch (PortUnreachableException e) {
                    assertEquals("Receiving from 127.0.0.1:" + free + ": nobody listens there", e.getMessage());
                }
                try (var late = await(createDatagramEndpoint("127.0.0.1", free))) {
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
    void closing_ends_a_receive() {
        run(() -> {
            var server = await(local());
            Task<Datagram> receiving = createTask(server.receive());
            await(sleep(Duration.ofMillis(10)));
            try {
                await(server.receive());
                fail("two would receive");
            } catch (IllegalStateException e) {
                assertTrue(e.getMessage().startsWith("Another task is receiving at datagram endpoint at 127.0.0.1:"));
            }
            await(server.aclose());
            try {
                await(receiving, IOException.class);
                fail("it is closed");
            } catch (AsynchronousCloseException e) {
                assertFalse(server.isOpen());
            }
            try {
                await(server.send("x", new InetSocketAddress("127.0.0.1", 9)), IOException.class);
                fail("it is closed");
            } catch (ClosedChannelException e) {
                await(server.aclose());
            }
            return done();
        });
    }

    @Test
    void bad_addresses_and_sizes_say_what_is_wrong_with_them() {
        run(() -> {
            try (var server = await(local())) {
                int port = server.localAddress().getPort();
                try {
                    await(createDatagramEndpoint("127.0.0.1", port), IOException.class);
                    fail("it is in use");
                } catch (BindException e) {
                    assertEquals(
                            "Opening for datagrams at 127.0.0.1:" + port + ": Address already in use", e.getMessage());
                }
                try {
                    await(server.send(new byte[70_000], server.localAddress()), IOException.class);
                    fail("it is too long");
                } catch (IOException e) {
                    assertTrue(e.getMessage().startsWith("Sending 70000 bytes to 127.0.0.1:"), e.getMessage());
                }
                try {
                    await(server.send("x", InetSocketAddress.createUnresolved("some.host", 9)));
                    fail("it has no address");
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().startsWith("The address of the host some.host was not looked up"));
                }
                try {
                    await(
                            createDatagramEndpoint(
                                    "127.0.0.1", 0, DatagramOptions.defaults().remote("::1", 9)),
                            IOException.class);
                    fail("the kinds differ");
                } catch (IOException e) {
                    assertTrue(
                            e.getMessage().contains("one is an address of IPv4 and the other of IPv6"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void options_are_set() {
        run(() -> {
            DatagramOptions shared = DatagramOptions.defaults().option(StandardSocketOptions.SO_REUSEADDR, true);
            try (var first = await(createDatagramEndpoint(null, 0, shared));
                    var second = await(
                            createDatagramEndpoint(null, first.localAddress().getPort(), shared))) {
                assertTrue(second.getOption(StandardSocketOptions.SO_REUSEADDR));
                second.setOption(StandardSocketOptions.SO_BROADCAST, true);
                assertTrue(second.getOption(StandardSocketOptions.SO_BROADCAST));
            }
            return done();
        });
    }

    @Test
    void an_endpoint_of_all_addresses_receives_from_each_kind() {
        run(() -> {
            try (var server = await(createDatagramEndpoint(null, 0))) {
                for (String host : List.of("127.0.0.1", "::1")) {
                    if (!exists(host)) {
                        continue;
                    }
                    try (var client = await(
                            connectDatagramEndpoint(host, server.localAddress().getPort()))) {
                        await(client.send("from " + host));
                        Datagram datagram = await(server.receive());
                        assertEquals("from " + host, datagram.text());
                        await(server.send("hello", datagram.sender()));
                        assertEquals("hello", await(client.receive()).text());
                    }
                }
            }
            return done();
        });
    }

    /** Run in a JVM of its own, because the property is read once. */
    static final class PrefersIpv6 {
        @Async
        private static Coroutine<Void> talk() {
            try (var server = await(local());
                    var client = await(connectDatagramEndpoint(
                            "127.0.0.1", server.localAddress().getPort()));
                    var echo = await(startServer(peer -> peer.write("tea\n"), "127.0.0.1", 0));
                    var peer = await(openConnection(
                            "127.0.0.1",
                            echo.port(),
                            ConnectOptions.defaults().localAddress(new InetSocketAddress(0))))) {
                await(client.send("ping"));
                System.out.println(await(server.receive()).text() + " " + await(peer.readLine()));
            }
            return done();
        }

        public static void main(String[] args) {
            run(() -> talk());
        }
    }

    @Test
    void an_address_of_ipv4_is_connected_to_where_those_of_ipv6_are_preferred() {
        run(() -> {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String path = System.getProperty("java.class.path");
            try (var child = await(Subprocesses.createSubprocessExec(
                    java, "-Djava.net.preferIPv6Addresses=true", "-cp", path, PrefersIpv6.class.getName()))) {
                assertEquals("ping tea", await(child.stdout().readLine()));
            }
            return done();
        });
    }

    private static boolean exists(String host) throws IOException {
        return NetworkInterface.getByInetAddress(InetAddress.getByName(host)) != null;
    }

    @Test
    void a_flood_is_sent_and_what_arrives_is_whole() {
        run(() -> {
            try (var server = await(local());
                    var client = await(local())) {
                for (int i = 0; i < 500; i++) {
                    await(client.send(ByteBuffer.allocate(1_000).putInt(0, i), server.localAddress()));
                    Datagram datagram = await(waitFor(server.receive(), Duration.ofSeconds(10)));
                    assertEquals(1_000, datagram.bytes().length);
                    assertEquals(i, ByteBuffer.wrap(datagram.bytes()).getInt());
                }
            }
            return done();
        });
    }

    @Test
    void a_sender_and_a_receiver_that_never_wait_give_way() {
        int count = 320;
        run(() -> {
            try (var server = await(local());
                    var client = await(local())) {
                for (boolean isSending : new boolean[] {true, false}) {
                    Task<Void> fast = createTask(
                            isSending
                                    ? sendMany(client, server.localAddress(), count)
                                    : receiveMany(server, count / 2)); // all of which have arrived
                    int turns = 0;
                    while (!fast.done()) {
                        await(sleep(Duration.ZERO));
                        turns++;
                    }
                    await(fast);
                    assertTrue(turns >= (isSending ? count : count / 2) / 16, turns + " turns of others");
                }
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Void> sendMany(DatagramEndpoint from, InetSocketAddress to, int count) {
        for (int i = 0; i < count; i++) {
            await(from.send("x", to));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> receiveMany(DatagramEndpoint at, int count) {
        for (int i = 0; i < count; i++) {
            await(at.receive());
        }
        return done();
    }

    @Test
    void a_group_is_joined_and_left() throws IOException {
        Optional<NetworkInterface> found = Collections.list(NetworkInterface.getNetworkInterfaces()).stream()
                .filter(DatagramTest::isForMulticast)
                .findFirst();
        assumeTrue(found.isPresent(), "no interface has multicast");
        NetworkInterface on = found.orElseThrow();
        InetAddress group = InetAddress.getByName("239.255.73.91");
        run(() -> {
            try (var member = await(createDatagramEndpoint("0.0.0.0", 0));
                    var sender = await(createDatagramEndpoint("0.0.0.0", 0))) {
                member.join(group, on);
                member.join(group, on);
                sender.setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
                sender.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
                InetSocketAddress all =
                        new InetSocketAddress(group, member.localAddress().getPort());
                await(sender.send("to all", all));
                assertEquals(
                        "to all",
                        await(waitFor(member.receive(), Duration.ofSeconds(10))).text());
                member.leave(group, on);
                member.leave(group, on);
                await(sender.send("to nobody", all));
                try {
                    fail(await(waitFor(member.receive(), Duration.ofMillis(50))).text());
                } catch (TimeoutException e) {
                    // it has left
                }
                try {
                    member.join(InetAddress.getByName("127.0.0.1"), on);
                    fail("it is no group");
                } catch (IllegalArgumentException e) {
                    assertTrue(e.getMessage().contains("multicast"), e.getMessage());
                }
            }
            return done();
        });
    }

    private static boolean isForMulticast(NetworkInterface each) {
        try {
            return each.isUp()
                    && each.supportsMulticast()
                    && each.inetAddresses().anyMatch(java.net.Inet4Address.class::isInstance);
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void a_receive_into_a_buffer_that_is_read_only_is_refused_and_loses_nothing() {
        run(() -> {
            try (var here = await(local())) {
                await(here.send("tea", here.localAddress()));
                try {
                    await(here.receive(ByteBuffer.allocate(10).asReadOnlyBuffer()));
                    fail("it is read-only");
                } catch (IllegalArgumentException e) {
                    assertEquals("Nothing can be received into a buffer that is read-only", e.getMessage());
                }
                assertEquals(
                        "tea",
                        await(waitFor(here.receive(), Duration.ofSeconds(5))).text());
            }
            return done();
        });
    }

    @Test
    void a_closed_endpoint_gives_no_datagram_that_did_not_fit_before() {
        run(() -> {
            var here = await(local());
            await(here.send("tea and milk", here.localAddress()));
            try {
                await(here.receive(ByteBuffer.allocate(3)), IOException.class);
                fail("it does not fit");
            } catch (LimitOverrunException kept) {
                await(here.aclose());
            }
            try {
                await(here.receive(), IOException.class);
                fail("it is closed");
            } catch (ClosedChannelException e) {
                assertEquals(
                        "Receiving at " + Failures.name(here.localAddress()) + ": it was closed by this program",
                        e.getMessage());
            }
            return done();
        });
    }
}
