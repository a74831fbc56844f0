package dev.fermata.context;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.context.Frameworks.USER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.AsyncCallable;
import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.LoopThread;
import dev.fermata.Task;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** An accessor that throws ends no loop and loses no step. */
@ExtendWith(Frameworks.class)
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailingAccessorsTest {
    private final IllegalStateException failure = new IllegalStateException("pretended");
    private final Broken broken = new Broken();
    private final List<ExceptionHandler.Context> reported = new ArrayList<>();

    private final class Broken implements ThreadLocalAccessor<String> {
        private final ThreadLocal<String> value = new ThreadLocal<>();
        boolean reading;
        boolean setting;
        boolean restoring;

        /** The thread on which nothing can be read. */
        private volatile @Nullable Thread unreadable;

        /** The thread on which it works all the same. */
        @Nullable
        Thread spared;

        @Nullable
        Error fatal;

        private void failIf(boolean now) {
            Error once = fatal;
            if (once != null) {
                fatal = null;
                throw once;
            }
            if (now && Thread.currentThread() != spared) {
                throw failure;
            }
        }

        @Override
        public Object key() {
            return "broken";
        }

        @Override
        public @Nullable String getValue() {
            failIf(reading || Thread.currentThread() == unreadable);
            return value.get();
        }

        @Override
        public void setValue(String set) {
            failIf(setting);
            value.set(set);
        }

        @Override
        public void setValue() {
            failIf(setting);
            value.remove();
        }

        @Override
        public void restore(String previous) {
            failIf(restoring);
            value.set(previous);
        }

        @Override
        public void restore() {
            failIf(restoring);
            value.remove();
        }
    }

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(broken);
    }

    @AfterEach
    void unregister() {
        ContextRegistry.getInstance().removeThreadLocalAccessor("broken");
    }

    private void run(AsyncCallable<Void> main) {
        Asyncio.run(
                () -> {
                    EventLoop.running().setExceptionHandler((loop, context) -> reported.add(context));
                    return main.call();
                },
                EventLoop::virtualTime);
    }

    private void assertReported(String beginning) {
        assertEquals(1, reported.size());
        ExceptionHandler.Context report = reported.get(0);
        assertEquals(ExceptionHandler.Kind.THREAD_CONTEXT_FAILED, report.kind());
        assertSame(failure, report.exception());
        assertTrue(report.message().startsWith(beginning), report::message);
    }

    @Test
    void a_step_runs_without_what_cannot_be_put_in_place() {
        run(() -> {
            Task<String> task = createTask(() -> {
                USER.set("ada");
                broken.setValue("task");
                await(sleep(Duration.ofMillis(2)));
                broken.setting = false;
                return done("went on as " + USER.get());
            });
            await(sleep(Duration.ofMillis(1)));
            broken.setting = true;
            assertEquals("went on as null", await(task));
            assertNull(USER.get());
            return done();
        });
        assertReported("What frameworks keep on the thread could not be put in place for task ");
    }

    @Test
    void what_cannot_be_taken_away_does_not_keep_the_rest_in_place() {
        run(() -> {
            Task<String> task = createTask(() -> {
                USER.set("ada");
                broken.setValue("task");
                broken.restoring = true;
                await(sleep(Duration.ofMillis(2)));
                return done("went on");
            });
            await(sleep(Duration.ofMillis(1)));
            broken.restoring = false;
            assertNull(USER.get());
            assertEquals("went on", await(task));
            assertNull(USER.get());
            return done();
        });
        assertReported("What frameworks keep on the thread could not be taken away for task ");
    }

    @Test
    void a_call_on_a_thread_keeps_its_result() {
        broken.spared = Thread.currentThread(); // the loop's
        List<LogRecord> logged = loggedBy(() -> Asyncio.run(() -> {
            broken.setValue("task");
            broken.setting = true;
            assertEquals("without", await(toThread(() -> "without")));
            broken.setting = false;
            assertEquals("result", await(toThread(() -> {
                broken.restoring = true;
                return "result";
            })));
            broken.restoring = false;
            return done();
        }));
        assertEquals(
                List.of(
                        "What frameworks keep on the thread could not be put in place for a call on a thread",
                        "What frameworks keep on the thread could not be taken away for a call on a thread"),
                logged.stream().map(LogRecord::getMessage).toList());
        for (LogRecord record : logged) {
            assertEquals(Level.SEVERE, record.getLevel());
            assertSame(failure, record.getThrown());
        }
    }

    /** What is logged as Fermata's while {@code program} runs, by any thread. */
    private static List<LogRecord> loggedBy(Runnable program) {
        List<LogRecord> logged = new CopyOnWriteArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(record);
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.fermata");
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            program.run();
            return logged;
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
    }

    @Test
    void what_cannot_be_read_on_a_thread_keeps_no_result_from_the_loop() {
        Asyncio.run(() -> {
            assertEquals("of a call", await(toThread(() -> {
                broken.unreadable = Thread.currentThread();
                return "of a call";
            })));
            CompletableFuture<String> stage = new CompletableFuture<>();
            Thread other = new Thread(() -> stage.complete("of a stage"));
            broken.unreadable = other;
            other.start();
            assertEquals("of a stage", await(stage));
            return done();
        });
    }

    @Test
    void a_loop_thread_that_cannot_be_read_fails_the_work_and_goes_on() throws Exception {
        try (LoopThread loop = LoopThread.start("orders")) {
            broken.unreadable = loop.run(() -> done(Thread.currentThread())).get();
            CompletableFuture<String> work = loop.run(() -> done("done"));
            assertSame(
                    failure, assertThrows(ExecutionException.class, work::get).getCause());
            broken.unreadable = null;
            assertEquals("done", loop.run(() -> done("done")).get());
        }
    }

    @Test
    void a_broken_jvm_ends_the_run() {
        InternalError error = new InternalError("pretended");
        Throwable thrown = assertThrows(
                InternalError.class,
                () -> run(() -> {
                    Task<Void> task = createTask(() -> {
                        broken.setValue("task");
                        await(sleep(Duration.ofMillis(2)));
                        return done();
                    });
                    await(sleep(Duration.ofMillis(1)));
                    broken.fatal = error;
                    await(task);
                    return done();
                }));
        assertSame(error, thrown);
    }

    @Test
    void what_cannot_be_read_is_thrown_to_what_makes_a_task() {
        run(() -> {
            broken.reading = true;
            Throwable thrown = assertThrows(
                    IllegalStateException.class, () -> EventLoop.running().callSoon(() -> {}));
            broken.reading = false;
            assertSame(failure, thrown);
            return done();
        });
        assertEquals(List.of(), reported);
    }
}
