package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.harness.VirtualTime.virtually;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/** Tasks that wait for channels, in real time and on loopback. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here waits for ever
class ChannelsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    private final List<Object> log = new ArrayList<>();
    private final List<SelectableChannel> opened = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (SelectableChannel channel : opened) {
            channel.close();
        }
    }

    private <C extends SelectableChannel> C nonBlocking(C channel) throws IOException {
        opened.add(channel);
        channel.configureBlocking(false);
        return channel;
    }

    private Pipe pipe() throws IOException {
        Pipe pipe = Pipe.open();
        nonBlocking(pipe.source());
        nonBlocking(pipe.sink());
        return pipe;
    }

    private ServerSocketChannel listening() throws IOException {
        ServerSocketChannel server = nonBlocking(ServerSocketChannel.open());
        return server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
    }

    // ---- what a program makes of them

    @Async
    private Coroutine<SocketChannel> connect(InetSocketAddress address) throws IOException {
        SocketChannel channel = nonBlocking(SocketChannel.open());
        boolean connected = channel.connect(address);
        while (!connected) {
            await(EventLoop.running().connectable(channel));
            connected = channel.finishConnect();
        }
        return done(channel);
    }

    @Async
    private Coroutine<SocketChannel> accept(ServerSocketChannel server) throws IOException {
        SocketChannel channel = server.accept();
        while (channel == null) {
            await(EventLoop.running().acceptable(server));
            channel = server.accept();
        }
        return done(nonBlocking(channel));
    }

    /** Writes all of it, however little at a time. @return how often it had to wait */
    @Async
    private static Coroutine<Integer> writeAll(SocketChannel channel, ByteBuffer bytes) throws IOException {
        int waits = 0;
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0) {
                await(EventLoop.running().writable(channel));
                waits++;
            }
        }
        return done(waits);
    }

    @Async
    private static Coroutine<byte[]> readToTheEnd(SocketChannel channel) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        ByteBuffer buffer = ByteBuffer.allocate(1000);
        while (true) {
            int count = channel.read(buffer);
            if (count < 0) {
                return done(read.toByteArray());
            } else if (count == 0) {
                await(EventLoop.running().readable(channel));
            }
            read.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Async
    private Coroutine<Void> serve(ServerSocketChannel server) throws IOException {
        while (true) {
            SocketChannel channel = await(accept(server));
            createTask(() -> echo(channel));
        }
    }

    /** Sends back what it gets, to the end of the stream. */
    @Async
    private static Coroutine<Void> echo(SocketChannel channel) throws IOException {
        try (channel) {
            ByteBuffer buffer = ByteBuffer.allocate(700);
            while (channel.read(buffer) >= 0) {
                buffer.flip();
                if (buffer.hasRemaining()) {
                    await(writeAll(channel, buffer));
                } else {
                    await(EventLoop.running().readable(channel));
                }
                buffer.clear();
            }
        }
        return done();
    }

    @Async
    private Coroutine<byte[]> client(InetSocketAddress address, byte[] message) throws IOException {
        try (SocketChannel channel = await(connect(address))) {
            Task<Void> writer = createTask(() -> {
                await(writeAll(channel, ByteBuffer.wrap(message)));
                channel.shutdownOutput();
                return done();
            });
            byte[] answer = await(readToTheEnd(channel));
            await(writer);
            return done(answer);
        }
    }

    @Test
    void a_server_echoes_to_many_clients_at_once() {
        run(() -> {
            ServerSocketChannel server = listening();
            InetSocketAddress address = (InetSocketAddress) server.getLocalAddress();
            Task<Void> serving = createTask(() -> serve(server));
            List<Task<byte[]>> clients = new ArrayList<>();
            List<String> messages = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String message = ("client " + i + " ").repeat(i * 10 + 1);
                messages.add(message);
                clients.add(createTask(() -> client(address, message.getBytes(UTF_8))));
            }
            List<byte[]> answers = await(gather(clients));
            assertEquals(
                    messages, answers.stream().map(it -> new String(it, UTF_8)).toList());
            serving.cancel();
            assertInstanceOf(CancelledError.class, await(Attempt.failureOf(serving)));
            return done();
        });
    }

    @Test
    void what_does_not_fit_is_written_part_by_part() {
        byte[] large = new byte[4_000_000];
        new Random(1).nextBytes(large);
        run(() -> {
            ServerSocketChannel server = listening();
            server.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            Task<SocketChannel> accepting = createTask(() -> accept(server));
            SocketChannel client = await(connect((InetSocketAddress) server.getLocalAddress()));
            client.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
            SocketChannel accepted = await(accepting);
            Task<Integer> writing = createTask(() -> writeAll(client, ByteBuffer.wrap(large)));
            Task<byte[]> reading = createTask(() -> readToTheEnd(accepted));
            assertTrue(await(writing) > 0, "the kernel took four megabytes at once");
            client.shutdownOutput();
            assertEquals(ByteBuffer.wrap(large), ByteBuffer.wrap(await(reading)));
            return done();
        });
    }

    @Test
    void both_directions_of_a_channel_may_be_waited_for_at_once() {
        run(() -> {
            ServerSocketChannel server = listening();
            Task<SocketChannel> accepting = createTask(() -> accept(server));
            SocketChannel client = await(connect((InetSocketAddress) server.getLocalAddress()));
            SocketChannel accepted = await(accepting);
            EventLoop loop = EventLoop.running();
            Task<Void> reading = createTask(loop.readable(client));
            await(loop.writable(client));
            assertFalse(reading.done());
            accepted.write(ByteBuffer.allocate(1));
            await(reading);
            return done();
        });
    }

    // ---- ends and failures

    @Test
    void the_end_of_the_stream_makes_a_channel_readable() {
        run(() -> {
            Pipe pipe = pipe();
            Task<Void> waiting = createTask(EventLoop.running().readable(pipe.source()));
            await(sleep(Duration.ZERO));
            pipe.sink().close();
            await(waiting);
            assertEquals(-1, pipe.source().read(ByteBuffer.allocate(1)));
            return done();
        });
    }

    @Test
    void a_refused_connection_is_connectable_and_finishing_it_says_so() throws IOException {
        InetSocketAddress nobody;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = (InetSocketAddress) closed.getLocalSocketAddress();
        }
        run(() -> {
            assertInstanceOf(ConnectException.class, await(Attempt.failureOf(() -> connect(nobody))));
            return done();
        });
    }

    @Test
    void a_task_whose_channel_another_task_closes_is_told() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            ServerSocketChannel server = listening();
            Task<Void> reading = createTask(loop.readable(pipe.source()));
            Task<Void> accepting = createTask(loop.acceptable(server));
            await(sleep(Duration.ZERO));
            pipe.source().close();
            server.close();
            for (int i = 0; i < 3; i++) { // the selector lets go of it, and the task runs
                await(sleep(Duration.ZERO));
            }
            assertTrue(reading.done() && accepting.done());
            assertInstanceOf(AsynchronousCloseException.class, reading.exception());
            assertInstanceOf(AsynchronousCloseException.class, accepting.exception());
            return done();
        });
    }

    @Test
    void both_who_wait_for_a_channel_are_told_of_its_close() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            SocketChannel channel = nonBlocking(SocketChannel.open());
            ServerSocketChannel server = listening();
            channel.connect(server.getLocalAddress());
            await(loop.connectable(channel));
            channel.finishConnect();
            while (channel.write(ByteBuffer.allocate(100_000)) > 0) {
                continue; // until nobody takes more
            }
            Task<Void> reading = createTask(loop.readable(channel));
            Task<Void> writing = createTask(loop.writable(channel));
            await(sleep(Duration.ZERO));
            channel.close();
            assertInstanceOf(AsynchronousCloseException.class, await(Attempt.failureOf(reading)));
            assertInstanceOf(AsynchronousCloseException.class, await(Attempt.failureOf(writing)));
            return done();
        });
    }

    @Test
    void a_task_whose_channel_another_thread_closes_is_told() throws Exception {
        Pipe pipe = pipe();
        CountDownLatch waits = new CountDownLatch(1);
        Thread closer = new Thread(() -> {
            try {
                waits.await();
                pipe.source().close();
            } catch (InterruptedException | IOException e) {
                throw new AssertionError(e);
            }
        });
        closer.start();
        run(() -> {
            Task<Void> reading = createTask(EventLoop.running().readable(pipe.source()));
            await(sleep(Duration.ZERO));
            waits.countDown();
            assertInstanceOf(AsynchronousCloseException.class, await(Attempt.failureOf(reading)));
            return done();
        });
        closer.join();
    }

    @Test
    void the_trace_of_a_close_shows_who_waited() {
        run(() -> {
            Pipe pipe = pipe();
            Task<Void> reading = createTask(() -> waiting(pipe));
            await(sleep(Duration.ZERO));
            pipe.source().close();
            Throwable failure = await(Attempt.failureOf(reading));
            assertTrue(
                    List.of(failure.getStackTrace()).stream()
                            .anyMatch(it -> it.getMethodName().equals("waiting")),
                    () -> List.of(failure.getStackTrace()).toString());
            return done();
        });
    }

    @Async
    private static Coroutine<Void> waiting(Pipe pipe) {
        await(EventLoop.running().readable(pipe.source()));
        return done();
    }

    // ---- cancels

    @Test
    void a_cancelled_wait_leaves_nothing_behind_and_another_may_come() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            for (int i = 0; i < 3; i++) {
                Task<Void> waiting = createTask(loop.readable(pipe.source()));
                await(sleep(Duration.ZERO));
                waiting.cancel();
                assertInstanceOf(CancelledError.class, await(Attempt.failureOf(waiting)));
            }
            await(sleep(Duration.ZERO));
            assertFalse(pipe.source().isRegistered(), "the selector still has it");
            Task<Void> next = createTask(loop.readable(pipe.source()));
            pipe.sink().write(ByteBuffer.allocate(1));
            await(next);
            return done();
        });
    }

    @Test
    void another_wait_may_begin_in_the_iteration_of_the_cancel() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            Task<Void> first = createTask(loop.readable(pipe.source()));
            await(sleep(Duration.ZERO));
            first.cancel();
            pipe.sink().write(ByteBuffer.allocate(1));
            await(loop.readable(pipe.source()));
            assertTrue(first.cancelled());
            return done();
        });
    }

    @Test
    void a_channel_that_was_waited_for_is_registered_no_more() {
        run(() -> {
            Pipe pipe = pipe();
            pipe.sink().write(ByteBuffer.allocate(1));
            await(EventLoop.running().readable(pipe.source()));
            await(sleep(Duration.ZERO));
            assertFalse(pipe.source().isRegistered());
            return done();
        });
    }

    @Test
    void a_wait_that_is_cancelled_in_the_iteration_that_finds_the_channel_ready_is_cancelled() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            Task<Void> waiting = createTask(loop.readable(pipe.source()));
            await(sleep(Duration.ZERO));
            loop.callSoon(() -> loop.callSoon(() -> {
                // Stands before what the poll of this iteration has found.
                log.add("cancel");
                waiting.cancel();
            }));
            pipe.sink().write(ByteBuffer.allocate(1));
            assertInstanceOf(CancelledError.class, await(Attempt.failureOf(waiting)));
            await(loop.readable(pipe.source())); // nothing is lost
            assertEquals(1, pipe.source().read(ByteBuffer.allocate(10)));
            return done();
        });
    }

    @Test
    void timeouts_end_waits() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            Duration soon = Duration.ofMillis(1);
            assertInstanceOf(
                    TimeoutException.class, await(Attempt.failureOf(waitFor(loop.readable(pipe.source()), soon))));
            assertInstanceOf(TimeoutException.class, await(Attempt.failureOf(() -> within(soon, pipe))));
            pipe.sink().write(ByteBuffer.allocate(1));
            await(waitFor(loop.readable(pipe.source()), HOUR));
            return done();
        });
    }

    @Async
    private static Coroutine<Void> within(Duration limit, Pipe pipe) {
        try (var scope = timeout(limit)) {
            await(EventLoop.running().readable(pipe.source()));
        }
        return done();
    }

    @Test
    void the_end_of_run_cancels_waits() {
        Task<Void> left = run(() -> {
            Pipe pipe = pipe();
            Task<Void> waiting = createTask(EventLoop.running().readable(pipe.source()));
            await(sleep(Duration.ZERO));
            return done(waiting);
        });
        assertTrue(left.cancelled());
    }

    // ---- misuse

    private static void isIllegal(String message, Throwable failure) {
        assertInstanceOf(IllegalStateException.class, failure);
        assertTrue(failure.getMessage().contains(message), failure.getMessage());
    }

    private static void isIllegal(String message, Executable call) {
        isIllegal(message, assertThrows(IllegalStateException.class, call));
    }

    @Test
    void a_second_task_that_waits_for_the_same_is_refused_and_the_first_goes_on() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            Task<Void> first = createTask(loop.readable(pipe.source()), "first");
            await(sleep(Duration.ZERO));
            isIllegal("task first (pending) already waits for", await(Attempt.failureOf(loop.readable(pipe.source()))));
            pipe.sink().write(ByteBuffer.allocate(1));
            await(first);
            return done();
        });
    }

    @Test
    void callbacks_and_tasks_do_not_wait_for_the_same() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            loop.addReader(pipe.source(), () -> {});
            isIllegal("has a callback set for it", await(Attempt.failureOf(loop.readable(pipe.source()))));
            assertTrue(loop.removeReader(pipe.source()));
            Task<Void> waiting = createTask(loop.readable(pipe.source()), "waiting");
            await(sleep(Duration.ZERO));
            isIllegal("task waiting (pending) already waits for", () -> loop.addReader(pipe.source(), () -> {}));
            assertFalse(loop.removeReader(pipe.source()), "it is no callback");
            pipe.sink().write(ByteBuffer.allocate(1));
            await(waiting);
            return done();
        });
    }

    @Test
    void a_callback_that_is_replaced_is_not_called_any_more() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            pipe.sink().write(ByteBuffer.allocate(1));
            loop.addReader(pipe.source(), () -> log.add("first"));
            loop.callSoon(() -> loop.callSoon(() -> {
                loop.addReader(pipe.source(), () -> log.add("second")); // while the first one is ready
            }));
            while (!log.contains("second")) {
                await(sleep(Duration.ZERO));
            }
            loop.removeReader(pipe.source());
            assertTrue(log.indexOf("first") < log.indexOf("second"));
            assertEquals(1, log.stream().filter("first"::equals).count());
            return done();
        });
    }

    @Test
    void a_channel_must_be_open_able_and_not_blocking() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Pipe pipe = pipe();
            ServerSocketChannel server = listening();
            pipe.source().configureBlocking(true);
            isIllegal("configureBlocking(false)", await(Attempt.failureOf(loop.readable(pipe.source()))));
            assertThrows(IllegalBlockingModeException.class, () -> loop.addReader(pipe.source(), () -> {}));
            for (Coroutine<Void> never : List.of(
                    loop.writable(pipe.source()),
                    loop.acceptable(pipe.source()),
                    loop.readable(server),
                    loop.connectable(server))) {
                assertInstanceOf(IllegalArgumentException.class, await(Attempt.failureOf(never)));
            }
            server.close();
            Throwable closed = await(Attempt.failureOf(loop.acceptable(server)));
            assertEquals(ClosedChannelException.class, closed.getClass());
            assertThrows(IllegalArgumentException.class, () -> loop.addReader(server, () -> {}));
            assertThrows(NullPointerException.class, () -> loop.readable(null));
            return done();
        });
    }

    @Test
    void a_channel_is_awaited_on_the_loop_it_was_asked_of() {
        EventLoop other = EventLoop.virtualTime();
        run(() -> {
            Pipe pipe = pipe();
            isIllegal("of another event loop", await(Attempt.failureOf(other.readable(pipe.source()))));
            return done();
        });
        other.close();
    }

    @Test
    void a_guest_loop_knows_no_channels() throws IOException {
        List<Runnable> calls = new ArrayList<>();
        EventLoop guest = EventLoop.guest(new dev.fermata.GuestHost() {
            @Override
            public void execute(Runnable tick) {
                calls.add(tick);
            }

            @Override
            public void executeLater(Runnable tick, long nanos) {}

            @Override
            public boolean isHostThread() {
                return true;
            }
        });
        Pipe pipe = pipe();
        Task<Void> task = guest.createTask(guest.readable(pipe.source()));
        calls.remove(0).run();
        assertInstanceOf(UnsupportedOperationException.class, task.exception());
        guest.close();
        assertNull(EventLoop.runningOrNull());
    }

    // ---- virtual time

    @SuppressWarnings({"fermata:blocking-call", "fermata:task-dropped"
    }) // the task only has to run, and the loop is to stand still
    @AsyncTest
    void virtual_time_stands_still_while_a_channel_is_waited_for() throws Exception {
        Pipe pipe = pipe();
        CountDownLatch waits = new CountDownLatch(1);
        Thread writer = new Thread(() -> {
            try {
                waits.await();
                pipe.sink().write(ByteBuffer.allocate(1));
            } catch (InterruptedException | IOException e) {
                throw new AssertionError(e);
            }
        });
        writer.start();
        EventLoop loop = EventLoop.running();
        createTask(sleep(HOUR));
        Task<Void> reading = createTask(loop.readable(pipe.source()));
        await(sleep(Duration.ZERO));
        waits.countDown();
        await(reading);
        assertEquals(0, loop.time());
        await(sleep(HOUR)); // and goes on when nobody waits any more
        assertEquals(HOUR.toNanos(), loop.time());
        writer.join();
    }

    @AsyncTest
    void virtual_time_goes_on_at_once_when_a_callback_was_removed() throws IOException {
        Pipe pipe = pipe();
        EventLoop loop = EventLoop.running();
        loop.setOutsideLimit(Duration.ofDays(1));
        loop.addReader(pipe.source(), () -> {});
        loop.callSoon(() -> loop.removeReader(pipe.source()));
        await(sleep(HOUR));
    }

    @Test
    void in_virtual_time_a_channel_that_stays_silent_is_an_error_that_says_who_waits_for_it() throws IOException {
        Pipe pipe = pipe();
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    EventLoop.running().setOutsideLimit(Duration.ofMillis(1));
                    await(EventLoop.running().readable(pipe.source()));
                    return done();
                }));
        assertTrue(
                thrown.getMessage().contains("task Task-1 waits for " + pipe.source() + " to be read from"),
                thrown.getMessage());
    }
}
