package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.ExceptionHandler.Kind;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a server reports of a client that it could not serve: a connection that failed is told from a mistake of the handler. */
@Timeout(60)
final class ServerReportsTest {
    /** What a client does, in a thread, before its connection is closed. */
    private interface Client {
        void talk(Socket socket) throws IOException, GeneralSecurityException;
    }

    private static final Client RESETS = socket -> {
        socket.getOutputStream().write("tea\n".getBytes());
        socket.setSoLinger(true, 0);
    };

    private static final Client SENDS_A_PIECE =
            socket -> socket.getOutputStream().write("tea".getBytes());

    private static void assertClosedHere(ExceptionHandler.Context report) {
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving 127.0.0.1:PORT failed: the connection was closed here, while it was in use",
                report);
    }

    private static void readUntilReset(Socket socket) {
        assertThrows(IOException.class, () -> {
            while (socket.getInputStream().read() >= 0) {}
        });
    }

    private static ExceptionHandler.Context reported(ConnectionHandler handler, Client client) {
        return reported(ServerOptions.defaults(), handler, client);
    }

    /** Returns the one report of a server with one client. */
    private static ExceptionHandler.Context reported(ServerOptions options, ConnectionHandler handler, Client client) {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reports.add(what));
            await(serve(options, handler, client, reports));
            return done();
        });
        assertEquals(1, reports.size(), reports::toString);
        return reports.get(0);
    }

    @Async
    private static Coroutine<Void> serve(
            ServerOptions options, ConnectionHandler handler, Client client, List<?> reports) {
        try (var server = await(startServer(handler, "127.0.0.1", 0, options))) {
            await(runInThread(() -> {
                try (Socket socket = new Socket("127.0.0.1", server.port())) {
                    client.talk(socket);
                }
            }));
            while (reports.isEmpty()) {
                await(sleep(Duration.ofMillis(1)));
            }
            await(server.drain(FOREVER));
        }
        return done();
    }

    private static void assertReport(Kind kind, String message, ExceptionHandler.Context report) {
        assertEquals(kind, report.kind(), report::toString);
        assertTrue(
                Pattern.matches(
                        Pattern.quote(message).replace("PORT", "\\E\\d+\\Q").replace("…", "\\E.*\\Q"),
                        report.message()),
                report.message());
    }

    @Test
    void a_client_that_resets_its_connection() {
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: Reading from 127.0.0.1:PORT: Connection reset…",
                reported(
                        peer -> {
                            await(peer.readLine());
                            await(peer.readLine());
                            return done();
                        },
                        RESETS));
    }

    @Test
    void a_client_that_goes_while_it_is_written_to() {
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: Writing to 127.0.0.1:PORT: …",
                reported(
                        peer -> {
                            while (true) {
                                await(peer.write(new byte[100_000]));
                            }
                        },
                        socket -> assertTrue(socket.getInputStream().read() >= 0)));
    }

    @Test
    void a_client_that_goes_while_it_is_sent_a_file(@TempDir Path folder) throws IOException {
        Path path = Files.write(folder.resolve("large"), new byte[10_000_000]);
        try (FileChannel file = FileChannel.open(path)) {
            assertReport(
                    Kind.CONNECTION_FAILED,
                    "Serving a client failed: Sending a file to 127.0.0.1:PORT: …",
                    reported(
                            peer -> {
                                while (true) {
                                    await(peer.sendFile(file, 0, 10_000_000));
                                }
                            },
                            socket -> assertTrue(socket.getInputStream().read() >= 0)));
        }
    }

    @Test
    void a_client_that_goes_in_the_middle_of_something() {
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: The stream from 127.0.0.1:PORT ended after 3 of 10 bytes",
                reported(
                        peer -> {
                            await(peer.readExactly(10));
                            return done();
                        },
                        SENDS_A_PIECE));
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: The stream from 127.0.0.1:PORT ended after 3 bytes, without the separator",
                reported(
                        peer -> {
                            await(peer.readUntil(new byte[] {0}));
                            return done();
                        },
                        SENDS_A_PIECE));
    }

    @Test
    void a_client_that_sends_more_than_the_limit() {
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: A line of more than 2 bytes came from 127.0.0.1:PORT. …",
                reported(
                        ServerOptions.defaults().limit(2),
                        peer -> {
                            await(peer.readLine());
                            return done();
                        },
                        SENDS_A_PIECE));
    }

    @Test
    void a_client_that_speaks_no_tls_or_ends_it_without_saying_so() {
        ServerOptions tls = ServerOptions.defaults().tls(Certificates.server());
        ConnectionHandler reading = peer -> {
            await(peer.readLine());
            return done();
        };
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: The TLS handshake with 127.0.0.1:PORT failed: …It sent \"GET /\\r\\n\"…",
                reported(tls, reading, socket -> {
                    socket.getOutputStream().write("GET /\r\n".getBytes());
                    assertEquals(-1, socket.getInputStream().read());
                }));
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: The stream from 127.0.0.1:PORT was truncated: …",
                reported(tls, reading, socket -> {
                    var secured = (SSLSocket) Certificates.context(Certificates.CLIENT)
                            .getSocketFactory()
                            .createSocket(socket, "localhost", socket.getPort(), false);
                    secured.getOutputStream().write("no end".getBytes());
                    socket.shutdownOutput(); // without the message of TLS for the end
                    socket.getInputStream().readAllBytes();
                }));
    }

    @Test
    void a_connection_that_another_task_closes() {
        assertClosedHere(reported(
                peer -> {
                    EventLoop.running().callLater(Duration.ofMillis(1), peer::abort);
                    await(peer.readLine());
                    return done();
                },
                socket -> assertThrows(
                        IOException.class, () -> socket.getInputStream().read())));
    }

    @Test
    void the_failures_of_a_group_and_causes() {
        ConnectionHandler group = peer -> {
            try (var both = new TaskGroup()) {
                both.createTask(peer.readExactly(10));
                both.createTask(peer.readExactly(10)); // refused
            }
            return done();
        };
        assertEquals(Kind.HANDLER_FAILED, reported(group, SENDS_A_PIECE).kind());
        ConnectionHandler readingInGroup = peer -> {
            try (var both = new TaskGroup()) {
                both.createTask(peer.readExactly(10));
                both.createTask(sleep(FOREVER));
            }
            return done();
        };
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: The stream from 127.0.0.1:PORT ended after 3 of 10 bytes",
                reported(readingInGroup, SENDS_A_PIECE));
        ConnectionHandler wrapping = peer -> {
            try {
                await(peer.readExactly(10), IOException.class);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return done();
        };
        assertReport(
                Kind.CONNECTION_FAILED,
                "Serving a client failed: The stream from 127.0.0.1:PORT ended after 3 of 10 bytes",
                reported(wrapping, SENDS_A_PIECE));
    }

    @Test
    void failures_that_are_not_of_the_connection() {
        ConnectionHandler mistaken = peer -> {
            await(peer.readLine());
            throw new IllegalStateException("a mistake");
        };
        assertReport(Kind.HANDLER_FAILED, "Serving 127.0.0.1:PORT failed", reported(mistaken, RESETS));
        ConnectionHandler connecting = peer -> {
            try (var other = await(openConnection("127.0.0.1", 1))) {
                await(other.write("x"));
            }
            return done();
        };
        assertReport(Kind.HANDLER_FAILED, "Serving 127.0.0.1:PORT failed", reported(connecting, SENDS_A_PIECE));
        ConnectionHandler readingAFile = peer -> {
            try {
                await(peer.readExactly(10), IOException.class);
            } catch (IOException e) {
                throw new IOException("the disk is full");
            }
            return done();
        };
        assertReport(Kind.HANDLER_FAILED, "Serving 127.0.0.1:PORT failed", reported(readingAFile, SENDS_A_PIECE));
        ConnectionHandler usingAfterClose = peer -> {
            await(peer.aclose());
            await(peer.write("x"));
            return done();
        };
        assertReport(Kind.HANDLER_FAILED, "Serving 127.0.0.1:PORT failed", reported(usingAfterClose, SENDS_A_PIECE));
        ConnectionHandler writingAfterEof = peer -> {
            await(peer.writeEof());
            await(peer.write("x"));
            return done();
        };
        assertReport(Kind.HANDLER_FAILED, "Serving 127.0.0.1:PORT failed", reported(writingAfterEof, SENDS_A_PIECE));
    }

    @Test
    void an_exception_that_does_not_tell_its_cause_ends_no_server() {
        ConnectionHandler stubborn = peer -> {
            throw new IllegalStateException("a mistake") {
                private static final long serialVersionUID = 1;

                @Override
                public synchronized Throwable getCause() {
                    throw new IllegalStateException("no cause");
                }
            };
        };
        assertEquals(Kind.HANDLER_FAILED, reported(stubborn, SENDS_A_PIECE).kind());
    }

    @Test
    void the_default_handler_logs_a_connection_in_one_line_and_a_mistake_with_its_trace() {
        ConnectionHandler reading = peer -> {
            await(peer.readExactly(10));
            return done();
        };
        ConnectionHandler mistaken = peer -> {
            throw new IllegalStateException("a mistake");
        };
        LogRecord ofClient = logged(reading, false);
        assertEquals(Level.INFO, ofClient.getLevel());
        assertNull(ofClient.getThrown());
        assertTrue(ofClient.getMessage().startsWith("Serving a client failed: The stream from 127.0.0.1:"));
        LogRecord inDebugMode = logged(reading, true);
        assertEquals(Level.INFO, inDebugMode.getLevel());
        assertEquals(IncompleteReadException.class, inDebugMode.getThrown().getClass());
        LogRecord ofMistake = logged(mistaken, false);
        assertEquals(Level.SEVERE, ofMistake.getLevel());
        assertEquals("a mistake", ofMistake.getThrown().getMessage());
    }

    /** Returns what is logged of a handler, when a client sends a piece of what it expects. */
    private static LogRecord logged(ConnectionHandler handler, boolean isDebug) {
        List<LogRecord> records = new ArrayList<>();
        Logger logger = Logger.getLogger("dev.fermata");
        Handler recording = new Handler() {
            @Override
            public void publish(LogRecord record) {
                records.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(recording);
        logger.setUseParentHandlers(false);
        try {
            run(() -> {
                EventLoop.running().setDebug(isDebug);
                EventLoop.running().setSlowCallbackDuration(Duration.ofMinutes(1));
                await(serve(ServerOptions.defaults(), handler, SENDS_A_PIECE, records));
                return done();
            });
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(recording);
        }
        assertEquals(
                1,
                records.size(),
                () -> records.stream().map(LogRecord::getMessage).toList().toString());
        return records.get(0);
    }

    @Test
    void a_file_that_cannot_be_read_is_no_failure_of_the_connection(@TempDir Path folder) {
        ExceptionHandler.Context report = reported(
                peer -> {
                    try (FileChannel directory = FileChannel.open(folder)) {
                        await(peer.sendFile(directory, 0, 10));
                    }
                    return done();
                },
                socket -> socket.getInputStream().read());
        assertEquals(Kind.HANDLER_FAILED, report.kind(), report::toString);
    }

    @Test
    void to_end_the_output_twice_is_a_mistake_of_the_handler() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    await(peer.writeEof());
                    await(peer.writeEof());
                    return done();
                },
                socket -> socket.getInputStream().read());
        assertEquals(Kind.HANDLER_FAILED, report.kind(), report::toString);
    }

    /** Of two tasks that write, the second one waits for the first, and learns of the end like that one. */
    @Test
    void a_connection_that_is_aborted_while_a_write_waits_for_another_one() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    Task<Void> first = createTask(peer.write(new byte[50_000_000]));
                    EventLoop.running().callLater(Duration.ofMillis(50), peer::abort);
                    await(sleep(Duration.ZERO));
                    try {
                        await(peer.write("second\n"));
                    } finally {
                        await(gatherSettled(List.of(first)));
                    }
                    return done();
                },
                ServerReportsTest::readUntilReset);
        assertClosedHere(report);
    }

    @Test
    void a_connection_that_is_closed_while_its_reader_gives_way() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    for (int i = 0; i < 16; i++) {
                        await(peer.write("x"));
                    }
                    EventLoop.running().callSoon(peer::abort);
                    await(peer.readLine());
                    return done();
                },
                ServerReportsTest::readUntilReset);
        assertClosedHere(report);
    }

    /** The second failure is one of the connection too, though the output had ended with the first. */
    @Test
    void a_client_that_is_gone_when_the_handler_writes_on_after_a_failure() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    try {
                        await(peer.write(new byte[50_000_000]), IOException.class);
                    } catch (IOException ignored) {
                        await(peer.write("sorry\n"));
                    }
                    return done();
                },
                socket -> {
                    assertEquals(0, socket.getInputStream().read());
                    socket.setSoLinger(true, 0);
                });
        assertEquals(Kind.CONNECTION_FAILED, report.kind(), report::toString);
    }

    @Test
    void to_start_tls_behind_the_end_of_the_output_is_a_mistake_of_the_handler() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    await(peer.writeEof());
                    await(peer.startTls(Certificates.server()));
                    return done();
                },
                socket -> socket.getInputStream().read());
        assertReport(Kind.HANDLER_FAILED, "Serving 127.0.0.1:PORT failed", report);
    }

    /** Other tasks send it what is new, say in a chat, and leave it to its handler to notice that it is gone. */
    @Test
    void a_client_that_is_gone_is_found_gone_often() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    for (int i = 0; i < 40; i++) {
                        await(sleep(Duration.ofMillis(10)));
                        try {
                            await(peer.write("news\n"), IOException.class);
                        } catch (IOException gone) {
                            // the next read says so
                        }
                    }
                    await(peer.write("the end\n"));
                    return done();
                },
                RESETS);
        assertEquals(Kind.CONNECTION_FAILED, report.kind(), report::toString);
    }

    @Test
    void a_group_that_is_the_cause_of_one_of_its_own_ends_no_server() {
        ExceptionHandler.Context report = reported(
                peer -> {
                    RuntimeException leaf = new RuntimeException("leaf");
                    var group = new dev.fermata.ExceptionGroup("group", List.of(leaf));
                    leaf.initCause(group);
                    throw group;
                },
                socket -> socket.getInputStream().read());
        assertEquals(Kind.HANDLER_FAILED, report.kind(), report::toString);
    }
}
