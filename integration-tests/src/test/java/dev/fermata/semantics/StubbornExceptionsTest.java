package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.shield;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.ExceptionHandler;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Exceptions whose own methods throw: nothing gets lost by that. */
class StubbornExceptionsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Supplier<TaskGroup> UNLEFT = TaskGroup::new;

    private static final class Stubborn extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Supplier<? extends Error> thrown;

        Stubborn(Supplier<? extends Error> thrown) {
            this.thrown = thrown;
        }

        @Override
        public String getMessage() {
            throw thrown.get();
        }

        @Override
        public synchronized Throwable getCause() {
            throw thrown.get();
        }
    }

    private static final class StubbornCancel extends CancelledError {
        private static final long serialVersionUID = 1;

        @Override
        public String getMessage() {
            throw new IllegalStateException("of getMessage");
        }
    }

    private static Stubborn stubborn() {
        return new Stubborn(() -> new AssertionError("of the exception's own method"));
    }

    @Async
    private static Coroutine<Void> fail(Throwable failure) {
        await(sleep(SECOND));
        throw Attempt.<Error>sneak(failure);
    }

    @Async
    private static Coroutine<Void> group(Throwable first, Throwable second) {
        try (var group = new TaskGroup()) {
            group.createTask(fail(first));
            group.createTask(fail(second));
        }
        return done();
    }

    @Test
    void a_group_throws_all_failures_though_the_message_of_one_cannot_be_had() {
        Stubborn first = stubborn();
        IllegalStateException second = new IllegalStateException("second");
        ExceptionGroup thrown = assertThrows(ExceptionGroup.class, () -> virtually(() -> group(first, second)));
        assertEquals(List.of(first, second), thrown.exceptions());
        assertEquals(
                "a task group failed (2 exceptions: Stubborn; IllegalStateException: second)", thrown.getMessage());
    }

    @Test
    void a_group_throws_the_error_though_its_cause_cannot_be_had() {
        AssertionError error = new AssertionError("x") {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized Throwable getCause() {
                throw new IllegalStateException("of getCause");
            }
        };
        Stubborn other = stubborn();
        Throwable thrown = assertThrows(Throwable.class, () -> virtually(() -> group(error, other)));
        assertSame(error, thrown);
        assertEquals(List.of(other), List.of(thrown.getSuppressed()));
    }

    @Test
    void what_tells_that_the_machine_is_in_trouble_leaves_all_the_same() {
        Stubborn fatal = new Stubborn(() -> new InternalError("fatal"));
        Throwable thrown =
                assertThrows(Throwable.class, () -> virtually(() -> group(fatal, new IllegalStateException("second"))));
        assertInstanceOf(InternalError.class, thrown);
    }

    @Test
    void the_report_of_a_group_that_is_never_left_has_all_failures() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        Stubborn failure = stubborn();
        run(
                () -> {
                    Task<Void> opener = createTask(() -> {
                        UNLEFT.get().createTask(() -> fail(failure));
                        await(sleep(FOREVER));
                        return done();
                    });
                    await(failureOf(opener));
                    await(sleep(SECOND));
                    return done();
                },
                () -> {
                    EventLoop loop = EventLoop.virtualTime();
                    loop.setExceptionHandler((it, context) -> reports.add(context));
                    return loop;
                });
        assertEquals(1, reports.size());
        ExceptionGroup reported =
                assertInstanceOf(ExceptionGroup.class, reports.get(0).exception());
        assertEquals(List.of(failure), reported.exceptions());
        assertTrue(
                reports.get(0).message().endsWith("in code that is woven"),
                reports.get(0).message());
    }

    @Async
    private static Coroutine<Void> answersTimeout(Throwable answer) {
        try (var limit = timeout(SECOND)) {
            try {
                await(sleep(FOREVER));
            } finally {
                throwing(answer);
            }
        }
        return done();
    }

    private static void throwing(Throwable failure) {
        throw Attempt.<Error>sneak(failure);
    }

    @Test
    void a_timeout_lets_the_exception_pass_whose_cause_cannot_be_had() {
        Stubborn answer = stubborn();
        Throwable thrown = assertThrows(Throwable.class, () -> virtually(() -> answersTimeout(answer)));
        assertSame(answer, thrown);
        assertInstanceOf(TimeoutException.class, thrown.getSuppressed()[0]);
    }

    @Async
    private static Coroutine<Void> failsWithResource(Throwable failure, AsyncCloseable resource) {
        try (resource) {
            await(sleep(SECOND));
            throwing(failure);
        }
        return done();
    }

    @Test
    void so_does_a_resource_that_cannot_be_closed() {
        Stubborn failure = stubborn();
        IllegalStateException ofClose = new IllegalStateException("close");
        Throwable thrown =
                assertThrows(Throwable.class, () -> virtually(() -> failsWithResource(failure, () -> fail(ofClose))));
        assertSame(failure, thrown);
        assertSame(ofClose, thrown.getSuppressed()[0]);
    }

    @AsyncTest
    void a_task_ends_by_a_cancel_whose_message_cannot_be_had() {
        StubbornCancel cancel = new StubbornCancel();
        CompletableFuture<?>[] future = new CompletableFuture<?>[1];
        Task<Void> cancelled = createTask(fail(cancel));
        Promise<Void> shielded = shield(cancelled);
        future[0] = cancelled.toCompletableFuture();
        assertInstanceOf(CancelledError.class, await(failureOf(shielded)));
        assertTrue(cancelled.cancelled());
        Promise<Void> promise = createPromise();
        promise.setException(new StubbornCancel());
        assertTrue(promise.cancelled());
        assertTrue(future[0].isCancelled());
        assertThrows(CancellationException.class, future[0]::join);
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void the_default_exception_handler_logs_the_failure_whose_message_cannot_be_had() {
        List<String> logged = new ArrayList<>();
        Handler formatting = new Handler() {
            @Override
            public void publish(LogRecord record) {
                logged.add(record.getMessage() + (record.getThrown() == null ? "" : record.getThrown()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.fermata");
        logger.addHandler(formatting);
        logger.setUseParentHandlers(false);
        try {
            assertEquals("went on", virtually(() -> {
                createTask(fail(stubborn()), "unread");
                await(sleep(Duration.ofSeconds(5)));
                return done("went on");
            }));
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(formatting);
        }
        assertEquals(1, logged.size());
        assertTrue(
                logged.get(0)
                        .startsWith(
                                "task unread failed, and its failure was never read. Await it, or call result() or exception(): "
                                        + Stubborn.class.getName()),
                logged.get(0));
        assertTrue(logged.get(0).contains("StubbornExceptionsTest.stubborn("), logged.get(0));
    }
}
