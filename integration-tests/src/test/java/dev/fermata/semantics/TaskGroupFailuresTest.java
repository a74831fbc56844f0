package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;

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
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A {@link TaskGroup} in which a child, the body or both fail: what is cancelled, and what leaves the block. */
class TaskGroupFailuresTest extends Children {
    // ---- a child fails

    @AsyncTest
    void a_failure_of_a_child_is_an_exception_group_of_one() {
        IOException failure = new IOException("x");
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(failure, 10));
            }
            return done();
        })));
        assertEquals(List.of(failure), thrown.exceptions());
    }

    @AsyncTest
    void failures_are_in_the_order_of_failing_not_of_creation() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(failingWhenCancelled(new IllegalStateException("third"), 20));
                group.createTask(failingWhenCancelled(new IllegalStateException("second"), 10));
                group.createTask(() -> fail(new IOException("first"), 10));
            }
            return done();
        })));
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
    void a_child_that_swallows_the_groups_cancel_ends_normally() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
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
        })));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(List.of("swallowed"), log);
    }

    // ---- left by an exception

    @AsyncTest
    void an_exception_of_the_body_cancels_the_children_and_passes_as_it_is() {
        IOException failure = new IOException("x");
        try (var group = new TaskGroup()) {
            group.createTask(endless("child"));
            await(sleep(ms(10)));
            throw failure;
        } catch (IOException thrown) {
            log.add("caught");
            assertSame(failure, thrown);
            assertEquals(0, thrown.getSuppressed().length);
        }
        assertEquals(List.of("child cancelled", "caught"), log);
    }

    @AsyncTest
    void a_child_that_was_not_started_when_the_body_fails_never_runs() {
        assertInstanceOf(IOException.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(endless("child"));
                throw new IOException("x");
            }
        })));
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_failure_of_the_body_comes_last_in_the_group() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(failingWhenCancelled(new IllegalStateException("child"), 10));
                await(sleep(ms(10)));
                throw new IOException("body");
            }
        })));
        assertEquals(List.of("child", "body"), messages(thrown.exceptions()));
        assertEquals(thrown.exceptions(), List.of(thrown.getSuppressed()));
    }

    @AsyncTest
    void a_body_that_answers_the_groups_cancel_comes_behind_a_child_that_does() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(failingWhenCancelled(new IllegalStateException("child"), 0));
                group.createTask(() -> fail(new IOException("first"), 10));
                try {
                    await(sleep(FOREVER));
                } catch (CancelledError cancel) {
                    throw new IllegalStateException("body");
                }
            }
            return done();
        })));
        assertEquals(List.of("first", "child", "body"), messages(thrown.exceptions()));
    }

    @AsyncTest
    void the_body_is_cancelled_by_a_failing_child_and_that_cancel_is_not_in_the_group() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                group.createTask(endless("sibling"));
                try {
                    await(sleep(FOREVER));
                } catch (CancelledError cancel) {
                    log.add("body cancelled");
                    throw cancel;
                }
            }
            return done();
        })));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(thrown.exceptions(), List.of(thrown.getSuppressed()));
        assertEquals(List.of("sibling cancelled", "body cancelled"), log);
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

    @AsyncTest
    void a_body_that_awaits_a_failing_child_yields_a_group_with_that_exception_once() {
        IOException failure = new IOException("x");
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                Task<Void> child = group.createTask(() -> fail(failure, 10));
                await(child, IOException.class);
            }
            return done();
        })));
        assertEquals(List.of(failure), thrown.exceptions());
        assertEquals(List.of(failure), List.of(thrown.getSuppressed()));
    }

    @AsyncTest
    void an_exception_that_reaches_the_body_and_a_child_is_in_the_group_once() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
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
        })));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(1, thrown.getSuppressed().length);
    }

    @AsyncTest
    void a_child_that_fails_while_it_is_cancelled_by_the_group_is_in_the_group() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(failingWhenCancelled(new IllegalStateException("second"), 10));
                group.createTask(() -> fail(new IOException("first"), 10));
                await(sleep(FOREVER));
            }
            return done();
        })));
        assertEquals(2, thrown.exceptions().size());
    }

    // ---- code behind the block that throws what was caught inside of it, which is not how the block was left

    @Async
    private Coroutine<String> throwingLater(AsyncCallable<Void> child, Exception failure) throws Exception {
        Exception caught;
        try (var group = new TaskGroup()) {
            group.createTask(child);
            try {
                await(sleep(ms(1)));
                if (failure != null) {
                    throw failure;
                }
                return done("worked");
            } catch (Exception e) {
                await(sleep(ms(1)));
                caught = e;
            }
        }
        log.add("behind");
        throw caught;
    }

    @AsyncTest
    void children_are_awaited_where_the_block_goes_on_behind_a_catch_and_what_was_caught_is_thrown_later()
            throws Exception {
        IOException failure = new IOException("body");
        assertSame(failure, await(failureOf(() -> throwingLater(() -> say("good", 30), failure))));
        assertEquals(List.of("good", "behind"), log);
        assertEquals("worked", await(throwingLater(() -> say("good", 30), null)));
    }

    @AsyncTest
    void a_failure_of_a_child_there_is_not_lost_and_code_behind_the_block_does_not_run() {
        Throwable thrown = await(failureOf(
                () -> throwingLater(() -> fail(new IOException("child"), 30), new IOException("body"))));
        assertEquals(
                List.of("child"),
                messages(assertInstanceOf(ExceptionGroup.class, thrown).exceptions()));
        assertEquals(List.of(), log);
    }

    // ---- what becomes of the others

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

    @Test
    void failures_that_the_group_took_are_not_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
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
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void the_failure_of_a_child_whose_opener_ended_without_leaving_is_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            Task<TaskGroup> opener = createTask(() -> {
                TaskGroup never = new TaskGroup();
                never.createTask(() -> fail(new IOException("x"), 10));
                return done(never);
            });
            await(opener);
            await(sleep(ms(20)));
            assertEquals(1, reports.size());
            return done();
        });
        assertEquals("x", reports.get(0).exception().getMessage());
    }
}
