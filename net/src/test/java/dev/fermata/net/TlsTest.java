package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Certificates.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Client and server of this module, over sockets of the system. */
@Timeout(60)
final class TlsTest {
    /** What was reported to the loop's exception handler. */
    private final List<Throwable> reported = new ArrayList<>();

    /** Calls {@code client} with a connection whose peer is served by {@code handler}. */
    private interface Client {
        Coroutine<Void> talk(Connection peer) throws Exception;
    }

    private void between(TlsOptions server, TlsOptions client, ConnectionHandler handler, Client talking) {
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            try (var serving = await(startServer(
                            handler, "127.0.0.1", 0, ServerOptions.defaults().tls(server)));
                    var peer = await(openConnection(
                            "127.0.0.1",
                            serving.port(),
                            ConnectOptions.defaults().tls(client)))) {
                await(talking.talk(peer));
            }
            return done();
        });
    }

    /** Returns why {@code client} cannot connect to a server of {@code handler}. */
    private String refusal(TlsOptions server, TlsOptions client, ConnectionHandler handler) {
        String[] message = new String[1];
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            try (var serving = await(startServer(
                    handler, "127.0.0.1", 0, ServerOptions.defaults().tls(server)))) {
                try (var peer = await(
                        openConnection(
                                "127.0.0.1",
                                serving.port(),
                                ConnectOptions.defaults().tls(client)),
                        IOException.class)) {
                    await(peer.readLine(), IOException.class); // in TLS 1.3 the server decides after the client
                    fail("it should be refused");
                } catch (SSLException e) {
                    message[0] = e.getMessage();
                }
                while (serving.connections() > 0) {
                    await(sleep(Duration.ofMillis(1)));
                }
            }
            assertEquals(1, allTasks().size());
            return done();
        });
        return message[0];
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        return done();
    }

    private static void assertHas(String part, String text) {
        assertTrue(text.contains(part), text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_line_comes_back(String version) {
        between(server(), client().protocols(version), TlsTest::echo, peer -> {
            await(peer.write("tea\r\nmilk\n"));
            assertEquals("tea", await(peer.readLine()));
            assertEquals("milk", await(peer.readLine()));
            SSLSession session = peer.tlsSession();
            assertEquals(version, session.getProtocol());
            assertEquals(
                    SERVER.getCertificate("key0"), session.getPeerCertificates()[0], "the one for 127.0.0.1 is taken");
            assertNull(peer.applicationProtocol());
            return done();
        });
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void both_ends_read_the_end_of_the_other_stream(String version) {
        List<String> served = new ArrayList<>();
        between(
                server().protocols(version),
                client(),
                peer -> {
                    for (String line; (line = await(peer.readLine())) != null; ) {
                        served.add(line);
                    }
                    assertTrue(peer.isAtEnd());
                    if (version.equals("TLSv1.3")) {
                        await(peer.write("after your end\n"));
                    } else {
                        try {
                            await(peer.write("after your end\n"), IOException.class);
                            fail("TLS 1.2 ends both directions");
                        } catch (SSLException e) {
                            assertHas("the peer has ended the connection", e.getMessage());
                        }
                    }
                    return done();
                },
                peer -> {
                    await(peer.write("one\ntwo\n"));
                    await(peer.writeEof());
                    assertEquals(version.equals("TLSv1.3") ? "after your end" : null, await(peer.readLine()));
                    assertNull(await(peer.readLine()));
                    return done();
                });
        assertEquals(List.of("one", "two"), served);
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void closing_is_no_truncation(String version) {
        AsyncEvent closed = new AsyncEvent();
        List<String> served = new ArrayList<>();
        between(
                server().protocols(version),
                client(),
                peer -> {
                    served.add(await(peer.readLine()));
                    served.add(await(peer.readLine()));
                    closed.set();
                    return done();
                },
                peer -> {
                    await(peer.write("tea\n"));
                    await(peer.aclose());
                    await(closed.untilSet());
                    return done();
                });
        assertEquals(Arrays.asList("tea", null), served);
        between(
                server().protocols(version),
                client(),
                peer -> done(), // is closed at once
                peer -> {
                    assertNull(await(peer.readLine()));
                    return done();
                });
        assertEquals(List.of(), reported);
    }

    /** The server's tickets come after the handshake, and a socket that is closed with something unread resets the connection. */
    @ParameterizedTest
    @CsvSource({"TLSv1.3, 0", "TLSv1.3, 30", "TLSv1.2, 0", "TLSv1.2, 30"})
    void what_was_written_before_a_close_arrives(String version, int pause) {
        for (int size : new int[] {10, 300_000}) {
            AsyncQueue<Integer> arrived = new AsyncQueue<>();
            run(() -> {
                EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
                ConnectionHandler handler = peer -> {
                    await(sleep(Duration.ofMillis(20))); // the client is closed before this reads
                    await(arrived.put(await(peer.readAll(1_000_000)).length));
                    return done();
                };
                ServerOptions options = ServerOptions.defaults().tls(server().protocols(version));
                try (var serving = await(startServer(handler, "127.0.0.1", 0, options))) {
                    try (var peer = await(openConnection(
                            "127.0.0.1",
                            serving.port(),
                            ConnectOptions.defaults().tls(client())))) {
                        await(sleep(Duration.ofMillis(pause)));
                        await(peer.write(new byte[size]));
                    }
                    assertEquals(size, await(arrived.get()));
                }
                return done();
            });
        }
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void an_answer_arrives_though_the_rest_of_the_question_was_not_read(String version) {
        AsyncEvent answered = new AsyncEvent();
        between(
                server().protocols(version),
                client(),
                peer -> {
                    assertEquals("what was read", await(peer.readLine()));
                    await(sleep(Duration.ofMillis(50))); // the rest arrives
                    await(peer.write(new byte[400_000]));
                    await(peer.aclose());
                    answered.set();
                    return done();
                },
                peer -> {
                    await(peer.write("what was read\n"));
                    await(sleep(Duration.ofMillis(10)));
                    await(peer.write("what was not\n"));
                    assertEquals(1_000, await(peer.readExactly(1_000)).length);
                    await(answered.untilSet());
                    assertEquals(399_000, await(peer.readAll(1_000_000)).length);
                    return done();
                });
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void large_transfers_in_both_directions_at_once(String version) {
        byte[] bytes = new byte[6_000_000];
        new Random(1).nextBytes(bytes);
        List<String> ended = new ArrayList<>();
        between(
                server().protocols(version),
                client(),
                peer -> {
                    Task<Void> writing = createTask(peer.write(bytes));
                    assertArrayEquals(bytes, await(peer.readExactly(bytes.length)));
                    await(writing);
                    ended.add("server");
                    return done();
                },
                peer -> {
                    Task<Void> writing = createTask(peer.write(bytes));
                    assertArrayEquals(bytes, await(peer.readExactly(bytes.length)));
                    await(writing);
                    assertNull(await(peer.readLine()));
                    return done();
                });
        assertEquals(List.of("server"), ended);
        assertEquals(List.of(), reported);
    }

    @Test
    void keys_that_cannot_be_used_are_refused_at_once() throws GeneralSecurityException, IOException {
        KeyStore onlyCertificates = KeyStore.getInstance("PKCS12");
        onlyCertificates.load(null, null);
        onlyCertificates.setCertificateEntry("server", SERVER.getCertificate("key0"));
        var noKey = assertThrows(
                IllegalArgumentException.class, () -> TlsOptions.defaults().identity(onlyCertificates, PASSWORD));
        assertTrue(noKey.getMessage().contains("no private key"), noKey.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> TlsOptions.defaults().identity(SERVER, "nono".toCharArray()));
    }

    @Test
    void a_file_is_sent(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("file");
        byte[] bytes = new byte[3_000_000];
        new Random(1).nextBytes(bytes);
        Files.write(path, bytes);
        between(
                server(),
                client(),
                peer -> {
                    try (FileChannel file = FileChannel.open(path)) {
                        await(peer.sendFile(file, 1_000, bytes.length - 1_000));
                    }
                    return done();
                },
                peer -> {
                    assertArrayEquals(
                            Arrays.copyOfRange(bytes, 1_000, bytes.length), await(peer.readAll(bytes.length)));
                    return done();
                });
        assertEquals(List.of(), reported);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void an_application_protocol_is_agreed_on(String version) {
        List<String> agreed = new ArrayList<>();
        between(
                server().applicationProtocols("h2", "http/1.1").protocols(version),
                client().applicationProtocols("spdy", "http/1.1", "h2"),
                peer -> {
                    agreed.add(peer.applicationProtocol());
                    return done();
                },
                peer -> {
                    assertNull(await(peer.readLine()));
                    agreed.add(peer.applicationProtocol());
                    return done();
                });
        assertEquals(List.of("h2", "h2"), agreed, "the server's preference counts");
    }

    @Test
    void no_common_application_protocol() {
        String message =
                refusal(server().applicationProtocols("h2"), client().applicationProtocols("http/1.1"), TlsTest::echo);
        assertHas("no application protocol in common: TlsOptions.applicationProtocols", message);
        assertHas("TlsOptions.applicationProtocols", reported.get(0).getMessage());
    }

    @Test
    void the_server_is_asked_for_by_name() {
        List<String> asked = new ArrayList<>();
        ConnectionHandler handler = peer -> {
            ((ExtendedSSLSession) peer.tlsSession())
                    .getRequestedServerNames()
                    .forEach(it -> asked.add(new String(it.getEncoded(), UTF_8)));
            return done();
        };
        between(server(), client().serverName("www.example.org"), handler, peer -> {
            assertEquals(SERVER.getCertificate("key1"), peer.tlsSession().getPeerCertificates()[0]);
            assertNull(await(peer.readLine()));
            return done();
        });
        between(server(), client().serverName("localhost"), handler, peer -> {
            assertEquals(SERVER.getCertificate("key0"), peer.tlsSession().getPeerCertificates()[0]);
            assertNull(await(peer.readLine()));
            return done();
        });
        between(server(), client(), handler, peer -> {
            assertNull(await(peer.readLine()));
            return done();
        });
        assertEquals(List.of("www.example.org", "localhost"), asked, "an address is no name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_client_certificate_is_wanted_or_needed(String version) {
        List<Object> who = new ArrayList<>();
        ConnectionHandler handler = peer -> {
            try {
                who.add(((X509Certificate) peer.tlsSession().getPeerCertificates()[0]).getSubjectX500Principal());
            } catch (SSLException nobody) {
                who.add("nobody");
            }
            return done();
        };
        Client untilEnd = peer -> {
            assertNull(await(peer.readLine()));
            return done();
        };
        between(
                server().needClientCertificate().protocols(version),
                client().identity(CLIENT, PASSWORD),
                handler,
                untilEnd);
        between(server().wantClientCertificate().protocols(version), client(), handler, untilEnd);
        assertEquals("[CN=a client, nobody]", who.toString());

        String refused = refusal(server().needClientCertificate().protocols(version), client(), handler);
        assertHas("certificate", refused);
        assertHas("The client has to send a certificate", reported.get(0).getMessage());
        assertEquals(2, who.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_session_is_resumed(String version) {
        TlsOptions client = client();
        List<Long> made = new ArrayList<>();
        run(() -> {
            ConnectionHandler handler = peer -> {
                await(peer.write("hello\n"));
                return done();
            };
            try (var serving = await(startServer(
                    handler, "127.0.0.1", 0, ServerOptions.defaults().tls(server().protocols(version))))) {
                for (int i = 0; i < 2; i++) {
                    try (var peer = await(openConnection(
                            "127.0.0.1",
                            serving.port(),
                            ConnectOptions.defaults().tls(client)))) {
                        assertEquals("hello", await(peer.readLine()));
                        assertNull(await(peer.readLine()));
                        made.add(peer.tlsSession().getCreationTime());
                    }
                    await(sleep(Duration.ofMillis(5)));
                }
            }
            return done();
        });
        assertEquals(made.get(0), made.get(1), "the second session is another one");
    }

    // ---- what does not fit

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_certificate_for_another_host(String version) {
        String message = refusal(server().protocols(version), client().serverName("mail.example.org"), TlsTest::echo);
        assertHas("The TLS handshake with mail.example.org at 127.0.0.1:", message);
        assertHas("is for another host", message);
        assertHas("for localhost, 127.0.0.1", message);
        assertHas("TlsOptions.serverName", message);
        assertEquals(1, reported.size());
        assertHas("The TLS handshake with 127.0.0.1:", reported.get(0).getMessage());
        assertHas("The peer does not accept our certificate", reported.get(0).getMessage());

        between(server(), client().serverName("mail.example.org").checkHost(false), TlsTest::echo, peer -> {
            await(peer.write("tea\n"));
            assertEquals("tea", await(peer.readLine()));
            return done();
        });
    }

    @Test
    void a_certificate_that_nobody_trusted_has_signed() {
        String message = refusal(server(), TlsOptions.defaults(), TlsTest::echo);
        assertHas("the certificate of 127.0.0.1 is signed by nobody who is trusted here", message);
        assertHas("it is of CN=localhost, for localhost, 127.0.0.1, signed by itself", message);
        assertHas("TlsOptions.trusted", message);
        assertFalse(message.contains("PKIX"), message);

        String ofContext =
                refusal(server(), TlsOptions.defaults().trusted(CLIENT).serverName("localhost"), TlsTest::echo);
        assertHas("the certificate of localhost is signed by nobody who is trusted here", ofContext);
    }

    @Test
    void a_certificate_of_a_context_of_the_program() throws Exception {
        var foreign = TlsOptions.defaults().context(context(SERVER)); // trusts the client's only
        String message = refusal(server(), foreign, TlsTest::echo);
        assertHas("The TLS handshake with 127.0.0.1:", message);
        assertHas("the certificate of 127.0.0.1 is signed by nobody who is trusted here", message);
        assertHas("have your SSLContext trust its authority", message);
        assertFalse(message.contains("PKIX"), message);
        assertThrows(IllegalArgumentException.class, () -> foreign.trusted(SERVER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_certificate_that_has_expired(String version) {
        X509Certificate certificate = (X509Certificate) assertDoesNotThrow(() -> Dated.EXPIRED.getCertificate("key0"));
        String message = refusal(
                TlsOptions.defaults().identity(Dated.EXPIRED, PASSWORD).protocols(version),
                TlsOptions.defaults().trusted(Dated.AUTHORITY).serverName("localhost"),
                TlsTest::echo);
        assertHas("The TLS handshake with localhost at 127.0.0.1:", message);
        assertHas(
                "the certificate of localhost expired on "
                        + certificate.getNotAfter().toInstant() + ". The server needs a new one",
                message);
        assertHas("unless the clock of this host is wrong, which says 20", message);
        assertHas("it is of CN=localhost, for localhost, 127.0.0.1, signed by CN=an authority", message);
        assertFalse(message.contains("PKIX"), message);
        assertEquals(1, reported.size());
        assertHas("The TLS handshake with 127.0.0.1:", reported.get(0).getMessage());
        assertHas("ertificate", reported.get(0).getMessage());
    }

    @Test
    void a_certificate_that_is_not_yet_valid() throws Exception {
        String since = ((X509Certificate) Dated.NOT_YET_VALID.getCertificate("key0"))
                .getNotBefore()
                .toInstant()
                .toString();
        TlsOptions server = TlsOptions.defaults().identity(Dated.NOT_YET_VALID, PASSWORD);
        String message = refusal(server, TlsOptions.defaults().trusted(Dated.AUTHORITY), TlsTest::echo);
        assertHas("the certificate of 127.0.0.1 is not valid before " + since + ". Wait until then", message);
        assertHas("clock of this host is wrong, which says 20", message);

        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(Dated.AUTHORITY);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        String ofContext = refusal(server, TlsOptions.defaults().context(context), TlsTest::echo);
        assertHas("the certificate of 127.0.0.1 is not valid before " + since, ofContext);
    }

    @Test
    void a_certificate_whose_authority_has_expired() {
        String message = refusal(
                TlsOptions.defaults().identity(Dated.BY_EXPIRED, PASSWORD),
                TlsOptions.defaults().trusted(Dated.AUTHORITY).serverName("localhost"),
                TlsTest::echo);
        assertHas(
                "the certificate of CN=one between, by which the certificate of localhost is signed, expired on 20",
                message);
    }

    @Test
    void a_certificate_of_a_client_that_has_expired() {
        refusal(
                server().needClientCertificate().trusted(Dated.AUTHORITY),
                client().identity(Dated.EXPIRED, PASSWORD),
                TlsTest::echo);
        assertEquals(1, reported.size());
        assertHas("The TLS handshake with 127.0.0.1:", reported.get(0).getMessage());
        assertHas("the client's certificate expired on 20", reported.get(0).getMessage());
        assertHas("The client needs a new one", reported.get(0).getMessage());
    }

    /** So does the JDK, and docs/streams.md says so. */
    @Test
    void a_certificate_that_is_itself_trusted_is_accepted_after_it_has_expired() throws Exception {
        TlsOptions server = TlsOptions.defaults().identity(Dated.EXPIRED, PASSWORD);
        between(server, TlsOptions.defaults().trusted(trusting(Dated.EXPIRED)), TlsTest::echo, peer -> {
            await(peer.write("tea\n"));
            assertEquals("tea", await(peer.readLine()));
            return done();
        });
        assertEquals(List.of(), reported);
    }

    @Test
    void no_common_version() {
        String message = refusal(server().protocols("TLSv1.3"), client().protocols("TLSv1.2"), TlsTest::echo);
        assertHas("no version of TLS in common: TlsOptions.protocols", message);
        assertHas("127.0.0.1", reported.get(0).getMessage());
        var wrong = assertThrows(IllegalArgumentException.class, () -> client().protocols("TLSv1.1"));
        assertHas("[TLSv1.1]", wrong.getMessage());
    }

    @Test
    void a_server_without_a_certificate_is_refused() {
        var none = assertThrows(
                IllegalArgumentException.class, () -> ServerOptions.defaults().tls(TlsOptions.defaults()));
        assertHas("TlsOptions.identity", none.getMessage());
        assertThrows(
                IllegalArgumentException.class, () -> ServerOptions.defaults().tls(client()));
    }

    @Test
    void a_client_that_does_not_speak_tls() {
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            try (var serving = await(startServer(
                            TlsTest::echo,
                            "127.0.0.1",
                            0,
                            ServerOptions.defaults().tls(server())));
                    var peer = await(openConnection("127.0.0.1", serving.port()))) {
                await(peer.write("GET / HTTP/1.1\r\n\r\n"));
                assertEquals(0, await(peer.readAll(100)).length);
            }
            return done();
        });
        assertHas(
                "the peer does not speak TLS. It sent \"GET / HTTP/1.1\\r\\n\\r\\n\"",
                reported.get(0).getMessage());
    }

    @Test
    void a_server_that_does_not_speak_tls() {
        run(() -> {
            ConnectionHandler handler = peer -> {
                await(peer.write("220 mail.example.org ready\r\n"));
                await(sleep(FOREVER));
                return done();
            };
            try (var serving = await(startServer(handler, "127.0.0.1", 0))) {
                var options = ConnectOptions.defaults().tls(client());
                await(openConnection("127.0.0.1", serving.port(), options), IOException.class);
                fail("it does not speak TLS");
            } catch (SSLException e) {
                assertHas("the peer does not speak TLS. It sent \"220 mail.example.org ready", e.getMessage());
                assertHas("without TlsOptions", e.getMessage());
            }
            try (var serving = await(startServer(peer -> done(), "127.0.0.1", 0))) {
                var options = ConnectOptions.defaults().tls(client());
                await(openConnection("127.0.0.1", serving.port(), options), IOException.class);
                fail("it does not speak TLS");
            } catch (SSLException e) {
                assertHas("Does it speak TLS at this port?", e.getMessage().replace("Does the peer", "Does it"));
            }
            return done();
        });
    }

    @Test
    void a_server_that_says_nothing() {
        run(() -> {
            ConnectionHandler silent = peer -> {
                await(peer.readAll(100_000));
                return done();
            };
            try (var serving = await(startServer(silent, "127.0.0.1", 0))) {
                var options = ConnectOptions.defaults().tls(client().handshakeLimit(Duration.ofMillis(100)));
                await(openConnection("localhost", serving.port(), options), IOException.class);
                fail("it does not speak TLS");
            } catch (SSLException e) {
                assertHas("The TLS handshake with localhost (127.0.0.1:", e.getMessage());
                assertHas("took longer than 0.1 s, and the peer has sent nothing.", e.getMessage());
                assertHas("It may not speak TLS at this port. TlsOptions.handshakeLimit", e.getMessage());
            }
            return done();
        });
    }

    @Test
    void a_silent_client_holds_up_nobody_and_is_given_up() {
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            var options = ServerOptions.defaults().tls(server().handshakeLimit(Duration.ofMillis(500)));
            try (var serving = await(startServer(TlsTest::echo, "127.0.0.1", 0, options));
                    var silent = await(openConnection("127.0.0.1", serving.port()))) {
                try (var peer = await(openConnection(
                        "127.0.0.1", serving.port(), ConnectOptions.defaults().tls(client())))) {
                    await(peer.write("tea\n"));
                    assertEquals("tea", await(peer.readLine()));
                }
                assertEquals(0, await(silent.readAll(100)).length);
            }
            return done();
        });
        assertHas(
                "took longer than 0.5 s, and the peer has sent nothing",
                reported.get(0).getMessage());
        assertHas("TlsOptions.handshakeLimit", reported.get(0).getMessage());
    }

    // ---- startTls

    @Test
    void tls_is_started_in_the_midst_of_a_connection() {
        run(() -> {
            ConnectionHandler handler = peer -> {
                assertEquals("STARTTLS", await(peer.readLine()));
                await(peer.write("go ahead\n"));
                await(peer.startTls(server()));
                await(echo(peer));
                return done();
            };
            try (var serving = await(startServer(handler, "127.0.0.1", 0));
                    var peer = await(openConnection("localhost", serving.port()))) {
                await(peer.write("STARTTLS\n"));
                assertEquals("go ahead", await(peer.readLine()));
                assertNull(peer.tlsSession());
                await(peer.startTls(client()));
                await(peer.write("tea\n"));
                assertEquals("tea", await(peer.readLine()));
                assertEquals("localhost", peer.tlsSession().getPeerHost());
                try {
                    await(peer.startTls(client()));
                    fail("it speaks TLS");
                } catch (IllegalStateException e) {
                    assertHas("TLS is spoken already with localhost (127.0.0.1:", e.getMessage());
                }
                assertTrue(peer.isOpen());
            }
            return done();
        });
    }

    @Test
    void plain_text_that_came_before_tls_is_refused() {
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            ConnectionHandler handler = peer -> {
                await(peer.readLine());
                await(peer.write("go ahead\n"));
                await(peer.startTls(server()));
                return done();
            };
            try (var serving = await(startServer(handler, "127.0.0.1", 0));
                    var peer = await(openConnection("localhost", serving.port()))) {
                await(peer.write("STARTTLS\nRCPT TO: somebody else\n"));
                assertEquals("go ahead", await(peer.readLine()));
                assertNull(await(peer.readLine()));
            }
            return done();
        });
        assertHas("23 bytes came in plain text", reported.get(0).getMessage());
    }
}
