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
import dev.fermata.Task;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** New keys in the midst of a connection, which TLS 1.3 has instead of a renegotiation. */
@Timeout(120)
final class KeyUpdatesTest {
    /** What a server sends: nothing that openssl prints of its own, as it does of tickets. */
    private static final char DATA = 1;

    /** How long the record of an update is. */
    private static final int UPDATE = 27;

    @TempDir
    Path folder;

    // ---- the JDK

    @Test
    void both_ends_replace_their_keys_while_data_flows_both_ways() throws Exception {
        Path log = folder.resolve("log");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djavax.net.debug=ssl:handshake",
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeyLimits.class.getName())
                .redirectError(log.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        List<String> lines = Files.readAllLines(log);
        assertEquals(0, process.waitFor(), () -> String.join("\n", lines));
        assertTrue(output.startsWith("whole by TLS_AES_"), output);
        long updates = lines.stream()
                .filter(it -> it.contains("Produced KeyUpdate post-handshake message"))
                .count();
        assertTrue(updates > 20, updates + " updates for 6 MB with a limit of 128 KiB");
    }

    // ---- OpenSSL

    /** The client of a test, and a thread that takes all it prints. */
    private static final class Client implements AutoCloseable {
        private final OpenSsl openSsl;
        private final Semaphore updates = new Semaphore(0);
        private final CompletableFuture<Long> printed = new CompletableFuture<>();

        Client(int port, Path ca, Path messages) throws IOException {
            List<String> arguments = new ArrayList<>(OpenSsl.client(port, "TLSv1.3", ca));
            arguments.addAll(List.of("-msg", "-msgfile", messages.toString()));
            openSsl = new OpenSsl(arguments);
        }

        /** Waits until it takes commands. */
        Client ready() throws IOException {
            openSsl.until("Verify return code: 0");
            Thread taking = new Thread(() -> {
                try {
                    printed.complete(take());
                } catch (IOException e) {
                    printed.completeExceptionally(e);
                }
            });
            taking.setDaemon(true);
            taking.start();
            return this;
        }

        /** Returns how much data of the server was printed. */
        private long take() throws IOException {
            long count = 0;
            for (String line; (line = openSsl.line()) != null; ) {
                count += line.chars().filter(it -> it == DATA).count();
                if (line.endsWith("KEYUPDATE")) { // it may be in the midst of a line of the server
                    updates.release();
                }
            }
            return count;
        }

        /** Makes new keys for what it sends, and returns when it has begun to. The peer is to do so too if it is asked. */
        void update(boolean isPeerAsked) throws IOException, InterruptedException {
            openSsl.type(isPeerAsked ? "K" : "k");
            assertTrue(updates.tryAcquire(30, TimeUnit.SECONDS), "openssl does not take commands any more");
        }

        @Override
        public void close() {
            openSsl.close();
        }
    }

    /** Returns how many updates were sent in one direction, {@code ">>>"} or {@code "<<<"}. */
    private static long updates(Path messages, String direction) throws IOException {
        return Files.readAllLines(messages).stream()
                .filter(it -> it.startsWith(direction) && it.contains("KeyUpdate"))
                .count();
    }

    @Test
    void openssl_replaces_keys_while_data_flows() throws Exception {
        OpenSsl.assume();
        Path ca = pem(SERVER, folder);
        Path messages = folder.resolve("messages");
        int count = 40;
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        long[] written = {0};
        ConnectionHandler handler = peer -> {
            Task<Void> reading = createTask(readInto(peer, lines));
            while (!reading.done()) {
                await(peer.write(Character.toString(DATA).repeat(20_000) + "\n"));
                written[0] += 20_000;
            }
            await(reading);
            return done();
        };
        run(() -> {
            ServerOptions options = ServerOptions.defaults()
                    .tls(server().applicationProtocols("echo").protocols("TLSv1.3"));
            try (var server = await(startServer(handler, "127.0.0.1", 0, options))) {
                Callable<Long> talking = () -> {
                    try (Client client = new Client(server.port(), ca, messages).ready()) {
                        for (int i = 0; i < count; i++) {
                            client.update(i % 2 == 0);
                            client.openSsl.type("line " + i);
                            assertEquals("line " + i, lines.poll(30, TimeUnit.SECONDS));
                        }
                        client.openSsl.type("end");
                        return client.printed.get();
                    }
                };
                long printed = await(toThread(talking));
                assertEquals(written[0], printed);
            }
            return done();
        });
        assertEquals(count, updates(messages, ">>>"));
        assertEquals(count / 2, updates(messages, "<<<"), "we answer those that ask");
    }

    @Async
    private static Coroutine<Void> readInto(Connection peer, BlockingQueue<String> lines) {
        for (String line; !(line = await(peer.readLine())).equals("end"); ) {
            lines.add(line);
        }
        return done();
    }

    // ---- a flood

    /**
     * The client asks for new keys, again and again, and does not take our answers. All has arrived before our end reads any of
     * it. Between client and server are a socket to which openssl connects, and a transport in memory.
     */
    @Test
    void a_flood_of_updates_leaves_others_their_turns_and_is_read_only_while_the_answers_are_taken() throws Exception {
        OpenSsl.assume();
        Path ca = pem(SERVER, folder);
        int count = 8_000; // More than the answers that are kept, and what one buffer has.
        int room = 10_000;
        MemoryTransport[] ends = MemoryTransport.pair(room, Integer.MAX_VALUE);
        Connection server = new Connection(ends[1], 65_536, null);
        AsyncQueue<Connection> accepted = new AsyncQueue<>();
        AsyncEvent over = new AsyncEvent();
        ConnectionHandler handler = peer -> {
            await(accepted.put(peer));
            await(over.untilSet());
            return done();
        };
        run(() -> {
            try (var listening = await(startServer(handler, "127.0.0.1", 0));
                    Client client =
                            await(toThread(() -> new Client(listening.port(), ca, folder.resolve("messages"))))) {
                Connection socket = await(accepted.get());
                Task<Void> up = createTask(forwardUp(socket, ends[0]));
                Task<Void> down = createTask(forwardDown(ends[0], socket));
                await(server.startTls(server().applicationProtocols("echo").protocols("TLSv1.3")));
                await(toThread(client::ready));
                await(cancelAndWait(down));
                Callable<Void> flooding = () -> {
                    for (int i = 0; i < count; i++) {
                        client.update(true);
                    }
                    return null;
                };
                await(toThread(flooding));
                while (ends[1].unread() < count * UPDATE) {
                    await(sleep(Duration.ofMillis(1)));
                }

                Task<String> reading = createTask(server.readLine());
                int answered = 0;
                int most = 0; // how many bytes of answers in one turn of the reading task
                while (answered < room) {
                    await(sleep(Duration.ZERO));
                    most = Math.max(most, ends[0].unread() - answered);
                    answered = ends[0].unread();
                }
                assertTrue(most <= 64 * UPDATE, most + " bytes of answers in a turn");
                int unread = ends[1].unread();
                for (int before = -1; unread != before; ) {
                    before = unread;
                    for (int i = 0; i < 1_000; i++) {
                        await(sleep(Duration.ZERO));
                    }
                    unread = ends[1].unread();
                }
                assertTrue(unread > 0, "all of the flood was read, and each answer is kept");

                down = createTask(forwardDown(ends[0], socket));
                await(toThread(() -> {
                    client.openSsl.type("tea");
                    return null;
                }));
                assertEquals("tea", await(reading));
                await(cancelAndWait(up, down));
                over.set();
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Void> forwardUp(Connection from, MemoryTransport to) {
        for (byte[] bytes; (bytes = await(from.read(65_536))).length > 0; ) {
            to.inject(bytes);
        }
        return done();
    }

    @Async
    private static Coroutine<Void> forwardDown(MemoryTransport from, Connection to) {
        ByteBuffer bytes = ByteBuffer.allocate(65_536);
        while (true) {
            await(from.readable());
            from.read(bytes.clear());
            await(to.write(bytes.flip()));
        }
    }
}
