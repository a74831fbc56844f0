package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.suppressedMessages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A {@link TaskGroup} whose task is cancelled from outside. */
class TaskGroupCancelsTest extends Children {
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
