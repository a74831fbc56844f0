package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.toThread;
import static dev.fermata.Asyncio.toThreadInterruptibly;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.messages;
import static dev.fermata.semantics.Attempt.suppressedMessages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.ExceptionHandler;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a cancel of a scope says, and a scope that is opened without a block, so that nothing takes the cancel back. */
class ScopesWithoutBlockTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final String OF_GROUP =
            "cancelled by the TaskGroup that task opener opened, because task child of it failed with java.io.IOException";

    /** Hides from the weaver that nobody leaves them. */
    private static final Supplier<TaskGroup> GROUP = TaskGroup::new;

    private final List<String> log = new ArrayList<>();
    private final List<ExceptionHandler.Context> reports = new ArrayList<>();
    private final IOException failure = new IOException("x");

    /** Runs it in virtual time and keeps what is reported, also by the end of the run. */
    private void listening(AsyncCallable<Void> main) {
        run(main, () -> {
            EventLoop loop = EventLoop.virtualTime();
            loop.setExceptionHandler((it, context) -> reports.add(context));
            return loop;
        });
    }

    private static Task<Void> opener(AsyncCallable<Void> body) {
        return createTask(body, "opener");
    }

    @Async
    private Coroutine<Void> fail() throws IOException {
        await(sleep(SECOND));
        throw failure;
    }

    /** Whatever it awaits has nothing to do with the group. */
    @Async
    private Coroutine<Void> innocent() {
        await(sleep(FOREVER));
        return done();
    }

    @Async
    private Coroutine<Void> unleft() {
        TaskGroup group = GROUP.get();
        group.createTask(() -> fail(), "child");
        await(innocent());
        return done();
    }

    private static void isOfGroup(Throwable cancel) {
        assertInstanceOf(CancelledError.class, cancel);
        assertEquals(OF_GROUP, cancel.getMessage());
    }

    // ---- groups

    @Test
    void the_cancel_of_a_group_that_nobody_leaves_says_why_and_leads_to_the_failure() {
        listening(() -> {
            Task<Void> opener = createTask(unleft(), "opener");
            Throwable thrown = await(failureOf(opener));
            isOfGroup(thrown);
            assertSame(failure, thrown.getCause());
            return done();
        });
    }

    @Test
    void it_says_so_through_tasks_and_gathers_that_are_awaited_in_between() {
        listening(() -> {
            Task<Void> opener = opener(() -> {
                GROUP.get().createTask(() -> fail(), "child");
                await(createTask(() -> {
                    await(gather(createTask(() -> {
                        Throwable cancel = await(failureOf(() -> innocent()));
                        isOfGroup(cancel);
                        throw (CancelledError) cancel;
                    })));
                    return done();
                }));
                return done();
            });
            Throwable thrown = await(failureOf(opener));
            isOfGroup(thrown);
            assertSame(failure, thrown.getCause());
            return done();
        });
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void it_says_so_to_a_task_that_was_ready_when_it_came() {
        listening(() -> {
            Promise<Void> gate = createPromise();
            Task<Void> opener = opener(() -> {
                GROUP.get().createTask(() -> fail(), "child");
                createTask(() -> {
                    await(sleep(SECOND));
                    gate.setResult(null); // in the iteration in which the child fails
                    return done();
                });
                await(gate);
                return done();
            });
            Throwable thrown = await(failureOf(opener));
            isOfGroup(thrown);
            return done();
        });
    }

    @Test
    void what_failed_in_a_group_that_was_not_left_is_reported_when_its_opener_has_ended() {
        listening(() -> {
            Task<Void> opener = opener(() -> {
                GROUP.get().createTask(() -> fail(), "child");
                try {
                    await(innocent());
                } catch (CancelledError swallowed) {
                    log.add("swallowed");
                }
                await(sleep(SECOND));
                assertEquals(0, reports.size()); // it may still be left
                return done();
            });
            await(opener);
            await(sleep(SECOND));
            return done();
        });
        assertEquals(List.of("swallowed"), log);
        assertEquals(1, reports.size());
        ExceptionHandler.Context report = reports.get(0);
        assertEquals(
                "the TaskGroup that task opener opened was not left before that task ended: its failure is lost. Open it"
                        + " in the head of a try-with-resources, in code that is woven",
                report.message());
        ExceptionGroup group = assertInstanceOf(ExceptionGroup.class, report.exception());
        assertEquals(List.of(failure), group.exceptions());
        assertEquals(List.of(), Ways.own(group));
    }

    @Test
    void a_group_whose_tasks_outlive_its_opener_is_reported_once() {
        listening(() -> {
            await(opener(() -> {
                TaskGroup group = GROUP.get();
                group.createTask(sleep(SECOND), "one");
                group.createTask(sleep(SECOND), "two");
                return done();
            }));
            return done();
        });
        assertEquals(
                List.of("the TaskGroup that task opener opened was not left before that task ended: task one of it"
                        + " ended later. Open it in the head of a try-with-resources, in code that is woven"),
                reports.stream().map(ExceptionHandler.Context::message).toList());
    }

    @Test
    void a_group_that_was_joined_and_has_told_of_its_failures_is_not_reported() {
        listening(() -> {
            await(createTask(() -> {
                TaskGroup group = GROUP.get();
                group.createTask(() -> fail(), "child");
                Throwable thrown = await(failureOf(() -> group.join()));
                assertEquals(List.of(failure), ((ExceptionGroup) thrown).exceptions());
                return done();
            }));
            await(createTask(() -> {
                TaskGroup group = GROUP.get();
                group.createTask(() -> fail(), "child");
                Throwable cancel = await(failureOf(() -> innocent()));
                assertInstanceOf(CancelledError.class, cancel);
                Throwable thrown = await(failureOf(() -> group.join()));
                assertEquals(List.of(failure), ((ExceptionGroup) thrown).exceptions());
                return done();
            }));
            await(sleep(SECOND));
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void debug_mode_says_where_a_group_and_a_timeout_were_opened() {
        listening(() -> {
            EventLoop.running().setDebug(true);
            Throwable ofGroup = await(failureOf(createTask(unleft(), "opener")));
            assertTrue(
                    ofGroup.getMessage()
                            .contains("opened in dev.fermata.semantics.ScopesWithoutBlockTest.unleft"
                                    + "(ScopesWithoutBlockTest.java:"),
                    ofGroup.getMessage());
            Throwable ofTimeout = await(failureOf(createTask(unleftTimeout(), "opener")));
            assertTrue(
                    ofTimeout
                            .getMessage()
                            .contains("opened in dev.fermata.semantics.ScopesWithoutBlockTest.open"
                                    + "(ScopesWithoutBlockTest.java:"),
                    ofTimeout.getMessage());
            EventLoop.running().setDebug(false);
            return done();
        });
    }

    // ---- timeouts

    private static AutoCloseable open(Duration limit) {
        return timeout(limit); // a method that looks as if it did not
    }

    @Async
    private Coroutine<Void> unleftTimeout() {
        assertTrue(open(SECOND) != null);
        await(innocent());
        return done();
    }

    @Test
    void the_cancel_of_a_timeout_that_nobody_leaves_says_whose_it_is() {
        listening(() -> {
            Throwable thrown = await(failureOf(createTask(unleftTimeout(), "opener")));
            assertInstanceOf(CancelledError.class, thrown);
            assertEquals("cancelled because the timeout of 1.000 s that task opener opened is up", thrown.getMessage());
            assertNull(thrown.getCause());
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void a_timeout_that_is_up_when_its_task_has_ended_is_reported() {
        listening(() -> {
            await(opener(() -> {
                assertTrue(open(SECOND) != null);
                return done();
            }));
            await(sleep(SECOND.multipliedBy(2)));
            return done();
        });
        assertEquals(
                List.of(
                        "the timeout of 1.000 s that task opener opened was reached after the task had ended: its block was never"
                                + " left. Open it in the head of a try-with-resources, in code that is woven"),
                reports.stream().map(ExceptionHandler.Context::message).toList());
    }

    // ---- in a block

    @Test
    void a_block_sees_why_it_is_cancelled_and_nothing_of_that_leaves_it() {
        listening(() -> {
            Task<Void> opener = opener(() -> {
                try (var group = new TaskGroup()) {
                    group.createTask(() -> fail(), "child");
                    Throwable cancel = await(failureOf(() -> innocent()));
                    isOfGroup(cancel);
                    assertSame(failure, cancel.getCause());
                    throw (CancelledError) cancel;
                }
            });
            Throwable thrown = await(failureOf(opener));
            assertEquals(List.of("x"), messages(((ExceptionGroup) thrown).exceptions()));
            assertEquals(List.of("x"), suppressedMessages(thrown));
            assertNull(thrown.getCause());
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void a_cancel_of_the_group_is_not_suppressed_where_another_one_came_behind_it() {
        listening(() -> {
            Task<Void> opener = opener(() -> {
                try {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> fail(), "child");
                        try {
                            await(innocent());
                        } finally {
                            currentTask().cancel("why");
                        }
                    }
                } catch (ExceptionGroup failed) {
                    log.add("suppressed " + suppressedMessages(failed));
                }
                await(sleep(SECOND));
                return done();
            });
            log.add(await(failureOf(opener)).getMessage());
            return done();
        });
        assertEquals(List.of("suppressed [x]", "why"), log);
    }

    @Test
    void a_cancel_of_a_timeout_that_leaves_for_another_ones_sake_has_that_ones_message() {
        listening(() -> {
            Task<Void> opener = opener(() -> {
                try (var within = timeout(SECOND)) {
                    try {
                        await(innocent());
                    } finally {
                        currentTask().cancel("why");
                    }
                }
                return done();
            });
            Throwable thrown = await(failureOf(opener));
            assertInstanceOf(CancelledError.class, thrown);
            log.add(thrown.getMessage());
            return done();
        });
        assertEquals(List.of("why"), log);
    }

    @Test
    void the_cancel_of_a_timeout_is_the_cause_of_its_exception_and_names_it() {
        listening(() -> {
            Task<Void> opener = opener(() -> {
                await(waitFor(innocent(), SECOND));
                return done();
            });
            Throwable thrown = await(failureOf(opener));
            assertInstanceOf(TimeoutException.class, thrown);
            assertEquals("timed out after 1.000 s", thrown.getMessage());
            assertEquals(
                    "cancelled because the timeout of 1.000 s that task opener opened is up",
                    thrown.getCause().getMessage());
            return done();
        });
    }

    @Test
    void what_answered_the_interrupt_of_a_call_stays_the_cause() {
        CountDownLatch interruptible = new CountDownLatch(1);
        Throwable thrown = assertThrows(
                CancelledError.class,
                () -> run(() -> {
                    EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
                    currentTask().setName("opener");
                    GROUP.get()
                            .createTask(
                                    () -> {
                                        await(toThread(() -> {
                                            interruptible.await();
                                            return null;
                                        }));
                                        throw failure;
                                    },
                                    "child");
                    await(toThreadInterruptibly(() -> {
                        interruptible.countDown();
                        new CountDownLatch(1).await();
                        return null;
                    }));
                    return done();
                }));
        isOfGroup(thrown);
        assertInstanceOf(InterruptedException.class, thrown.getCause());
        assertEquals(1, reports.size());
    }

    // ---- what is kept

    private static IllegalStateException noted(List<WeakReference<Throwable>> failures) {
        IllegalStateException made = new IllegalStateException("x");
        failures.add(new WeakReference<>(made));
        return made;
    }

    @Async
    private static Coroutine<Void> failNoted(List<WeakReference<Throwable>> failures) {
        await(sleep(SECOND));
        throw noted(failures);
    }

    @Async
    private static Coroutine<Void> swallowing(List<WeakReference<Throwable>> failures) {
        GROUP.get().createTask(() -> failNoted(failures), "child");
        try {
            await(sleep(FOREVER));
        } catch (CancelledError cancel) {
            return done();
        }
        return done();
    }

    @Test
    void what_failed_does_not_stay_in_memory_because_somebody_holds_the_task() {
        List<WeakReference<Throwable>> failures = new ArrayList<>();
        run(
                () -> {
                    Task<Void> opener = createTask(swallowing(failures));
                    await(sleep(SECOND.multipliedBy(5)));
                    for (int i = 0; i < 50 && failures.get(0).get() != null; i++) {
                        System.gc();
                        await(sleep(Duration.ZERO));
                    }
                    assertNull(failures.get(0).get());
                    assertTrue(opener.done());
                    assertEquals(List.of("reported"), log);
                    return done();
                },
                () -> {
                    EventLoop loop = EventLoop.virtualTime();
                    loop.setExceptionHandler((it, context) -> log.add("reported"));
                    return loop;
                });
    }
}
