package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.now;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.Timeout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table of a task group, in woven code: how its block is left, and what happens then. */
final class TaskGroupTest {
    private final List<String> seen = new ArrayList<>();

    @Async
    private Coroutine<String> child(String name, long time) {
        try {
            await(sleep(ms(time)));
            seen.add(name);
            return done(name);
        } catch (CancelledError e) {
            seen.add(name + " cancelled");
            throw e;
        }
    }

    @Async
    private Coroutine<String> failing(long time, Throwable failure) throws Throwable {
        await(sleep(ms(time)));
        throw failure;
    }

    @Async
    private Coroutine<String> failingWhenCancelled(Exception failure) throws Exception {
        try {
            await(sleep(ms(1000)));
            return done("not cancelled");
        } catch (CancelledError e) {
            throw failure;
        }
    }

    /** A callable that may throw any Throwable would not be an AsyncCallable: children are made of coroutines here. */
    private Coroutine<String> failingCoroutine(long time, Throwable failure) {
        try {
            return failing(time, failure);
        } catch (Throwable impossible) {
            throw new AssertionError("a coroutine runs nothing at the call", impossible);
        }
    }

    /** Throws behind the block what was caught inside of it, which says nothing of how the block is left. */
    @Async
    private Coroutine<String> throwingLater(String child, Exception failure) throws Exception {
        Exception caught;
        try (TaskGroup group = new TaskGroup()) {
            group.createTask(child.equals("good") ? child("good", 30) : failingCoroutine(30, new IOException("child")));
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
        seen.add("behind");
        throw caught;
    }

    @Test
    void children_are_awaited_where_the_block_goes_on_behind_a_catch_and_what_was_caught_is_thrown_later() {
        virtually(() -> {
            IOException failure = new IOException("body");
            try {
                await(throwingLater("good", failure));
            } catch (IOException e) {
                assertSame(failure, e);
            }
            assertEquals(List.of("good", "behind"), seen);
            assertEquals("worked", await(throwingLater("good", null)));
            return done();
        });
    }

    @Test
    void a_failure_of_a_child_there_is_not_lost_and_code_behind_the_block_does_not_run() {
        virtually(() -> {
            try {
                await(throwingLater("bad", new IOException("body")));
                throw new AssertionError("nothing failed");
            } catch (ExceptionGroup e) {
                assertEquals("child", e.exceptions().get(0).getMessage());
                assertEquals(1, e.exceptions().size());
            }
            assertEquals(List.of(), seen);
            return done();
        });
    }

    @Test
    void a_timeout_whose_cancel_was_caught_in_the_block_has_expired_and_does_not_replace_what_is_thrown_later() {
        virtually(() -> {
            Throwable thrown = null;
            Timeout[] opened = new Timeout[1];
            try {
                await(swallowingTimeout(opened));
            } catch (IllegalStateException e) {
                thrown = e;
            }
            assertEquals("swallowed", thrown.getMessage());
            assertTrue(opened[0].expired());
            return done();
        });
    }

    @Async
    private Coroutine<String> swallowingTimeout(Timeout[] opened) {
        IllegalStateException caught;
        try (Timeout timeout = timeout(ms(10))) {
            opened[0] = timeout;
            try {
                await(sleep(ms(100)));
                return done("in time");
            } catch (Throwable e) {
                caught = new IllegalStateException("swallowed", e);
            }
        }
        throw caught;
    }

    @Test
    void the_end_of_the_block_waits_for_the_children() {
        long taken = virtually(() -> {
            long start = now();
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(child("slow", 30));
                group.createTask(child("fast", 10));
                seen.add("body");
            }
            seen.add("behind");
            return done(now() - start);
        });
        assertEquals(List.of("body", "fast", "slow", "behind"), seen);
        assertEquals(30, taken);
    }

    @Test
    void return_waits_for_the_children() {
        assertEquals("a", virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                Task<String> a = group.createTask(child("a", 10));
                group.createTask(child("b", 20));
                return done(await(a));
            }
        }));
        assertEquals(List.of("a", "b"), seen);
    }

    @Test
    void break_and_continue_wait_for_the_children() {
        virtually(() -> {
            for (int i = 0; ; i++) {
                try (TaskGroup group = new TaskGroup()) {
                    group.createTask(child("child" + i, 10));
                    if (i == 0) {
                        continue;
                    }
                    break;
                } finally {
                    seen.add("left" + i);
                }
            }
            return done();
        });
        assertEquals(List.of("child0", "left0", "child1", "left1"), seen);
    }

    @Test
    void children_may_start_siblings_that_are_awaited_too() {
        virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(() -> {
                    await(sleep(ms(10)));
                    group.createTask(child("grandchild", 50));
                    seen.add("child");
                    return done();
                });
            }
            seen.add("behind");
            return done();
        });
        assertEquals(List.of("child", "grandchild", "behind"), seen);
    }

    @Test
    void a_group_without_children_is_left_at_once() {
        assertEquals(0L, virtually(() -> {
            long start = now();
            try (TaskGroup group = new TaskGroup()) {
                assertFalse(group.toString().isEmpty());
            }
            return done(now() - start);
        }));
    }

    @Test
    void the_body_s_exception_passes_as_it_is_and_cancels_the_children() {
        IOException failure = new IOException();
        IOException caught = virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(child("child", 100));
                await(sleep(ms(10)));
                throw failure;
            } catch (IOException e) {
                seen.add("caught");
                return done(e);
            }
        });
        assertSame(failure, caught);
        assertArrayEquals(new Throwable[0], caught.getSuppressed());
        assertEquals(List.of("child cancelled", "caught"), seen);
    }

    @Test
    void a_child_s_failure_cancels_siblings_and_body_and_is_one_group() {
        IOException failure = new IOException();
        ExceptionGroup thrown = virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(failingCoroutine(10, failure));
                group.createTask(child("sibling", 100));
                await(child("body", 100));
            } catch (ExceptionGroup e) {
                return done(e);
            }
            return done(null);
        });
        assertEquals(List.of(failure), thrown.exceptions());
        assertEquals(List.of("sibling cancelled", "body cancelled"), seen);
    }

    @Test
    void failures_come_in_the_order_of_failing_and_the_body_s_last() {
        Exception first = new IOException("first");
        Exception answer = new IOException("in answer to the cancel");
        IllegalStateException body = new IllegalStateException("body");
        ExceptionGroup thrown = virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(() -> failingWhenCancelled(answer));
                group.createTask(failingCoroutine(10, first));
                try {
                    await(sleep(ms(100)));
                } catch (CancelledError e) {
                    throw body;
                }
            } catch (ExceptionGroup e) {
                return done(e);
            }
            return done(null);
        });
        assertEquals(List.of(first, answer, body), thrown.exceptions());
    }

    @Test
    void the_first_error_is_thrown_itself_with_the_other_failures_suppressed() {
        AssertionError error = new AssertionError();
        IOException answer = new IOException();
        AssertionError thrown = assertThrows(
                AssertionError.class,
                () -> virtually(() -> {
                    try (TaskGroup group = new TaskGroup()) {
                        group.createTask(() -> failingWhenCancelled(answer));
                        group.createTask(failingCoroutine(10, error));
                    }
                    return done();
                }));
        assertSame(error, thrown);
        assertArrayEquals(new Throwable[] {answer}, thrown.getSuppressed());
    }

    @Test
    void a_cancel_from_outside_passes_when_the_children_have_ended() {
        boolean cancelled = virtually(() -> {
            Task<Void> outer = createTask(() -> {
                try (TaskGroup group = new TaskGroup()) {
                    group.createTask(child("child", 100));
                    await(child("body", 100));
                }
                return done();
            });
            await(sleep(ms(10)));
            outer.cancel();
            try {
                await(outer);
            } catch (CancelledError e) {
                seen.add("outer cancelled");
            }
            return done(outer.cancelled());
        });
        assertTrue(cancelled);
        assertEquals(List.of("body cancelled", "child cancelled", "outer cancelled"), seen);
    }

    @Test
    void a_cancel_from_outside_reaches_a_group_that_waits_at_its_end() {
        virtually(() -> {
            Task<Void> outer = createTask(() -> {
                try (TaskGroup group = new TaskGroup()) {
                    group.createTask(child("child", 100));
                }
                seen.add("not reached");
                return done();
            });
            await(sleep(ms(10)));
            outer.cancel();
            try {
                await(outer);
            } catch (CancelledError e) {
                seen.add("outer cancelled");
            }
            return done();
        });
        assertEquals(List.of("child cancelled", "outer cancelled"), seen);
    }

    @Test
    void a_cancel_from_outside_and_a_failure_give_the_failure_and_the_cancel_comes_again() {
        IOException failure = new IOException();
        virtually(() -> {
            Task<Void> outer = createTask(() -> {
                try (TaskGroup group = new TaskGroup()) {
                    group.createTask(() -> failingWhenCancelled(failure));
                    await(child("body", 100));
                } catch (ExceptionGroup e) {
                    assertEquals(List.of(failure), e.exceptions());
                    seen.add("group");
                }
                await(child("next await", 100));
                return done();
            });
            await(sleep(ms(10)));
            outer.cancel();
            try {
                await(outer);
            } catch (CancelledError e) {
                seen.add("outer cancelled");
            }
            return done();
        });
        assertEquals(List.of("body cancelled", "group", "next await cancelled", "outer cancelled"), seen);
    }

    @Test
    void a_cancelled_child_alone_is_no_failure() {
        virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                Task<String> child = group.createTask(child("child", 100));
                group.createTask(child("sibling", 50));
                await(sleep(ms(10)));
                child.cancel();
            }
            return done();
        });
        assertEquals(List.of("child cancelled", "sibling"), seen);
    }

    @Test
    void the_body_goes_on_after_group_cancel() {
        virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(child("child", 100));
                await(sleep(ms(10)));
                group.cancel();
                await(child("body", 100));
                assertThrows(IllegalStateException.class, () -> group.createTask(child("too late", 1)));
            }
            seen.add("behind");
            return done();
        });
        assertEquals(List.of("child cancelled", "body", "behind"), seen);
    }

    @Test
    void join_waits_inside_the_block_and_more_may_be_started() {
        virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(child("first", 10));
                await(group.join());
                seen.add("joined");
                group.createTask(child("second", 10));
                await(group.join());
                seen.add("joined again");
            }
            return done();
        });
        assertEquals(List.of("first", "joined", "second", "joined again"), seen);
    }

    @Test
    void what_a_join_threw_is_delivered_and_leaving_adds_nothing() {
        IOException failure = new IOException();
        virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(failingCoroutine(10, failure));
                ExceptionGroup first = await(joinFailure(group));
                ExceptionGroup again = await(joinFailure(group));
                assertSame(first, again);
                assertEquals(List.of(failure), first.exceptions());
            }
            seen.add("left normally");
            return done();
        });
        assertEquals(List.of("left normally"), seen);
    }

    @Async
    private static Coroutine<ExceptionGroup> joinFailure(TaskGroup group) {
        try {
            await(group.join());
            throw new AssertionError("join did not throw");
        } catch (ExceptionGroup e) {
            return done(e);
        }
    }

    @Test
    void an_inner_group_s_failure_is_a_failure_of_the_outer_one_s_body() {
        IOException failure = new IOException();
        ExceptionGroup thrown = virtually(() -> {
            try (TaskGroup outer = new TaskGroup()) {
                outer.createTask(child("outer child", 100));
                try (TaskGroup inner = new TaskGroup()) {
                    inner.createTask(failingCoroutine(10, failure));
                    await(child("inner body", 100));
                }
            } catch (ExceptionGroup e) {
                return done(e);
            }
            return done(null);
        });
        assertEquals(
                List.of(failure), thrown.exceptions(), "the inner group's, as it is: no child of the outer failed");
        assertEquals(List.of("inner body cancelled", "outer child cancelled"), seen);
    }

    @Test
    void after_a_group_failed_its_owner_is_not_cancelled_any_more() {
        virtually(() -> {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(failingCoroutine(10, new IOException()));
                await(child("body", 100));
            } catch (ExceptionGroup e) {
                seen.add("failed");
            }
            await(child("after", 10));
            return done();
        });
        assertEquals(List.of("body cancelled", "failed", "after"), seen);
    }

    @Test
    void a_group_may_wait_for_what_its_children_complete() {
        String result = virtually(() -> {
            Promise<String> promise = createPromise();
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(() -> {
                    await(sleep(ms(10)));
                    promise.setResult("set by a child");
                    return done();
                });
                return done(await(promise));
            }
        });
        assertEquals("set by a child", result);
    }
}
