package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.messages;
import static dev.fermata.semantics.Attempt.suppressedMessages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of {@link TaskGroup}: how its block is left, and what leaves it then. */
class TaskGroupsTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<Void> say(String text, long millis) {
        await(sleep(ms(millis)));
        log.add(text);
        return done();
    }

    @Async
    private static Coroutine<Void> fail(Throwable failure, long millis) throws Exception {
        await(sleep(ms(millis)));
        if (failure instanceof Error error) {
            throw error;
        }
        throw (Exception) failure;
    }

    /** Runs on until it is cancelled, and says so. */
    @Async
    private Coroutine<Void> endless(String name) {
        try {
            await(sleep(FOREVER));
        } catch (CancelledError cancel) {
            log.add(name + " cancelled");
            throw cancel;
        }
        return done();
    }

    /** Runs on until it is cancelled, then takes its time, then fails. */
    @Async
    private Coroutine<Void> failingWhenCancelled(RuntimeException failure, long millis) {
        try {
            await(sleep(FOREVER));
        } finally {
            await(sleep(ms(millis)));
            throwIt(failure);
        }
        return done();
    }

    private static void throwIt(RuntimeException failure) {
        throw failure;
    }

    // ---- left normally

    @AsyncTest
    void the_end_of_the_block_waits_for_all_tasks() {
        try (var group = new TaskGroup()) {
            group.createTask(say("late", 20));
            group.createTask(say("early", 10));
            log.add("body");
        }
        log.add("left");
        assertEquals(List.of("body", "early", "late", "left"), log);
    }

    @Test
    void return_waits_for_all_tasks() {
        String result = virtually(() -> returnFromGroup());
        assertEquals("result", result);
        assertEquals(List.of("child"), log);
    }

    @Async
    private Coroutine<String> returnFromGroup() {
        try (var group = new TaskGroup()) {
            group.createTask(say("child", 10));
            return done("result");
        }
    }

    @AsyncTest
    void break_and_continue_wait_for_all_tasks() {
        for (int i = 0; i < 3; i++) {
            try (var group = new TaskGroup()) {
                group.createTask(say("child " + i, 10));
                if (i == 0) {
                    continue;
                }
                break;
            }
        }
        log.add("left");
        assertEquals(List.of("child 0", "child 1", "left"), log);
    }

    @Test
    void an_empty_group_is_left_without_suspending() {
        virtually(() -> {
            createTask(say("other", 0));
            try (var group = new TaskGroup()) {
                log.add("in");
            }
            log.add("out");
            return done();
        });
        assertEquals(List.of("in", "out"), log.subList(0, 2));
    }

    @Test
    void results_are_there_after_the_block() {
        int sum = virtually(() -> {
            Task<Integer> one;
            Task<Integer> two;
            try (var group = new TaskGroup()) {
                one = group.createTask(sleep(ms(10), 1));
                two = group.createTask(() -> sleep(ms(20), 2), "two");
                assertEquals("two", two.getName());
            }
            return done(one.result() + two.result());
        });
        assertEquals(3, sum);
    }

    @AsyncTest
    void tasks_that_children_start_are_awaited_too() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                await(sleep(ms(10)));
                group.createTask(() -> {
                    await(sleep(ms(10)));
                    group.createTask(say("grandchild", 10));
                    return done();
                });
                return done();
            });
        }
        log.add("left");
        assertEquals(List.of("grandchild", "left"), log);
    }

    @Test
    void a_failure_of_a_child_is_an_exception_group_of_one() {
        IOException failure = new IOException("x");
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> fail(failure, 10));
                    }
                    return done();
                }));
        assertEquals(List.of(failure), thrown.exceptions());
    }

    @Test
    void failures_are_in_the_order_of_failing_not_of_creation() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(failingWhenCancelled(new IllegalStateException("third"), 20));
                        group.createTask(failingWhenCancelled(new IllegalStateException("second"), 10));
                        group.createTask(() -> fail(new IOException("first"), 10));
                    }
                    return done();
                }));
        assertEquals(List.of("first", "second", "third"), messages(thrown.exceptions()));
    }

    @AsyncTest
    void a_failure_cancels_the_other_children_and_waits_for_them() {
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> {
                    try {
                        await(sleep(FOREVER));
                    } finally {
                        await(sleep(ms(50)));
                        log.add("cleaned up");
                    }
                    return done();
                });
                group.createTask(() -> fail(new IOException("x"), 10));
            }
            return done();
        }));
        log.add(thrown.getClass().getSimpleName());
        assertEquals(ms(60).toNanos(), EventLoop.running().time());
        assertEquals(List.of("cleaned up", "ExceptionGroup"), log);
    }

    @AsyncTest
    void a_child_that_has_not_begun_when_another_fails_never_runs() {
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                await(sleep(FOREVER));
            } finally {
                log.add("left");
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals(List.of("left"), log);
    }

    @AsyncTest
    void a_child_that_is_cancelled_alone_is_no_failure() {
        try (var group = new TaskGroup()) {
            Task<Void> cancelled = group.createTask(endless("a"));
            group.createTask(say("b", 20));
            await(sleep(ms(10)));
            cancelled.cancel();
        }
        assertEquals(List.of("a cancelled", "b"), log);
    }

    @Test
    void a_child_that_swallows_the_groups_cancel_ends_normally() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    Task<String> swallowing;
                    try (var group = new TaskGroup()) {
                        swallowing = group.createTask(() -> {
                            try {
                                await(sleep(FOREVER));
                            } catch (CancelledError cancel) {
                                log.add("swallowed");
                            }
                            return done("result");
                        });
                        group.createTask(() -> fail(new IOException("x"), 10));
                    }
                    return done();
                }));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(List.of("swallowed"), log);
    }

    // ---- left by an exception

    @Test
    void an_exception_of_the_body_cancels_the_children_and_passes_as_it_is() {
        IOException failure = new IOException("x");
        IOException thrown = assertThrows(
                IOException.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(endless("child"));
                        await(sleep(ms(10)));
                        throw failure;
                    }
                }));
        assertSame(failure, thrown);
        assertEquals(0, thrown.getSuppressed().length);
        assertEquals(List.of("child cancelled"), log);
    }

    @Test
    void a_child_that_was_not_started_when_the_body_fails_never_runs() {
        assertThrows(
                IOException.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(endless("child"));
                        throw new IOException("x");
                    }
                }));
        assertEquals(List.of(), log);
    }

    @Test
    void a_failure_of_the_body_comes_last_in_the_group() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(failingWhenCancelled(new IllegalStateException("child"), 10));
                        await(sleep(ms(10)));
                        throw new IOException("body");
                    }
                }));
        assertEquals(List.of("child", "body"), messages(thrown.exceptions()));
        assertEquals(thrown.exceptions(), List.of(thrown.getSuppressed()));
    }

    @Test
    void the_body_is_cancelled_by_a_failing_child_and_that_cancel_is_not_in_the_group() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> fail(new IOException("x"), 10));
                        try {
                            await(sleep(FOREVER));
                        } catch (CancelledError cancel) {
                            log.add("body cancelled");
                            throw cancel;
                        }
                    }
                    return done();
                }));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(thrown.exceptions(), List.of(thrown.getSuppressed()));
        assertEquals(List.of("body cancelled"), log);
    }

    @AsyncTest
    void the_groups_own_cancel_is_taken_back_when_it_is_left() {
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                await(sleep(FOREVER));
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(10)));
    }

    @AsyncTest
    void a_body_that_swallows_the_groups_cancel_still_gets_the_failure_at_the_end() {
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                try {
                    await(sleep(FOREVER));
                } catch (CancelledError cancel) {
                    log.add("swallowed");
                }
                await(sleep(ms(10)));
                log.add("went on");
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals(0, currentTask().cancelling());
        assertEquals(List.of("swallowed", "went on"), log);
    }

    @Test
    void a_body_that_awaits_a_failing_child_yields_a_group_with_that_exception_once() {
        IOException failure = new IOException("x");
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        Task<Void> child = group.createTask(() -> fail(failure, 10));
                        await(child, IOException.class);
                    }
                    return done();
                }));
        assertEquals(List.of(failure), thrown.exceptions());
        assertEquals(List.of(failure), List.of(thrown.getSuppressed()));
    }

    @Test
    void an_exception_that_reaches_the_body_and_a_child_is_in_the_group_once() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    Promise<Void> promise = createPromise();
                    EventLoop.running().callLater(ms(10), () -> promise.setException(new IllegalStateException("x")));
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> {
                            await(promise);
                            return done();
                        });
                        group.createTask(() -> {
                            await(promise);
                            return done();
                        });
                        await(sleep(ms(0)));
                        await(promise);
                    }
                    return done();
                }));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(1, thrown.getSuppressed().length);
    }

    @Test
    void a_child_that_fails_while_it_is_cancelled_by_the_group_is_in_the_group() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(failingWhenCancelled(new IllegalStateException("second"), 10));
                        group.createTask(() -> fail(new IOException("first"), 10));
                        await(sleep(FOREVER));
                    }
                    return done();
                }));
        assertEquals(2, thrown.exceptions().size());
    }

    // ---- Errors

    @Test
    void an_error_of_a_child_is_thrown_itself_with_the_other_failures_suppressed() {
        AssertionError error = new AssertionError("error");
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(failingWhenCancelled(new IllegalStateException("in answer"), 5));
                        group.createTask(() -> fail(error, 10));
                        await(sleep(FOREVER));
                    }
                    return done();
                }));
        assertSame(error, thrown);
        assertEquals(List.of("in answer"), suppressedMessages(thrown));
    }

    @Test
    void of_two_errors_the_first_is_thrown() {
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> fail(new AssertionError("first"), 10));
                        group.createTask(() -> fail(new AssertionError("second"), 10));
                    }
                    return done();
                }));
        assertEquals("first", thrown.getMessage());
        assertEquals(List.of("second"), suppressedMessages(thrown));
    }

    @Test
    void an_error_of_the_body_before_one_of_a_child_is_the_one_thrown() {
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> {
                            try {
                                await(sleep(FOREVER));
                            } finally {
                                await(fail(new AssertionError("child"), 10));
                            }
                            return done();
                        });
                        await(sleep(ms(10)));
                        throw new AssertionError("body");
                    }
                }));
        assertEquals("body", thrown.getMessage());
        assertEquals(List.of("child"), suppressedMessages(thrown));
    }

    /** The child goes on first when {@code gate} opens, and the body behind it in the same iteration. */
    @Async
    private Coroutine<Void> bothAtOnce(Throwable ofChild, Throwable ofBody, Throwable... inAnswer) throws Exception {
        Promise<Void> gate = createPromise();
        try (var group = new TaskGroup()) {
            for (Throwable failure : inAnswer) {
                group.createTask(() -> {
                    try {
                        await(sleep(FOREVER));
                    } finally {
                        await(fail(failure, 1));
                    }
                    return done();
                });
            }
            group.createTask(() -> {
                await(gate);
                return fail(ofChild, 0);
            });
            EventLoop.running().callLater(ms(10), () -> gate.setResult(null));
            await(sleep(ms(5)));
            await(gate);
            await(sleep(ms(0)));
            throw Attempt.sneak(ofBody);
        }
    }

    @Test
    void an_error_of_a_child_before_one_of_the_body_in_its_iteration_is_the_one_thrown() {
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> bothAtOnce(new AssertionError("child"), new AssertionError("body"))));
        assertEquals("child", thrown.getMessage());
        assertEquals(List.of("body"), suppressedMessages(thrown));
    }

    @Test
    void what_an_error_suppresses_is_in_the_order_of_failing_the_body_among_it() {
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> bothAtOnce(
                        new IOException("child"),
                        new IOException("body"),
                        new IOException("in answer"),
                        new AssertionError("last"))));
        assertEquals("last", thrown.getMessage());
        assertEquals(List.of("child", "body", "in answer"), suppressedMessages(thrown));
    }

    @Test
    void a_child_that_was_never_ready_does_not_count_among_those_that_failed_before_the_body() {
        AssertionError thrown =
                assertThrows(AssertionError.class, () -> run(this::failingBesideOneThatStarts, EventLoop::virtualTime));
        assertEquals("last", thrown.getMessage());
        assertEquals(List.of("body", "in answer"), suppressedMessages(thrown));
        assertEquals(List.of("CancelledError"), log);
    }

    @Async
    private Coroutine<Void> failingBesideOneThatStarts() throws Exception {
        Promise<Void> gate = createPromise();
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                try {
                    await(sleep(FOREVER));
                } finally {
                    await(fail(new IOException("in answer"), 1));
                }
                return done();
            });
            group.createTask(() -> {
                Throwable failure = await(failureOf(() -> group.<Void>start(status -> {
                    await(gate);
                    return fail(new IOException("never ready"), 0);
                })));
                log.add(failure.getClass().getSimpleName()); // cancelled after the one that it waited for had failed
                return fail(new AssertionError("last"), 30);
            });
            EventLoop.running().callLater(ms(10), () -> gate.setResult(null));
            await(sleep(ms(5)));
            await(gate);
            await(sleep(ms(0)));
            throw new IOException("body");
        }
    }

    @Test
    void an_error_of_the_body_alone_passes_as_it_is() {
        AssertionError error = new AssertionError("body");
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(endless("child"));
                        await(sleep(ms(10)));
                        throw error;
                    }
                }));
        assertSame(error, thrown);
        assertEquals(List.of("child cancelled"), log);
    }

    // ---- a cancel from outside

    @AsyncTest
    void a_cancel_from_outside_cancels_the_children_and_passes() {
        Task<Void> task = createTask(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(endless("child"));
                await(sleep(FOREVER));
            }
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(0, thrown.getSuppressed().length);
        assertTrue(task.cancelled());
        assertEquals(List.of("child cancelled"), log);
    }

    @AsyncTest
    void a_cancel_from_outside_while_the_block_waits_for_its_children_cancels_them_and_passes() {
        Task<Void> task = createTask(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(endless("child"));
            }
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertEquals("why", thrown.getMessage());
        assertTrue(task.cancelled());
        assertEquals(List.of("child cancelled"), log);
    }

    @AsyncTest
    void a_second_cancel_from_outside_does_not_end_the_wait_for_the_children() {
        Task<Void> task = createTask(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> {
                    try {
                        await(sleep(FOREVER));
                    } finally {
                        await(sleep(ms(50)));
                        log.add("cleaned up");
                    }
                    return done();
                });
            }
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("first");
        await(sleep(ms(10)));
        task.cancel("second");
        Throwable thrown = await(failureOf(task));
        log.add("first".equals(thrown.getMessage()) ? "first cancel" : thrown.toString());
        assertEquals(List.of("cleaned up", "first cancel"), log);
    }

    @AsyncTest
    void a_cancel_from_outside_and_a_failing_child_give_the_failure_and_the_cancel_at_the_next_await() {
        Task<Void> task = createTask(() -> {
            try {
                try (var group = new TaskGroup()) {
                    group.createTask(failingWhenCancelled(new IllegalStateException("x"), 5));
                    await(sleep(FOREVER));
                }
            } catch (ExceptionGroup failed) {
                log.add("failed, cancelling " + currentTask().cancelling());
            }
            try {
                await(sleep(ms(10)));
                log.add("not reached");
            } catch (CancelledError cancel) {
                log.add("cancelled: " + cancel.getMessage());
            }
            await(sleep(ms(10)));
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("why");
        await(task);
        assertEquals(List.of("failed, cancelling 1", "cancelled: why"), log);
    }

    @AsyncTest
    void a_cancel_from_outside_while_waiting_and_a_failing_child_give_the_failure_and_the_cancel_again() {
        Task<Void> task = createTask(() -> {
            try {
                try (var group = new TaskGroup()) {
                    group.createTask(failingWhenCancelled(new IllegalStateException("x"), 5));
                }
            } catch (ExceptionGroup failed) {
                log.add("failed");
            }
            await(sleep(ms(10)));
            log.add("not reached");
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        log.add("cancelled: " + thrown.getMessage());
        assertEquals(List.of("failed", "cancelled: why"), log);
    }

    @AsyncTest
    void a_cancel_while_the_block_waits_after_its_own_exception_is_delivered_after_that_exception() {
        Task<Void> task = createTask(() -> {
            try {
                try (var group = new TaskGroup()) {
                    group.createTask(() -> {
                        try {
                            await(sleep(FOREVER));
                        } finally {
                            await(sleep(ms(50)));
                        }
                        return done();
                    });
                    await(sleep(ms(10)));
                    throw new IOException("body");
                }
            } catch (IOException e) {
                log.add("body failed");
            }
            await(sleep(ms(10)));
            log.add("not reached");
            return done();
        });
        await(sleep(ms(20)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        log.add("cancelled: " + thrown.getMessage());
        assertEquals(List.of("body failed", "cancelled: why"), log);
    }

    @AsyncTest
    void a_cancel_that_was_counted_before_the_group_was_opened_is_not_delivered_again() {
        Task<Void> task = createTask(() -> {
            try {
                await(sleep(FOREVER));
            } catch (CancelledError cancel) {
                log.add("cancelled");
            }
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
            } catch (ExceptionGroup failed) {
                log.add("failed");
            }
            await(sleep(ms(10)));
            log.add("went on");
            return done();
        });
        await(sleep(ms(10)));
        task.cancel();
        await(task);
        assertEquals(List.of("cancelled", "failed", "went on"), log);
    }

    @AsyncTest
    void a_cancel_that_arrives_when_the_last_child_has_ended_but_the_block_has_not_been_told_still_cancels() {
        Promise<Void> promise = createPromise();
        Task<Void> task = createTask(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> {
                    await(promise);
                    return done();
                });
            }
            log.add("not reached");
            return done();
        });
        await(sleep(ms(10)));
        promise.setResult(null); // next iteration: the child ends; the one after: the group is told
        await(sleep(Duration.ZERO));
        await(sleep(Duration.ZERO));
        task.cancel();
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals(List.of(), log);
    }

    // ---- join

    @AsyncTest
    void join_waits_inside_the_block_for_grandchildren_too() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                await(sleep(ms(10)));
                group.createTask(say("grandchild", 10));
                return done();
            });
            await(group.join());
            log.add("joined");
        }
        assertEquals(List.of("grandchild", "joined"), log);
    }

    @AsyncTest
    void after_a_good_join_more_tasks_may_be_started_and_joined() {
        try (var group = new TaskGroup()) {
            group.createTask(say("a", 10));
            await(group.join());
            log.add("joined");
            group.createTask(say("b", 10));
            await(group.join());
            log.add("joined again");
            group.createTask(say("c", 10));
        }
        assertEquals(List.of("a", "joined", "b", "joined again", "c"), log);
    }

    @AsyncTest
    void join_throws_what_leaving_would_throw_and_leaving_adds_nothing() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> fail(new IOException("x"), 10));
            try {
                await(group.join());
            } catch (ExceptionGroup failed) {
                log.add("joined: " + failed.exceptions().get(0).getMessage());
            }
            await(sleep(ms(10)));
        }
        log.add("left");
        assertEquals(List.of("joined: x", "left"), log);
    }

    @AsyncTest
    void joining_again_throws_the_same() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> fail(new IOException("x"), 10));
            Throwable first = await(failureOf(() -> group.join()));
            Throwable second = await(failureOf(() -> group.join()));
            assertInstanceOf(ExceptionGroup.class, first);
            assertSame(first, second);
        }
    }

    @Test
    void what_join_threw_passes_the_end_of_the_block_unchanged() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> fail(new IOException("x"), 10));
                        await(group.join());
                    }
                    return done();
                }));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(1, thrown.getSuppressed().length);
    }

    @Test
    void another_exception_after_a_failed_join_passes_as_it_is() {
        IOException thrown = assertThrows(
                IOException.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> fail(new IllegalStateException("x"), 10));
                        try {
                            await(group.join());
                        } catch (ExceptionGroup failed) {
                            throw new IOException("instead");
                        }
                    }
                    return done();
                }));
        assertEquals("instead", thrown.getMessage());
        assertEquals(0, thrown.getSuppressed().length);
    }

    @AsyncTest
    void a_cancel_during_join_cancels_the_children_and_is_delivered_once() {
        Task<Void> task = createTask(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(endless("child"));
                try {
                    await(group.join());
                } catch (CancelledError cancel) {
                    log.add("join cancelled: " + cancel.getMessage());
                }
                await(sleep(ms(10)));
            }
            log.add("left");
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("why");
        await(task);
        assertEquals(List.of("child cancelled", "join cancelled: why", "left"), log);
    }

    @AsyncTest
    void join_in_a_timeout_cancels_the_children_when_the_time_is_up() {
        try (var group = new TaskGroup()) {
            group.createTask(endless("child"));
            await(waitFor(group.join(), ms(10)));
        } catch (TimeoutException e) {
            log.add("timed out");
        }
        assertEquals(List.of("child cancelled", "timed out"), log);
    }

    @AsyncTest
    void only_the_task_that_opened_the_group_may_join_it() {
        try (var group = new TaskGroup()) {
            Task<Throwable> other = group.createTask(failureOf(() -> group.join()));
            Throwable thrown = await(other);
            assertInstanceOf(IllegalStateException.class, thrown);
            assertTrue(thrown.getMessage().contains("only the task that opened it"), thrown.getMessage());
        }
    }

    @AsyncTest
    void only_the_task_that_opened_the_group_may_leave_it() {
        try (var group = new TaskGroup()) {
            group.createTask(say("child", 10));
            Throwable thrown = await(createTask(failureOf(() -> group.aclose())));
            assertInstanceOf(IllegalStateException.class, thrown);
        }
        log.add("left");
        assertEquals(List.of("child", "left"), log);
    }

    // ---- cancel()

    @AsyncTest
    void cancel_cancels_the_children_and_the_body_goes_on() {
        try (var group = new TaskGroup()) {
            group.createTask(endless("child"));
            await(sleep(ms(10)));
            group.cancel();
            await(sleep(ms(10)));
            log.add("body went on");
        }
        log.add("left");
        assertEquals(List.of("child cancelled", "body went on", "left"), log);
    }

    @Test
    void a_child_that_fails_in_answer_to_cancel_is_a_failure() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(failingWhenCancelled(new IllegalStateException("x"), 5));
                        await(sleep(ms(10)));
                        group.cancel();
                    }
                    return done();
                }));
        assertEquals(1, thrown.exceptions().size());
    }

    @AsyncTest
    void a_child_may_cancel_the_group_it_is_in() {
        try (var group = new TaskGroup()) {
            group.createTask(endless("other"));
            group.createTask(() -> {
                await(sleep(ms(10)));
                group.cancel();
                log.add("cancelled all");
                await(sleep(ms(10)));
                log.add("not reached");
                return done();
            });
        }
        log.add("left");
        assertEquals(List.of("cancelled all", "other cancelled", "left"), log);
    }

    // ---- createTask on a group that takes none

    @AsyncTest
    void a_cancelled_group_starts_no_more_tasks() {
        try (var group = new TaskGroup()) {
            group.cancel();
            Coroutine<Void> coroutine = say("never", 0);
            assertThrows(IllegalStateException.class, () -> group.createTask(coroutine));
            assertThrows(IllegalStateException.class, () -> group.createTask(() -> say("never", 0)));
            // it was closed: nobody has to await it, and nobody can
            assertThrows(IllegalStateException.class, () -> createTask(coroutine));
        }
    }

    @AsyncTest
    void a_failed_group_starts_no_more_tasks() {
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> {
                    try {
                        await(sleep(FOREVER));
                    } finally {
                        assertThrows(IllegalStateException.class, () -> group.createTask(say("never", 0)));
                        log.add("refused");
                    }
                    return done();
                });
                group.createTask(() -> fail(new IOException("x"), 10));
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals(List.of("refused"), log);
    }

    @AsyncTest
    void a_group_that_was_left_starts_no_more_tasks() {
        TaskGroup kept;
        try (var group = new TaskGroup()) {
            kept = group;
            group.createTask(say("child", 10));
        }
        IllegalStateException thrown =
                assertThrows(IllegalStateException.class, () -> kept.createTask(say("never", 0)));
        assertTrue(thrown.getMessage().contains("has been left"), thrown.getMessage());
    }

    @AsyncTest
    void a_child_may_start_siblings_while_the_block_is_being_left() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                await(sleep(ms(10))); // the body has ended long since
                group.createTask(say("sibling", 10));
                return done();
            });
        }
        log.add("left");
        assertEquals(List.of("sibling", "left"), log);
    }

    @Test
    void a_group_is_opened_by_a_task() {
        IllegalStateException outside = assertThrows(IllegalStateException.class, TaskGroup::new);
        assertTrue(outside.getMessage().contains("Asyncio.run"), outside.getMessage());
        virtually(() -> {
            EventLoop.running().callSoon(() -> {
                assertThrows(IllegalStateException.class, TaskGroup::new);
                log.add("refused");
            });
            await(sleep(ms(10)));
            return done();
        });
        assertEquals(List.of("refused"), log);
    }

    // ---- nested

    @Test
    void a_failure_in_an_inner_group_cancels_the_outer_one_from_its_body() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var outer = new TaskGroup()) {
                        outer.createTask(endless("outer child"));
                        try (var inner = new TaskGroup()) {
                            inner.createTask(() -> fail(new IOException("x"), 10));
                        }
                    }
                    return done();
                }));
        // The inner group's exception is one of the outer body: it passes as it is.
        assertEquals(List.of("x"), messages(thrown.exceptions()));
        assertEquals(List.of("outer child cancelled"), log);
    }

    @AsyncTest
    void a_failure_in_an_outer_group_cancels_the_inner_one_and_leaves_the_outer() {
        Throwable thrown = await(failureOf(() -> {
            try (var outer = new TaskGroup()) {
                outer.createTask(() -> fail(new IOException("x"), 10));
                try (var inner = new TaskGroup()) {
                    inner.createTask(endless("inner child"));
                } catch (ExceptionGroup wrong) {
                    log.add("not reached");
                }
                log.add("not reached either");
            }
            return done();
        }));
        ExceptionGroup group = assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals("x", group.exceptions().get(0).getMessage());
        assertEquals(1, group.getSuppressed().length);
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(10)));
        assertEquals(List.of("inner child cancelled"), log);
    }

    @AsyncTest
    void failures_in_both_groups_nest_and_leave_no_cancel_behind() {
        Throwable thrown = await(failureOf(() -> {
            try (var outer = new TaskGroup()) {
                outer.createTask(() -> fail(new IOException("outer"), 10));
                try (var inner = new TaskGroup()) {
                    inner.createTask(failingWhenCancelled(new IllegalStateException("inner"), 5));
                    await(sleep(FOREVER));
                }
            }
            return done();
        }));
        ExceptionGroup outer = assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals("outer", outer.exceptions().get(0).getMessage());
        ExceptionGroup inner =
                assertInstanceOf(ExceptionGroup.class, outer.exceptions().get(1));
        assertEquals("inner", inner.exceptions().get(0).getMessage());
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(10)));
    }

    @AsyncTest
    void nested_failures_in_a_task_that_swallowed_a_cancel_before_leave_no_cancel_behind() {
        Task<Void> task = createTask(() -> {
            try {
                await(sleep(FOREVER));
            } catch (CancelledError cancel) {
                log.add("cancelled");
            }
            try (var outer = new TaskGroup()) {
                outer.createTask(() -> fail(new IOException("outer"), 10));
                try (var inner = new TaskGroup()) {
                    inner.createTask(failingWhenCancelled(new IllegalStateException("inner"), 5));
                    await(sleep(FOREVER));
                }
            } catch (ExceptionGroup failed) {
                log.add("failed");
            }
            await(sleep(ms(10)));
            log.add("went on");
            return done();
        });
        await(sleep(ms(10)));
        task.cancel();
        await(task);
        assertEquals(List.of("cancelled", "failed", "went on"), log);
    }

    @Test
    void an_inner_group_in_a_child_fails_the_child() {
        ExceptionGroup thrown = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var outer = new TaskGroup()) {
                        outer.createTask(() -> {
                            try (var inner = new TaskGroup()) {
                                inner.createTask(() -> fail(new IOException("x"), 10));
                            }
                            return done();
                        });
                    }
                    return done();
                }));
        ExceptionGroup inner =
                assertInstanceOf(ExceptionGroup.class, thrown.exceptions().get(0));
        assertEquals("x", inner.exceptions().get(0).getMessage());
    }

    // ---- the rest

    @AsyncTest
    void a_child_that_completes_with_others_failing_in_the_same_iteration_keeps_its_result() {
        List<Task<String>> kept = new ArrayList<>();
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                kept.add(group.createTask(sleep(ms(10), "result")));
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals("result", kept.get(0).result());
    }

    @AsyncTest
    void failures_that_the_group_took_are_not_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
        Throwable thrown = await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                group.createTask(() -> fail(new IOException("y"), 10));
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        await(sleep(Duration.ofSeconds(10)));
        assertEquals(List.of(), reports);
    }

    @AsyncTest
    void the_failure_of_a_child_whose_opener_ended_without_leaving_is_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
        Task<TaskGroup> opener = createTask(() -> {
            TaskGroup never = new TaskGroup();
            never.createTask(() -> fail(new IOException("x"), 10));
            return done(never);
        });
        await(opener);
        await(sleep(ms(20)));
        assertEquals(1, reports.size());
        assertEquals("x", reports.get(0).exception().getMessage());
    }

    @AsyncTest
    void a_body_cancelled_in_the_same_iteration_as_a_child_fails_yields_the_failure() {
        Task<Void> task = createTask(() -> {
            Task<?> self = currentTask();
            try {
                try (var group = new TaskGroup()) {
                    group.createTask(() -> {
                        await(sleep(ms(10)));
                        EventLoop.running().callSoon(() -> self.cancel("why"));
                        throw new IOException("x");
                    });
                    await(sleep(FOREVER));
                }
            } catch (ExceptionGroup failed) {
                log.add("failed, cancelling " + currentTask().cancelling());
            }
            await(sleep(ms(10)));
            log.add("not reached");
            return done();
        });
        Throwable thrown = await(failureOf(task));
        log.add("cancelled: " + thrown.getMessage());
        assertEquals(List.of("failed, cancelling 1", "cancelled: why"), log);
    }

    @AsyncTest
    void the_message_of_a_cancel_from_outside_survives_a_swallowed_cancel_of_the_group() {
        Task<Void> task = createTask(() -> {
            try {
                try (var group = new TaskGroup()) {
                    group.createTask(() -> fail(new IOException("x"), 10));
                    try {
                        await(sleep(FOREVER));
                    } catch (CancelledError ofGroup) {
                        log.add("swallowed");
                    }
                    await(sleep(FOREVER));
                }
            } catch (ExceptionGroup failed) {
                log.add("failed, suppressed " + suppressedMessages(failed));
            }
            await(sleep(ms(10)));
            return done();
        });
        await(sleep(ms(20)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        log.add("cancelled: " + thrown.getMessage());
        assertEquals(List.of("swallowed", "failed, suppressed [x, why]", "cancelled: why"), log);
    }

    @AsyncTest
    void leaving_without_a_cancel_leaves_the_task_uncancelled() {
        try (var group = new TaskGroup()) {
            group.createTask(say("child", 10));
            await(sleep(ms(20)));
        }
        assertEquals(0, currentTask().cancelling());
        assertFalse(currentTask().done());
        assertNull(await(failureOf(() -> sleep(ms(10)))));
    }

    /** Its block answers the cancel with another exception; the cancel is delivered once more behind it. */
    @Async
    private Coroutine<Void> answering() {
        try (var group = new TaskGroup()) {
            try {
                await(sleep(FOREVER));
            } catch (CancelledError cancel) {
                throw new IllegalStateException("answer to " + cancel.getMessage());
            }
        } catch (IllegalStateException answer) {
            log.add(answer.getMessage());
        }
        await(sleep(FOREVER));
        return done();
    }

    @Async
    private static Coroutine<Void> awaiting(Task<Void> inner) {
        await(inner);
        return done();
    }

    @AsyncTest
    void a_cancel_that_came_down_a_chain_of_tasks_is_delivered_again_with_its_message() {
        Task<Void> inner = createTask(() -> {
            try {
                await(sleep(FOREVER));
            } catch (CancelledError old) {
                log.add("swallowed " + old.getMessage());
            }
            await(answering());
            return done();
        });
        Task<Void> middle = createTask(awaiting(inner));
        Task<Void> outer = createTask(awaiting(middle));
        await(sleep(ms(1)));
        inner.cancel("the old one");
        await(sleep(ms(1)));
        outer.cancel("the message");
        assertEquals("the message", await(failureOf(outer)).getMessage());
        assertEquals("the message", await(failureOf(inner)).getMessage());
        assertEquals(List.of("swallowed the old one", "answer to the message"), log);
    }

    @AsyncTest
    void the_cancel_of_a_scope_that_came_down_so_is_too() {
        Task<Void> inner = createTask(answering());
        Task<Void> outer = createTask(
                () -> {
                    try (var limit = timeout(ms(1))) {
                        await(inner);
                    }
                    return done();
                },
                "outer");
        assertInstanceOf(TimeoutException.class, await(failureOf(outer)));
        Throwable again = await(failureOf(inner));
        assertEquals("cancelled because the timeout of 0.001 s that task outer opened is up", again.getMessage());
    }
}
