package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Certificates.*;
import static dev.fermata.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that others have made: the blocking sockets of the JDK, and OpenSSL where it is on the path. */
@Timeout(60)
final class TlsPeersTest {
    private final List<Throwable> reported = new ArrayList<>();

    private static ServerOptions serving(String version) {
        return ServerOptions.defaults().tls(server().protocols(version));
    }

    private static ConnectOptions connecting(String version) {
        return ConnectOptions.defaults().tls(client().identity(CLIENT, PASSWORD).protocols(version));
    }

    private void report() {
        EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(peer.write(line + "\n"));
        }
        await(peer.write("end\n"));
        return done();
    }

    // ---- the JDK's sockets

    /** Writes lines, half-closes where that can be done, and returns what came back. */
    private static List<String> talk(SSLSocket socket, boolean halfCloses) throws IOException {
        try (socket) {
            Writer out = new OutputStreamWriter(socket.getOutputStream(), UTF_8);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            List<String> lines = new ArrayList<>();
            for (String line : List.of("tea", "milk", "x".repeat(50_000))) {
                out.write(line + "\n");
                out.flush();
                lines.add(in.readLine());
            }
            if (halfCloses) {
                socket.shutdownOutput();
                lines.add(in.readLine());
                lines.add(in.readLine());
            }
            return lines;
        }
    }

    private static final List<String> TALKED = List.of("tea", "milk", "x".repeat(50_000));

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_blocking_client_of_the_jdk(String version) {
        boolean halfCloses = version.equals("TLSv1.3");
        List<String> expected = new ArrayList<>(TALKED);
        if (halfCloses) {
            expected.addAll(Arrays.asList("end", null));
        }
        run(() -> {
            report();
            try (var server = await(startServer(TlsPeersTest::echo, "127.0.0.1", 0, serving(version)))) {
                for (int i = 0; i < 3; i++) { // the later ones are resumed
                    assertEquals(
                            expected,
                            await(toThread(() -> talk(
                                    (SSLSocket) JDK_CLIENT
                                            .getSocketFactory()
                                            .createSocket(InetAddress.getLoopbackAddress(), server.port()),
                                    halfCloses))));
                }
            }
            return done();
        });
        // In TLS 1.2 the end of one direction is the end of both, which the last line of the echo meets.
        reported.forEach(it -> assertTrue(!halfCloses && it.getMessage().contains("in TLS 1.2 both"), it.toString()));
    }

    private static final javax.net.ssl.SSLContext JDK_CLIENT = jdk(CLIENT);
    private static final javax.net.ssl.SSLContext JDK_SERVER = jdk(SERVER);

    private static javax.net.ssl.SSLContext jdk(java.security.KeyStore identity) {
        try {
            return context(identity);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, false", "TLSv1.2, false", "TLSv1.3, true", "TLSv1.2, true"})
    void a_blocking_server_of_the_jdk(String version, boolean needsCertificate) {
        run(() -> {
            try (SSLServerSocket listening = (SSLServerSocket)
                    JDK_SERVER.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                listening.setNeedClientAuth(needsCertificate);
                ConnectOptions options = connecting(version); // one context, so that the second one is resumed
                for (int i = 0; i < 2; i++) {
                    Task<Object> serving = createTask(toThread(() -> echoBlocking(listening)));
                    try (var peer = await(openConnection("localhost", listening.getLocalPort(), options))) {
                        for (String line : TALKED) {
                            await(peer.write(line + "\n"));
                            assertEquals(line, await(peer.readLine()));
                        }
                        assertEquals(version, peer.tlsSession().getProtocol());
                        await(peer.writeEof());
                        assertNull(await(peer.readLine()));
                    }
                    assertEquals(needsCertificate ? "CN=a client" : "", await(serving));
                }
            }
            return done();
        });
    }

    private static Object echoBlocking(SSLServerSocket listening) throws IOException {
        try (SSLSocket socket = (SSLSocket) listening.accept()) {
            Writer out = new OutputStreamWriter(socket.getOutputStream(), UTF_8);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (String line; (line = in.readLine()) != null; ) {
                out.write(line + "\n");
                out.flush();
            }
            return listening.getNeedClientAuth()
                    ? socket.getSession().getPeerPrincipal().toString()
                    : "";
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void large_transfers_in_both_directions_at_once_with_the_jdk(String version) {
        byte[] bytes = new byte[5_000_000];
        new Random(2).nextBytes(bytes);
        run(() -> {
            try (SSLServerSocket listening = (SSLServerSocket)
                    JDK_SERVER.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Callable<byte[]> both = () -> {
                    try (SSLSocket socket = (SSLSocket) listening.accept()) {
                        Thread writing = new Thread(() -> {
                            try {
                                socket.getOutputStream().write(bytes);
                            } catch (IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
                        writing.start();
                        byte[] read = socket.getInputStream().readNBytes(bytes.length);
                        writing.join();
                        return read;
                    }
                };
                Task<byte[]> serving = createTask(toThread(both));
                try (var peer = await(openConnection("localhost", listening.getLocalPort(), connecting(version)))) {
                    Task<Void> writing = createTask(peer.write(bytes));
                    assertArrayEquals(bytes, await(peer.readExactly(bytes.length)));
                    await(writing);
                    assertArrayEquals(bytes, await(serving));
                    assertNull(await(peer.readLine()));
                }
            }
            return done();
        });
    }

    // ---- a client that writes, reads nothing and closes

    private static final int UPLOADED = 300_000;

    /** The server sleeps before it reads. */
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void an_upload_and_a_close_at_once_arrive_whole_at_the_jdk(String version) {
        byte[] bytes = new byte[UPLOADED];
        new Random(4).nextBytes(bytes);
        run(() -> {
            try (SSLServerSocket listening = (SSLServerSocket)
                    JDK_SERVER.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                Callable<byte[]> readLate = () -> {
                    try (SSLSocket socket = (SSLSocket) listening.accept()) {
                        socket.startHandshake(); // in TLS 1.3 it sends tickets then
                        Thread.sleep(30);
                        return socket.getInputStream().readAllBytes();
                    }
                };
                Task<byte[]> serving = createTask(toThread(readLate));
                await(upload(bytes, listening.getLocalPort(), version));
                assertArrayEquals(bytes, await(serving));
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Void> upload(byte[] bytes, int port, String version) {
        if (version.equals("TLSv1.3")) {
            await(LateTickets.upload(bytes, port, connecting(version)));
        } else { // whose server sends nothing after the handshake
            try (var peer = await(openConnection("localhost", port, connecting(version)))) {
                await(peer.write(bytes));
            }
        }
        return done();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void an_upload_and_a_close_at_once_arrive_whole_at_openssl(String version, @TempDir Path folder) throws Exception {
        OpenSsl.assume();
        Path key = pem(SERVER, folder);
        String line = "a line of an upload\n";
        int lines = UPLOADED / line.length();
        run(() -> {
            try (OpenSsl server = new OpenSsl(OpenSsl.server(version, key))) {
                int port = await(toThread(() -> OpenSsl.port(server.until("ACCEPT"))));
                Task<String> last = createTask(toThread(() -> server.until("the last line")));
                await(upload((line.repeat(lines) + "the last line\n").getBytes(UTF_8), port, version));
                await(last);
                await(toThread(() -> server.until("DONE"))); // which is its word for the end of the stream
                assertEquals(lines, server.seen("a line of an upload"));
            }
            return done();
        });
    }

    // ---- OpenSSL

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void openssl_as_client(String version, @TempDir Path folder) throws Exception {
        OpenSsl.assume();
        Path ca = pem(SERVER, folder);
        run(() -> {
            report();
            var options = ServerOptions.defaults()
                    .tls(server().applicationProtocols("echo").protocols(version));
            try (var server = await(startServer(TlsPeersTest::echo, "127.0.0.1", 0, options))) {
                Callable<Void> talking = () -> {
                    try (OpenSsl client = new OpenSsl(OpenSsl.client(server.port(), version, ca))) {
                        client.until("ALPN protocol: echo");
                        client.until(version.equals("TLSv1.3") ? "Verify return code: 0" : "    Verify return code: 0");
                        client.type("tea");
                        client.until("tea");
                        if (version.equals("TLSv1.3")) {
                            for (int i = 0; i < 3; i++) {
                                client.type("K"); // new keys, and the peer is to make new ones too
                                client.until("KEYUPDATE");
                                client.type("milk" + i);
                                client.until("milk" + i);
                            }
                        }
                        client.type("Q");
                        client.process.waitFor();
                    }
                    return null;
                };
                await(toThread(talking));
                while (server.connections() > 0) {
                    await(sleep(Duration.ofMillis(1)));
                }
            }
            return done();
        });
        // OpenSSL ends without reading the last line, so that may meet a closed connection.
        reported.forEach(it -> assertFalse(it.getMessage().contains("truncated"), it.toString()));
    }

    @Test
    void a_renegotiation_that_a_client_asks_for_is_refused(@TempDir Path folder) throws Exception {
        OpenSsl.assume();
        Path ca = pem(SERVER, folder);
        run(() -> {
            report();
            var options = ServerOptions.defaults()
                    .tls(server().applicationProtocols("echo").protocols("TLSv1.2"));
            try (var server = await(startServer(TlsPeersTest::echo, "127.0.0.1", 0, options))) {
                Callable<Void> talking = () -> {
                    try (OpenSsl client = new OpenSsl(OpenSsl.client(server.port(), "TLSv1.2", ca))) {
                        client.until("ALPN protocol: echo");
                        client.type("tea");
                        client.until("tea");
                        client.type("R");
                        client.until("RENEGOTIATING");
                        client.process.waitFor();
                    }
                    return null;
                };
                await(toThread(talking));
            }
            return done();
        });
        assertEquals(1, reported.size());
        assertTrue(reported.get(0).getMessage().contains("asked for a renegotiation, which is refused"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void openssl_as_server(String version, @TempDir Path folder) throws Exception {
        OpenSsl.assume();
        Path key = pem(SERVER, folder);
        run(() -> {
            try (OpenSsl server = new OpenSsl(OpenSsl.server(version, key))) {
                int port = await(toThread(() -> OpenSsl.port(server.until("ACCEPT"))));
                var options = ConnectOptions.defaults()
                        .tls(client().applicationProtocols("echo").protocols(version));
                try (var peer = await(openConnection("localhost", port, options))) {
                    assertEquals("echo", peer.applicationProtocol());
                    await(peer.write("tea\n"));
                    await(toThread(() -> server.until("tea")));
                    server.type("milk");
                    assertEquals("milk", await(peer.readLine()));
                    if (version.equals("TLSv1.3")) {
                        for (int i = 0; i < 3; i++) {
                            server.type("K");
                            await(peer.write("and" + i + "\n"));
                            String expected = "and" + i;
                            await(toThread(() -> server.until(expected))); // it has obeyed by then
                            server.type("sugar" + i);
                            assertEquals("sugar" + i, await(peer.readLine()));
                        }
                    }
                    server.type("q"); // s_server goes without a goodbye
                    await(peer.readLine(), IOException.class);
                    fail("it has not said that this is the end");
                } catch (SSLException e) {
                    assertTrue(e.getMessage().contains("truncated"), e.getMessage());
                } catch (SocketException e) { // it has not read everything before it went
                    assertTrue(e.getMessage().endsWith("Connection reset"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void a_renegotiation_that_a_server_asks_for_is_refused(@TempDir Path folder) throws Exception {
        OpenSsl.assume();
        Path key = pem(SERVER, folder);
        run(() -> {
            try (OpenSsl server = new OpenSsl(OpenSsl.server("TLSv1.2", key))) {
                int port = await(toThread(() -> OpenSsl.port(server.until("ACCEPT"))));
                try (var peer = await(openConnection("localhost", port, connecting("TLSv1.2")))) {
                    server.type("r");
                    await(peer.readLine(), IOException.class);
                    fail("it asks for a renegotiation");
                } catch (SSLException e) {
                    assertTrue(e.getMessage().contains("asked for a renegotiation, which is refused"), e.getMessage());
                }
            }
            return done();
        });
    }
}
