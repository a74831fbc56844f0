package dev.fermata.tour;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.waitUntil;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCondition;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.ReturnWhen;
import dev.fermata.TaskGroup;
import dev.fermata.harness.Child;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What debug mode finds, in programs of their own that are started with it and without. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DebugModeTest {
    private static final String SWITCH = "-Dfermata.debug=true";

    /** Forgets to await, in three ways; the third one is collected while the loop runs. */
    static final class Forgetful {
        private static Coroutine<Void> kept;

        private Forgetful() {}

        @Async
        static Coroutine<Void> pay() {
            return done();
        }

        /** javac sees a coroutine that nobody takes. */
        static void forget(Coroutine<Void> coroutine) {}

        @Async
        static Coroutine<Void> main() {
            kept = pay();
            Coroutine<Void> closed = pay();
            closed.close();
            await(gather(pay(), pay()));
            await(pay());
            Coroutine<Void> asTask = pay();
            await(createTask(asTask));
            forget(sleep(Duration.ofSeconds(1))); // without await: nobody sleeps
            return done();
        }

        @Async
        static Coroutine<Void> collecting() {
            forget(pay());
            while (true) {
                System.gc();
                await(sleep(Duration.ofMillis(1)));
                if (reported) {
                    return done();
                }
            }
        }

        private static volatile boolean reported;

        public static void main(String[] arguments) {
            run(() -> {
                EventLoop.running().setSlowCallbackDuration(FOREVER); // a busy machine is none of it
                EventLoop.running().setExceptionHandler((loop, context) -> {
                    StackTraceElement site = context.exception().getStackTrace()[0];
                    for (StackTraceElement element : context.exception().getStackTrace()) {
                        if (element.getClassName().equals(Forgetful.class.getName())) {
                            site = element;
                            break;
                        }
                    }
                    System.out.println(context.message() + ", made in " + site.getMethodName());
                    ofFermata(context.exception()).forEach(System.out::println);
                    reported = true;
                });
                if (arguments.length > 0) {
                    return collecting();
                }
                return main();
            });
            System.out.println("end");
        }
    }

    @Test
    void a_coroutine_that_was_never_awaited_is_reported_with_its_place_when_the_loop_closes() throws Exception {
        try (Child child = new Child(List.of(SWITCH), Forgetful.class)) {
            assertEquals(
                    List.of(
                            "coroutine dev.fermata.tour.DebugModeTest$Forgetful.pay was never awaited, made in main",
                            "coroutine Sleep was never awaited, made in main",
                            "end"),
                    child.upTo("end"));
        }
    }

    /** Asks for what is refused, and makes no coroutine. */
    static final class Refused {
        private Refused() {}

        public static void main(String[] arguments) {
            run(() -> {
                EventLoop.running().setSlowCallbackDuration(FOREVER);
                EventLoop.running().setExceptionHandler((loop, context) -> System.out.println(context.message()));
                refused(() -> waitUntil(ReturnWhen.ALL_COMPLETED, List.of()));
                refused(() -> waitUntil(ReturnWhen.ALL_COMPLETED, List.of(createPromise()), null));
                refused(() -> waitUntil(null, createPromise()));
                refused(() -> new AsyncQueue<String>().put(null));
                refused(() -> new AsyncCondition().until(null));
                refused(() -> toThread(null));
                try (TaskGroup group = new TaskGroup()) {
                    refused(() -> group.start(null));
                }
                return done();
            });
            System.out.println("end");
        }

        private static void refused(Supplier<Coroutine<?>> call) {
            try {
                Object made = call.get(); // as a coroutine, it would count as one whose await was forgotten
                System.out.println("made " + made);
            } catch (IllegalArgumentException | NullPointerException e) {
                System.out.println("refused");
            }
        }
    }

    @Test
    void what_was_refused_when_it_was_made_is_not_reported_as_never_awaited() throws Exception {
        try (Child child = new Child(List.of(SWITCH), Refused.class)) {
            assertEquals(
                    List.of("refused", "refused", "refused", "refused", "refused", "refused", "refused", "end"),
                    child.upTo("end"));
        }
    }

    @Test
    void one_that_is_collected_is_reported_while_the_loop_runs() throws Exception {
        try (Child child = new Child(List.of(SWITCH), Forgetful.class, "collecting")) {
            assertEquals(
                    List.of(
                            "coroutine dev.fermata.tour.DebugModeTest$Forgetful.pay was never awaited, made in collecting",
                            "end"),
                    child.upTo("end"));
        }
    }

    @Test
    void without_debug_mode_nothing_is_reported() throws Exception {
        try (Child child = new Child(Forgetful.class)) {
            assertEquals(List.of("end"), child.upTo("end"));
        }
    }

    /** Its elements of Fermata's own classes, but for the calls that the program has written. */
    private static List<StackTraceElement> ofFermata(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(it -> it.getClassName()
                        .matches("dev\\.fermata\\.((abi|lowlevel|internal\\.\\w+)\\.)?[^.]*|.*\\$async\\$.*"))
                .filter(it -> !it.getClassName().equals("dev.fermata.Asyncio")
                        || !it.getMethodName().matches("run|await"))
                .toList();
    }

    private static final class Logged extends Handler implements AutoCloseable {
        private final Logger logger = Logger.getLogger("dev.fermata");
        private final List<LogRecord> records = new ArrayList<>();

        Logged() {
            logger.addHandler(this);
            logger.setUseParentHandlers(false);
        }

        @Override
        public synchronized void publish(LogRecord record) {
            records.add(record);
            notifyAll();
        }

        synchronized LogRecord next(int number) throws InterruptedException {
            while (records.size() <= number) {
                wait();
            }
            return records.get(number);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {
            logger.removeHandler(this);
            logger.setUseParentHandlers(true);
        }
    }

    @Test
    void a_socket_that_hogs_the_loop_is_told_of_fermata_net() throws Exception {
        try (Logged logged = new Logged();
                ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(() -> {
                EventLoop.running().setDebug(true);
                EventLoop.running().setSlowCallbackDuration(Duration.ofMillis(5));
                await(sleep(Duration.ZERO)); // watched from the next step on
                await(createTask(() -> done(firstByte(server))));
                EventLoop.running().setDebug(false);
                return done();
            }));
            try (Socket peer = server.accept()) {
                LogRecord slow = logged.next(0);
                assertTrue(
                        slow.getMessage().contains("Use openConnection and startServer of fermata-net for sockets."),
                        slow::getMessage);
                peer.getOutputStream().write(1);
                ended.join();
            }
        }
    }

    private static int firstByte(ServerSocket server) throws IOException {
        try (Socket socket = new Socket(server.getInetAddress(), server.getLocalPort())) {
            return socket.getInputStream().read();
        }
    }

    private static void hogs(CountDownLatch until) throws InterruptedException {
        until.await();
    }

    @Test
    void what_hogs_the_loop_is_logged_with_its_stack_while_it_hogs() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Logged logged = new Logged()) {
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(() -> {
                EventLoop.running().setDebug(true);
                EventLoop.running().setSlowCallbackDuration(Duration.ofMillis(5));
                await(sleep(Duration.ZERO)); // watched from the next step on
                await(createTask(
                        () -> {
                            hogs(release);
                            return done();
                        },
                        "hog"));
                EventLoop.running().setDebug(false);
                return done();
            }));
            LogRecord slow = logged.next(0);
            assertFalse(ended.isDone());
            assertTrue(
                    slow.getMessage().contains(": task hog (pending) has blocked the event loop for "),
                    slow::getMessage);
            boolean shown = false;
            for (StackTraceElement element : slow.getThrown().getStackTrace()) {
                shown |= element.getMethodName().equals("hogs");
            }
            assertTrue(shown, () -> List.of(slow.getThrown().getStackTrace()).toString());
            assertEquals(List.of(), ofFermata(slow.getThrown()));
            release.countDown();
            ended.join();
            LogRecord over = logged.next(1);
            assertTrue(over.getMessage().contains("released the event loop after "), over::getMessage);
            assertEquals(2, logged.records.size(), "a step is reported once");
        }
    }

    private static Thread watchdog() {
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().equals("fermata-watchdog")) {
                return thread;
            }
        }
        throw new AssertionError("there is no watchdog");
    }

    @Test
    void a_smaller_limit_takes_effect_at_once() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        try (Logged logged = new Logged()) {
            CompletableFuture<Void> ended = CompletableFuture.runAsync(() -> run(() -> {
                EventLoop loop = EventLoop.running();
                loop.setSlowCallbackDuration(FOREVER);
                loop.setDebug(true);
                Thread watchdog = watchdog();
                while (watchdog.getState() != Thread.State.TIMED_WAITING) {
                    Thread.onSpinWait(); // it sleeps for a quarter of the limit
                }
                await(sleep(Duration.ZERO)); // watched from the next step on
                loop.setSlowCallbackDuration(Duration.ofMillis(5));
                hogs(release);
                loop.setDebug(false);
                return done();
            }));
            LogRecord slow = logged.next(0);
            assertTrue(slow.getMessage().contains(" has blocked the event loop for "), slow::getMessage);
            release.countDown();
            ended.join();
        }
    }

    @Test
    void a_logger_that_fails_keeps_no_step_from_running() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<Runnable> calls = new ArrayList<>();
        List<String> log = new ArrayList<>();
        Thread hostThread = Thread.currentThread();
        EventLoop loop = EventLoop.guest(new GuestHost() {
            @Override
            public void execute(Runnable tick) {
                calls.add(tick);
            }

            @Override
            public void executeLater(Runnable tick, long nanos) {}

            @Override
            public boolean isHostThread() {
                return Thread.currentThread() == hostThread;
            }
        });
        Logger logger = Logger.getLogger("dev.fermata");
        Handler failing = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getMessage().contains(" released the event loop ")) {
                    throw new IllegalStateException("disk full");
                }
                release.countDown();
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(failing);
        logger.setUseParentHandlers(false);
        try {
            loop.setSlowCallbackDuration(Duration.ofMillis(5));
            loop.setDebug(true);
            loop.createTask(() -> {
                hogs(release); // is logged, and its end when the step below begins
                loop.callSoon(() -> log.add("ran"));
                try {
                    calls.remove(0).run(); // as a modal dialog does
                } catch (IllegalStateException e) {
                    log.add(e.getMessage());
                }
                return done();
            });
            while (loop.taskCount() > 0) {
                calls.remove(0).run();
            }
            loop.setDebug(false);
            loop.close();
        } finally {
            logger.removeHandler(failing);
            logger.setUseParentHandlers(true);
        }
        assertEquals(List.of("ran", "disk full"), log);
    }

    /** Makes tasks on a thread that is not the loop's. */
    static final class Foreign {
        private Foreign() {}

        public static void main(String[] arguments) {
            run(() -> {
                EventLoop loop = EventLoop.running();
                loop.setSlowCallbackDuration(FOREVER);
                loop.setExceptionHandler((it, context) -> System.out.println(context.message()));
                Coroutine<Void> kept = sleep(Duration.ZERO);
                await(toThread(() -> {
                    for (Callable<?> call : List.<Callable<?>>of(
                            () -> loop.createTask(kept),
                            () -> loop.createTask(() -> sleep(Duration.ZERO)),
                            () -> createTask(sleep(Duration.ZERO)),
                            () -> createTask(() -> sleep(Duration.ZERO)))) {
                        try {
                            System.out.println("made " + call.call());
                        } catch (IllegalStateException e) {
                            System.out.println(e.getMessage().contains("loop.runThreadsafe(…)"));
                        }
                    }
                    return null;
                }));
                await(kept);
                return done();
            });
            System.out.println("end");
        }
    }

    @Test
    void a_task_that_is_made_on_a_foreign_thread_is_an_error_that_names_run_threadsafe() throws Exception {
        try (Child child = new Child(List.of(SWITCH), Foreign.class)) {
            assertEquals(List.of("true", "true", "true", "true", "end"), child.upTo("end"));
        }
    }

    /** A guest loop whose guest forgets to await. */
    static final class ForgetfulGuest {
        private ForgetfulGuest() {}

        public static void main(String[] arguments) throws Exception {
            ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
            CompletableFuture<String> reported = new CompletableFuture<>();
            EventLoop loop = EventLoop.guest(GuestHost.of(executor));
            loop.runThreadsafe(() -> {
                        loop.setSlowCallbackDuration(FOREVER);
                        loop.setExceptionHandler((it, context) -> reported.complete(context.message()));
                        Forgetful.forget(Forgetful.pay());
                        while (!reported.isDone()) {
                            System.gc();
                            await(sleep(Duration.ofMillis(1)));
                        }
                        return done();
                    })
                    .get();
            System.out.println(reported.get());
            executor.submit(loop::close).get();
            executor.shutdown();
            System.out.println("end");
        }
    }

    @Test
    void a_guest_loop_reports_what_was_collected_while_it_runs() throws Exception {
        try (Child child = new Child(List.of(SWITCH), ForgetfulGuest.class)) {
            assertEquals(
                    List.of("coroutine dev.fermata.tour.DebugModeTest$Forgetful.pay was never awaited", "end"),
                    child.upTo("end"));
        }
    }

    @Test
    void the_end_of_a_slow_step_is_never_logged_before_that_it_is_slow() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        List<String> lines = new CopyOnWriteArrayList<>();
        Thread[] loopThread = new Thread[1];
        Logger logger = Logger.getLogger("dev.fermata");
        Handler slowHandler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                if (record.getMessage().contains(" has blocked the event loop for ")) {
                    release.countDown(); // the step ends while this is being written
                    while (lines.isEmpty() && loopThread[0].getState() != Thread.State.BLOCKED) {
                        Thread.onSpinWait();
                    }
                }
                lines.add(record.getMessage().contains("has blocked") ? "has blocked" : "released");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(slowHandler);
        logger.setUseParentHandlers(false);
        try {
            run(() -> {
                loopThread[0] = Thread.currentThread();
                EventLoop.running().setDebug(true);
                EventLoop.running().setSlowCallbackDuration(Duration.ofMillis(5));
                await(sleep(Duration.ZERO)); // watched from the next step on
                hogs(release);
                await(sleep(Duration.ZERO));
                EventLoop.running().setDebug(false);
                return done();
            });
        } finally {
            logger.removeHandler(slowHandler);
            logger.setUseParentHandlers(true);
        }
        assertEquals(List.of("has blocked", "released"), lines);
    }

    @Test
    void a_call_from_a_foreign_thread_is_an_error_that_names_the_way() throws Exception {
        CompletableFuture<Throwable> seen = new CompletableFuture<>();
        run(() -> {
            EventLoop loop = EventLoop.running();
            loop.setDebug(true);
            Thread other = new Thread(() -> {
                try {
                    loop.callSoon(() -> {});
                    seen.complete(null);
                } catch (IllegalStateException e) {
                    seen.complete(e);
                }
            });
            other.start();
            await(seen);
            return done();
        });
        assertTrue(seen.get().getMessage().contains("callSoonThreadsafe"), seen.get()::getMessage);
    }
}
