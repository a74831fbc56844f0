package dev.fermata.testkit;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.net.Net.createDatagramEndpoint;
import static dev.fermata.net.Net.openConnection;
import static dev.fermata.net.Net.startServer;
import static dev.fermata.net.Subprocesses.createSubprocessExec;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.TaskGroup;
import dev.fermata.net.ConnectOptions;
import dev.fermata.net.Connection;
import dev.fermata.net.ServerOptions;
import dev.fermata.net.SubprocessOptions;
import dev.fermata.net.TlsOptions;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.ReentrantLock;
import reactor.blockhound.BlockHound;

/** Blocks here and there in a JVM with BlockHound, and prints what became of it. See {@link BlockHoundTest}. */
@SuppressWarnings("fermata:blocking-call") // that is what it is about
final class BlockHoundProgram {
    private static final Duration MOMENT = Duration.ofMillis(2);
    private static final char[] PASSWORD = "changeit".toCharArray();

    private BlockHoundProgram() {}

    /** What is tried, on whatever thread. */
    private interface Attempt {
        void make() throws Exception;
    }

    private static void say(String what, Attempt attempt) {
        String outcome;
        try {
            attempt.make();
            outcome = "passes";
        } catch (Throwable thrown) {
            Throwable root = thrown;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            outcome = root.getClass().getSimpleName() + ": " + root.getMessage();
        }
        System.out.println(what + ": " + outcome);
    }

    /** Tries it in a coroutine. */
    private static void inLoop(String what, Attempt attempt) {
        say(what, () -> run(() -> blocking(attempt)));
    }

    @Async
    private static Coroutine<Void> blocking(Attempt attempt) throws Exception {
        await(sleep(MOMENT)); // the loop has waited before
        attempt.make();
        return done();
    }

    public static void main(String[] args) throws Exception {
        KeyStore keys = keys();
        BlockHound.install();

        inLoop("sleep", () -> Thread.sleep(1));
        socket();
        lock();
        say("call in a direct executor", () -> run(BlockHoundProgram::callHere));
        guest();
        Launched.all(SleepingTest.class)
                .forEach(it -> System.out.println(it.name() + ": "
                        + it.failure().getClass().getSimpleName() + ": "
                        + it.failure().getMessage()));

        say("call on a thread", () -> run(BlockHoundProgram::callOnThread));
        say("channel", () -> run(BlockHoundProgram::channel));
        say("groups, timeouts, queues", () -> run(BlockHoundProgram::structured));
        say("sockets", () -> run(BlockHoundProgram::sockets));
        say("TLS", () -> run(() -> tls(keys)));
        say("a child process", () -> run(BlockHoundProgram::child));
        say("a failure that is logged", () -> run(BlockHoundProgram::failing));
        say("main", () -> Thread.sleep(1));
        System.out.println("end");
    }

    private static void socket() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket accepted = server.accept()) {
            accepted.getOutputStream().write(1);
            inLoop("socket", () -> client.getInputStream().read());
        }
    }

    private static void lock() throws Exception {
        ReentrantLock lock = new ReentrantLock();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch over = new CountDownLatch(1);
        Thread holder = new Thread(() -> {
            lock.lock();
            held.countDown();
            try {
                over.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                lock.unlock();
            }
        });
        holder.start();
        held.await();
        inLoop("lock", lock::lock);
        over.countDown();
        holder.join();
    }

    @Async
    private static Coroutine<Void> callHere() {
        await(EventLoop.running().runInExecutor(Runnable::run, () -> {
            Thread.sleep(1);
            return null;
        }));
        return done();
    }

    private static void guest() throws Exception {
        ScheduledExecutorService host = Executors.newSingleThreadScheduledExecutor();
        try {
            EventLoop loop =
                    host.submit(() -> EventLoop.guest(GuestHost.of(host))).get();
            AsyncCallable<Void> waiting = () -> blocking(() -> {});
            AsyncCallable<Void> sleeping = () -> blocking(() -> Thread.sleep(1));
            say("wait of a guest", () -> loop.runThreadsafe(waiting).get());
            say("sleep in a guest", () -> loop.runThreadsafe(sleeping).get());
            say(
                    "sleep of the host",
                    () -> host.submit(() -> {
                                Thread.sleep(1);
                                return null;
                            })
                            .get());
            host.submit(loop::close).get();
        } finally {
            host.shutdown();
        }
    }

    /** A test as any, run by JUnit. */
    static class SleepingTest {
        @AsyncTest
        void sleeping_test() throws InterruptedException {
            await(sleep(Duration.ofHours(1)));
            Thread.sleep(1);
        }
    }

    @Async
    private static Coroutine<Void> callOnThread() {
        await(toThread(() -> {
            Thread.sleep(1);
            return null;
        }));
        return done();
    }

    @Async
    private static Coroutine<Void> channel() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        try (var group = new TaskGroup()) {
            group.createTask(writing(pipe));
            await(EventLoop.running().readable(pipe.source()));
        }
        pipe.source().close();
        pipe.sink().close();
        return done();
    }

    @Async
    private static Coroutine<Void> writing(Pipe pipe) throws IOException {
        await(sleep(MOMENT)); // until the loop waits in its selector
        pipe.sink().write(ByteBuffer.wrap(new byte[] {1}));
        return done();
    }

    @Async
    private static Coroutine<Void> structured() {
        AsyncQueue<Integer> queue = new AsyncQueue<>(1);
        try (var limit = timeout(Duration.ofMinutes(1));
                var group = new TaskGroup()) {
            group.createTask(putting(queue));
            group.createTask(putting(queue));
            await(gather(queue.get(), queue.get()));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> putting(AsyncQueue<Integer> queue) {
        await(sleep(MOMENT));
        await(queue.put(1));
        return done();
    }

    @Async
    private static Coroutine<Void> sockets() {
        try (var server = await(startServer(BlockHoundProgram::echo, "localhost", 0));
                var peer = await(openConnection("localhost", server.port()));
                var endpoint = await(createDatagramEndpoint("localhost", 0))) {
            await(talk(peer));
            await(endpoint.send("tea", endpoint.localAddress()));
            await(endpoint.receive());
        }
        return done();
    }

    @Async
    private static Coroutine<Void> tls(KeyStore keys) throws GeneralSecurityException {
        TlsOptions both = TlsOptions.defaults().identity(keys, PASSWORD).trusted(keys);
        ServerOptions server = ServerOptions.defaults().tls(both);
        try (var serving = await(startServer(BlockHoundProgram::echo, "localhost", 0, server));
                var peer = await(openConnection(
                        "localhost", serving.port(), ConnectOptions.defaults().tls(both)))) {
            await(talk(peer));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> echo(Connection peer) {
        for (String line; (line = await(peer.readLine())) != null; ) {
            await(sleep(MOMENT));
            await(peer.write(line + "\n"));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> talk(Connection peer) {
        await(peer.write("tea\n"));
        if (!"tea".equals(await(peer.readLine()))) {
            throw new AssertionError("another line came back");
        }
        return done();
    }

    @Async
    private static Coroutine<Void> child() {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        SubprocessOptions options = SubprocessOptions.defaults().stdout(ProcessBuilder.Redirect.PIPE);
        try (var child = await(createSubprocessExec(options, java, "--version"))) {
            await(child.communicate());
        }
        return done();
    }

    /** A key and a certificate for it. */
    private static KeyStore keys() throws Exception {
        Path file = Files.createTempDirectory("fermata").resolve("keys.p12");
        String command = Path.of(System.getProperty("java.home"), "bin", "keytool")
                + " -genkeypair -alias server -keyalg EC -dname CN=localhost -ext SAN=dns:localhost -keystore " + file
                + " -storepass " + new String(PASSWORD);
        Process keytool = new ProcessBuilder(command.split(" ")).inheritIO().start();
        int exitCode = keytool.waitFor();
        if (exitCode != 0) {
            throw new AssertionError("keytool ended with " + exitCode);
        }
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    @Async
    private static Coroutine<Void> failing() {
        EventLoop.running().callSoon(() -> {
            throw new IllegalStateException("logged");
        });
        await(sleep(MOMENT));
        return done();
    }
}
