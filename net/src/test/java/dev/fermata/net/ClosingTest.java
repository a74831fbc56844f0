package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Certificates.*;
import static dev.fermata.net.Net.*;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.AsyncEvent;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Closing a connection with TLS, over sockets of the system. */
@Timeout(60)
final class ClosingTest {
    private interface Client {
        Coroutine<Void> talk(Connection peer) throws Exception;
    }

    private final List<Throwable> reported = new ArrayList<>();

    private void between(ConnectionHandler handler, TlsOptions client, Client talking) {
        run(() -> {
            EventLoop.running().setExceptionHandler((loop, what) -> reported.add(what.exception()));
            try (var serving = await(startServer(
                    handler, "127.0.0.1", 0, ServerOptions.defaults().tls(server())))) {
                var peer = await(openConnection(
                        "127.0.0.1", serving.port(), ConnectOptions.defaults().tls(client)));
                await(talking.talk(peer));
            }
            return done();
        });
    }

    /** The other task has read no content, so the close waits for the server, while that task waits for the same. */
    @Test
    void a_task_that_reads_sees_the_end_that_a_close_waits_for() {
        between(
                peer -> {
                    assertNull(await(peer.readLine()));
                    return done();
                },
                client(),
                peer -> {
                    Task<String> reading = createTask(peer.readLine());
                    await(sleep(Duration.ofMillis(50)));
                    await(peer.aclose());
                    assertNull(await(reading));
                    return done();
                });
        assertEquals(List.of(), reported);
    }

    @Test
    void a_close_that_gives_up_waiting_ends_the_read_of_another_task() {
        AsyncEvent over = new AsyncEvent();
        between(
                peer -> {
                    await(over.untilSet());
                    return done();
                },
                client().shutdownLimit(Duration.ofMillis(100)),
                peer -> {
                    Task<String> reading = createTask(peer.readLine());
                    await(sleep(Duration.ofMillis(20)));
                    await(peer.aclose());
                    await(waitUntil(ReturnWhen.ALL_COMPLETED, reading));
                    assertInstanceOf(AsynchronousCloseException.class, reading.exception());
                    over.set();
                    return done();
                });
    }

    @Test
    void a_read_while_another_task_closes_is_not_refused_as_a_second_reader() {
        AsyncEvent[] go = new AsyncEvent[1];
        between(
                peer -> {
                    go[0] = new AsyncEvent();
                    await(go[0].untilSet());
                    return done();
                },
                client(),
                peer -> {
                    Task<Void> closing = createTask(peer.aclose());
                    await(sleep(Duration.ofMillis(50)));
                    Task<String> reading = createTask(peer.readLine());
                    await(sleep(Duration.ofMillis(50)));
                    go[0].set();
                    await(waitUntil(ReturnWhen.ALL_COMPLETED, closing, reading));
                    assertNull(closing.exception());
                    assertFalse(
                            reading.exception() instanceof IllegalStateException, String.valueOf(reading.exception()));
                    return done();
                });
        assertEquals(List.of(), reported);
    }

    /** Tickets come before content: once there is content, nothing is left to wait for. */
    @Test
    void a_client_that_has_read_nothing_of_a_download_closes_at_once() {
        AsyncEvent[] go = new AsyncEvent[1];
        between(
                peer -> {
                    go[0] = new AsyncEvent();
                    await(peer.write("x".repeat(10_000)));
                    await(go[0].untilSet());
                    return done();
                },
                client().shutdownLimit(Duration.ofSeconds(10)),
                peer -> {
                    await(sleep(Duration.ofMillis(200)));
                    Task<Void> closing = createTask(peer.aclose());
                    await(waitUntil(ReturnWhen.ALL_COMPLETED, List.of(closing), Duration.ofSeconds(3)));
                    boolean isClosed = closing.done();
                    go[0].set();
                    await(closing);
                    assertTrue(isClosed, "the close waits for the server to end the stream");
                    return done();
                });
    }

    @Test
    void loops_in_several_threads_share_options() throws Exception {
        TlsOptions server = server();
        TlsOptions client = client();
        List<Throwable> failed = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                try {
                    for (int k = 0; k < 5; k++) {
                        run(() -> {
                            try (var serving = await(startServer(
                                    peer -> {
                                        await(peer.write(await(peer.readLine()) + "\n"));
                                        return done();
                                    },
                                    "127.0.0.1",
                                    0,
                                    ServerOptions.defaults().tls(server)))) {
                                try (var peer = await(openConnection(
                                        "127.0.0.1",
                                        serving.port(),
                                        ConnectOptions.defaults().tls(client)))) {
                                    await(peer.write("tea\n"));
                                    assertEquals("tea", await(peer.readLine()));
                                }
                            }
                            return done();
                        });
                    }
                } catch (Throwable e) {
                    failed.add(e);
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(List.of(), failed);
    }

    /** What the last chunk leaves unsent is lost: the EOFException comes before it was handed on, and a close does not either. */
    @Test
    void what_a_file_that_is_too_short_has_is_sent(@TempDir Path folder) throws IOException {
        long size = shortFile(folder, 64L * 1024 * 1024, true);
        for (long each = size - 16_000; each < size + 70_000; each += 8_000) {
            long got = shortFile(folder, each, false);
            if (wasEof) {
                assertEquals(each, got);
            }
        }
    }

    private boolean wasEof;

    private long shortFile(Path folder, long size, boolean measure) throws IOException {
        Path path = Files.write(folder.resolve("file"), new byte[(int) size]);
        long[] got = new long[1];
        wasEof = false;
        run(() -> {
            AsyncEvent ended = new AsyncEvent();
            try (var serving = await(startServer(
                    peer -> {
                        peer.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
                        await(peer.write("go\n"));
                        try (FileChannel file = FileChannel.open(path);
                                var time = timeout(Duration.ofMillis(500))) {
                            await(peer.sendFile(file, 0, size + 1L), IOException.class);
                            fail("it is too short");
                        } catch (java.io.EOFException e) {
                            wasEof = true;
                        } catch (TimeoutException e) {
                            try {
                                await(peer.write("x"), IOException.class);
                            } catch (IOException ex) {
                                if (measure) {
                                    got[0] = Long.parseLong(
                                            ex.getMessage().replaceAll(".*given up after (\\d+) of.*", "$1"));
                                }
                            }
                        }
                        ended.set();
                        return done();
                    },
                    "127.0.0.1",
                    0,
                    ServerOptions.defaults().tls(server())))) {
                var peer = await(openConnection(
                        "127.0.0.1", serving.port(), ConnectOptions.defaults().tls(client())));
                peer.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
                assertEquals("go", await(peer.readLine()));
                await(ended.untilSet());
                if (!measure) {
                    try {
                        for (byte[] some; (some = await(peer.read(1024 * 1024), IOException.class)).length > 0; ) {
                            got[0] += some.length;
                        }
                    } catch (IOException truncated) {
                        // the file was given up, so nothing says that this is the end
                    }
                }
                await(peer.aclose());
            }
            return done();
        });
        return got[0];
    }
}
