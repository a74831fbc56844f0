package dev.fermata.testing.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.net.ConnectOptions;
import dev.fermata.net.Connection;
import dev.fermata.net.ServerOptions;
import dev.fermata.net.TlsOptions;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import dev.fermata.testing.Explorer;
import dev.fermata.testing.net.NetworkEvent.Kind;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;

/** TLS through a simulated network, which fails in the middle of a handshake. */
final class SimulatedTlsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final LinkOptions SLOW = LinkOptions.defaults().latency(Duration.ofMillis(100));

    /** In the middle of a handshake through {@link #SLOW}: the client has said hello, and has no answer yet. */
    private static final Duration AMID = Duration.ofMillis(350);

    private static final ServerOptions SERVING = Certificates.EC.serving();
    private static final ConnectOptions CONNECTING = Certificates.EC.connecting();

    @Async
    private static Coroutine<Void> serve(ServerOptions options) {
        try (var server = await(startServer(SimulatedTlsTest::echo, null, 443, options))) {
            await(server.serveForever());
        }
        return done();
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> ask(ConnectOptions options) {
        try (var peer = await(openConnection("server", 443, options))) {
            await(peer.write("tea\n"));
            assertEquals("tea", await(peer.readLine()));
        }
        return done();
    }

    /** Returns when and why no connection is made. */
    @Async
    private static Coroutine<String> refusal(ConnectOptions options) {
        try (var peer = await(openConnection("server", 443, options), IOException.class)) {
            return done("none");
        } catch (IOException e) {
            return done("at " + millis() + ": " + e.getMessage());
        }
    }

    private static long millis() {
        return EventLoop.running().time() / 1_000_000;
    }

    private static void assertHas(String part, String text) {
        assertTrue(text.contains(part), text);
    }

    // ---- a network that works

    @AsyncTest
    void a_handshake_of_1_3_takes_one_round_trip_and_no_more_time() {
        await(handshakeTakes("TLSv1.3", 400));
    }

    @AsyncTest
    void a_handshake_of_1_2_takes_two_round_trips_and_no_more_time() {
        await(handshakeTakes("TLSv1.2", 600));
    }

    @Async
    private static Coroutine<Void> handshakeTakes(String version, long connected) {
        try (var net = new SimulatedNetwork(SLOW)) {
            net.host("server").createTask(() -> serve(SERVING));
            var options =
                    ConnectOptions.defaults().tls(Certificates.EC.trusting().protocols(version));
            var ticks = createTask(ticks());
            try (var peer = await(openConnection("server", 443, options))) {
                assertEquals(version, peer.tlsSession().getProtocol());
                assertEquals(connected, millis()); // a round trip for the connection, and one or two for the keys
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
                assertEquals(connected + 200, millis());
            }
            await(cancelAndWait(ticks));
        }
        return done();
    }

    /** Sets a timer each millisecond, to which time could jump while keys are computed. */
    @Async
    private static Coroutine<Void> ticks() {
        while (true) {
            await(sleep(Duration.ofMillis(1)));
        }
    }

    @AsyncTest
    void a_handshake_goes_through_a_narrow_link_and_small_buffers() {
        try (var net = new SimulatedNetwork(SLOW.bandwidth(1_000).buffer(300))) {
            net.host("server").createTask(() -> serve(Certificates.RSA.serving()));
            try (var peer = await(openConnection("server", 443, Certificates.RSA.connecting()))) {
                long sent = net.events().stream().mapToLong(NetworkEvent::bytes).sum();
                assertTrue(sent > 1_500, () -> "hello and certificate in " + sent + " bytes");
                // At least a fifth of it travels alone: the client's hello, then the server's answer.
                assertTrue(millis() > sent * 4 / 5, () -> sent + " bytes by " + millis() + " ms");
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
            }
        }
    }

    @AsyncTest
    void tls_is_started_in_the_midst_of_a_connection() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> servePlain());
            try (var peer = await(openConnection("server", 25))) {
                await(peer.write("STARTTLS\n"));
                assertEquals("go ahead", await(peer.readLine()));
                await(peer.startTls(Certificates.EC.trusting()));
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
            }
            String travelled =
                    new String(net.delivered(net.local(), server), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertTrue(travelled.startsWith("STARTTLS\n"));
            assertFalse(travelled.contains("tea"));
        }
    }

    @Async
    private static Coroutine<Void> servePlain() {
        try (var server = await(startServer(SimulatedTlsTest::upgrade, null, 25))) {
            await(server.serveForever());
        }
        return done();
    }

    @Async
    private static Coroutine<Void> upgrade(Connection peer) {
        await(peer.readLine());
        await(peer.write("go ahead\n"));
        await(peer.startTls(Certificates.EC.identity()));
        await(echo(peer));
        return done();
    }

    // ---- the same again

    /** Runs two conversations through a bad network with some seeds. Returns what has travelled. */
    private static List<String> runs(LinkOptions links, ServerOptions serving, ConnectOptions connecting) {
        List<String> traces = new ArrayList<>();
        new Explorer().schedules(4).seed(7).run(() -> {
            try (var net = new SimulatedNetwork(links)) {
                net.host("server").createTask(() -> serve(serving));
                await(gather(ask(connecting), ask(connecting)));
                await(ask(connecting));
                traces.add(net.trace());
            }
            return done();
        });
        return traces;
    }

    @Test
    void the_same_seed_gives_the_same_run() {
        LinkOptions bad = LinkOptions.defaults()
                .latency(Duration.ofMillis(1), Duration.ofMillis(50))
                .loss(0.1)
                .bandwidth(10_000);
        var serving = Certificates.RSA.serving();
        var connecting = Certificates.RSA.connecting();
        List<String> first = runs(bad, serving, connecting);
        assertEquals(first, runs(bad, serving, connecting)); // with what the options remember of the first runs
        assertEquals(first, runs(bad, Certificates.RSA.serving(), Certificates.RSA.connecting()));
        assertEquals(5, new HashSet<>(first).size());
    }

    @Test
    void the_same_seed_gives_the_same_run_but_for_the_lengths_of_signatures() {
        LinkOptions bad = LinkOptions.defaults()
                .latency(Duration.ofMillis(1), Duration.ofMillis(50))
                .loss(0.1);
        assertEquals(withoutLengths(runs(bad, SERVING, CONNECTING)), withoutLengths(runs(bad, SERVING, CONNECTING)));
    }

    private static List<String> withoutLengths(List<String> traces) {
        return traces.stream().map(it -> it.replaceAll("\\d+ bytes", "bytes")).toList();
    }

    /** A thread would end in another iteration in each run. */
    @AsyncTest
    void certificates_are_checked_on_the_loop() throws GeneralSecurityException {
        List<Thread> checking = new ArrayList<>();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting(() -> checking.add(Thread.currentThread()))}, null);
        try (var net = new SimulatedNetwork()) {
            net.host("server").createTask(() -> serve(SERVING));
            await(ask(ConnectOptions.defaults().tls(TlsOptions.defaults().context(context))));
        }
        assertEquals(List.of(Thread.currentThread()), checking);
    }

    /** Trusts everybody. */
    private record Trusting(Runnable checks) implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            checks.run();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            checks.run();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void a_session_is_resumed_within_a_run_and_not_by_the_next() {
        List<Boolean> resumed = new ArrayList<>();
        new Explorer().schedules(2).run(() -> {
            try (var net = new SimulatedNetwork()) {
                Host server = net.host("server");
                server.createTask(() -> serve(SERVING_RSA));
                await(ask(CONNECTING_RSA));
                long before = net.delivered(server, net.local()).length;
                await(ask(CONNECTING_RSA));
                resumed.add(net.delivered(server, net.local()).length - before < before - 500); // no certificate
                resumed.add(before < 1_000);
            }
            return done();
        });
        assertEquals(List.of(true, false, true, false, true, false), resumed);
    }

    /** Of all runs, as the constants of a program are. */
    private static final ServerOptions SERVING_RSA = Certificates.RSA.serving();

    private static final ConnectOptions CONNECTING_RSA = Certificates.RSA.connecting();

    // ---- a network that fails

    @AsyncTest
    void a_partition_in_the_middle_of_a_handshake_is_ended_by_its_limit() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> serve(
                    ServerOptions.defaults().tls(Certificates.EC.identity().handshakeLimit(SECOND.multipliedBy(20)))));
            var refused = createTask(refusal(
                    ConnectOptions.defaults().tls(Certificates.EC.trusting().handshakeLimit(SECOND.multipliedBy(10)))));
            await(sleep(AMID));
            net.partition(net.local(), server);

            String refusal = await(refused);
            assertHas(
                    "at 10200: The TLS handshake with server (10.0.0.2:443) failed: it took longer than 10.0 s",
                    refusal);
            assertEquals(0, net.local().openConnections());
            assertEquals(1, server.openConnections());
            await(sleep(SECOND.multipliedBy(11)));
            assertEquals(0, server.openConnections());
            assertHas(
                    "20.3 s: server reports: Serving a client failed: The TLS handshake with test (10.0.0.1:49152) failed: ",
                    net.trace());

            net.heal();
            await(ask(CONNECTING));
        }
    }

    @AsyncTest
    void a_partition_that_is_shorter_than_the_limit_only_delays_a_handshake() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> serve(SERVING));
            var asking = createTask(ask(CONNECTING));
            await(sleep(AMID));
            net.partition(net.local(), server);
            await(sleep(SECOND.multipliedBy(10)));
            assertFalse(asking.done());
            net.heal();
            await(asking);
        }
    }

    @AsyncTest
    void a_reset_ends_a_handshake_at_both_ends() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> serve(SERVING));
            var refused = createTask(refusal(CONNECTING));
            await(sleep(AMID));
            net.reset(net.local(), server);
            String refusal = await(refused);
            assertHas("at 350: The TLS handshake with server (10.0.0.2:443) failed: the connection broke: ", refusal);
            assertHas("Connection reset", refusal);
            await(sleep(SECOND));
            assertEquals(0, server.openConnections() + net.local().openConnections());
            assertEquals(1, net.count(Kind.REPORT), net::trace);
            await(ask(CONNECTING));
        }
    }

    @AsyncTest
    void a_server_that_crashes_in_a_handshake_is_waited_for_until_the_limit() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> serve(SERVING));
            // In 1.3 the server would have done its part by then.
            var options = ConnectOptions.defaults()
                    .tls(Certificates.EC.trusting().protocols("TLSv1.2").handshakeLimit(SECOND.multipliedBy(10)));
            var refused = createTask(refusal(options));
            await(sleep(AMID));
            server.crash();
            assertHas("at 10200: The TLS handshake with server (10.0.0.2:443) failed: it took longer", await(refused));

            server.restart(() -> serve(SERVING));
            await(ask(options));
            assertEquals(0, net.count(Kind.REPORT), net::trace);
        }
    }

    @AsyncTest
    void a_client_that_crashes_in_a_handshake_is_given_up() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            Host client = net.host("client");
            server.createTask(() -> serve(SERVING));
            var asking = client.createTask(() -> ask(CONNECTING));
            await(sleep(AMID));
            client.crash();
            assertTrue(asking.cancelled());
            assertEquals(1, server.openConnections());
            await(sleep(SECOND.multipliedBy(61)));
            assertEquals(0, server.openConnections());
            assertHas("it took longer than 60.0 s", net.trace());

            await(client.restart(() -> ask(CONNECTING)));
        }
    }

    @AsyncTest
    void a_client_that_gives_up_in_a_handshake_fails_no_test() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> serve(SERVING));
            var asking = createTask(ask(CONNECTING));
            await(sleep(AMID));
            await(cancelAndWait(asking));
            await(sleep(SECOND));
            assertEquals(0, server.openConnections() + net.local().openConnections());
            assertEquals(1, net.count(Kind.REPORT), net::trace);
        }
    }

    @Test
    void a_certificate_that_nobody_trusts_fails_the_test() {
        AssertionError failure = assertThrows(
                AssertionError.class,
                () -> dev.fermata.testing.AsyncTests.run(() -> {
                    try (var net = new SimulatedNetwork()) {
                        net.host("server").createTask(() -> serve(Certificates.RSA.serving()));
                        assertHas("signed by nobody who is trusted here", await(refusal(CONNECTING)));
                        await(sleep(SECOND));
                    }
                    return done();
                }));
        assertHas("The TLS handshake with test (10.0.0.1:49152) failed", failure.getMessage());
    }

    @AsyncTest
    @Explore(schedules = 10, cancels = true)
    void a_cancel_at_any_await_leaves_nothing_open() {
        try (var net = new SimulatedNetwork(SLOW)) {
            Host server = net.host("server");
            server.createTask(() -> serve(SERVING));
            try {
                await(ask(CONNECTING));
            } finally {
                assertEquals(0, net.local().openConnections());
            }
        }
    }
}
