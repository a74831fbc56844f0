package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of a failure that nobody asks for. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class UnreadFailuresTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration MILLI = Duration.ofMillis(1);

    private final List<Object> log = new ArrayList<>();

    /** A loop in virtual time that notes what is reported and when, in milliseconds. */
    private EventLoop made() {
        EventLoop loop = EventLoop.virtualTime();
        loop.setExceptionHandler((where, context) ->
                log.add(context.exception().getMessage() + " at " + where.time() / MILLI.toNanos()));
        return loop;
    }

    @Async
    private static Coroutine<String> failing(String message) throws IOException {
        await(sleep(MILLI));
        throw new IOException(message);
    }

    @Test
    void it_is_reported_once_after_a_second() {
        run(
                () -> {
                    createTask(() -> failing("unread"));
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of("unread at 1001"), log);
    }

    @Test
    void a_promises_too() {
        run(
                () -> {
                    createPromise().setException(new IOException("unread"));
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of("unread at 1000"), log);
    }

    private EventLoop notingMessages() {
        EventLoop loop = EventLoop.virtualTime();
        loop.setExceptionHandler((where, context) -> log.add(context.message()));
        return loop;
    }

    @Test
    void the_message_says_once_that_it_failed() {
        run(
                () -> {
                    createTask(() -> failing("unread"), "forgotten");
                    createPromise().setException(new IOException("unread"));
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::notingMessages);
        assertEquals(
                List.of(
                        "a promise failed, and its failure was never read. Await it, or call result() or exception()",
                        "task forgotten failed, and its failure was never read. Await it, or call result() or exception()"),
                log);
    }

    @Test
    void so_does_the_one_of_a_task_that_fails_while_it_is_cancelled_at_the_end() {
        run(
                () -> {
                    createTask(
                            () -> {
                                try {
                                    await(sleep(SECOND));
                                } finally {
                                    await(failing("cleaning up"));
                                }
                                return done();
                            },
                            "left");
                    await(sleep(MILLI));
                    return done();
                },
                this::notingMessages);
        assertEquals(List.of("task left failed while it was cancelled at the end of the event loop"), log);
    }

    @Test
    void asking_in_time_silences_it() {
        run(
                () -> {
                    Task<String> asked = createTask(() -> failing("asked"));
                    Task<String> awaited = createTask(() -> failing("awaited"));
                    await(sleep(SECOND));
                    assertEquals("asked", asked.exception().getMessage());
                    assertThrows(IOException.class, awaited::result);
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of(), log);
    }

    @Test
    void a_task_that_fails_by_awaiting_one_has_read_its_failure() {
        run(
                () -> {
                    Task<String> inner = createTask(() -> failing("unread"));
                    Task<Void> outer = createTask(() -> {
                        await(inner);
                        return done();
                    });
                    await(sleep(Duration.ofSeconds(10)));
                    assertSame(inner.exception(), outer.exception());
                    return done();
                },
                this::made);
        assertEquals(List.of("unread at 1001"), log); // the outer one's
    }

    @Test
    void the_grace_can_be_set() {
        run(
                () -> {
                    EventLoop.running().setUnreadFailureGrace(Duration.ofSeconds(5));
                    createTask(() -> failing("unread"));
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of("unread at 5001"), log);
    }

    @Test
    void without_grace_who_awaits_it_is_in_time() {
        run(
                () -> {
                    EventLoop.running().setUnreadFailureGrace(Duration.ZERO);
                    Task<String> awaited = createTask(() -> failing("awaited"));
                    createTask(() -> failing("unread"));
                    assertThrowsIn(awaited);
                    assertEquals("awaited", await(Attempt.failureOf(awaited)).getMessage());
                    await(sleep(SECOND));
                    return done();
                },
                this::made);
        assertEquals(List.of("unread at 1"), log);
    }

    private static void assertThrowsIn(Task<String> pending) {
        assertThrows(dev.fermata.InvalidStateException.class, pending::exception); // not failed yet, so not read
    }

    @Test
    void a_cancel_is_no_failure() {
        run(
                () -> {
                    createTask(sleep(SECOND)).cancel();
                    Promise<String> promise = createPromise();
                    promise.cancel();
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of(), log);
    }

    @Test
    void they_are_reported_in_the_order_of_failing() {
        run(
                () -> {
                    Promise<String> first = createPromise();
                    Promise<String> second = createPromise();
                    second.setException(new IOException("b"));
                    first.setException(new IOException("a"));
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of("b at 1000", "a at 1000"), log);
    }

    @Test
    void the_end_of_the_loop_reports_what_is_left() {
        run(
                () -> {
                    createPromise().setException(new IOException("unread"));
                    return done();
                },
                this::made);
        assertEquals(List.of("unread at 0"), log);
    }

    @Test
    void the_grace_is_nothing_that_anybody_waits_for() {
        assertThrows(
                DeadlockException.class,
                () -> run(
                        () -> {
                            createPromise().setException(new IOException("unread"));
                            await(createPromise());
                            return done();
                        },
                        this::made));
        assertEquals(List.of("unread at 0"), log); // time has not gone on to the report
    }

    @Test
    void a_gather_of_what_failed_before_has_read_it() {
        run(
                () -> {
                    Task<String> first = createTask(() -> failing("first"));
                    Task<String> second = createTask(() -> failing("second"));
                    await(sleep(Duration.ofMillis(2)));
                    assertEquals(
                            "first",
                            await(Attempt.failureOf(gather(first, second))).getMessage());
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of(), log);
    }

    @Test
    void a_future_that_has_it_has_read_it() {
        run(
                () -> {
                    createTask(() -> failing("unread")).toCompletableFuture();
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of(), log);
    }

    @Test
    void a_future_that_was_cancelled_before_has_not() {
        run(
                () -> {
                    CompletableFuture<Void> future = createTask(() -> {
                                try {
                                    await(sleep(SECOND));
                                } finally {
                                    throwing();
                                }
                                return done();
                            })
                            .toCompletableFuture();
                    await(sleep(MILLI));
                    future.cancel(true);
                    await(sleep(Duration.ofSeconds(10)));
                    return done();
                },
                this::made);
        assertEquals(List.of("in answer at 1001"), log);
    }

    private static void throwing() {
        throw new IllegalStateException("in answer");
    }
}
