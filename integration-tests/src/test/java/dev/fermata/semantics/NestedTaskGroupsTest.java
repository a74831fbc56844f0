package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.messages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.fermata.CancelledError;
import dev.fermata.ExceptionGroup;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.List;

/** A {@link TaskGroup} in a {@link TaskGroup}. */
class NestedTaskGroupsTest extends Children {
    @AsyncTest
    void a_failure_in_an_inner_group_cancels_the_outer_one_from_its_body() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var outer = new TaskGroup()) {
                outer.createTask(endless("outer child"));
                try (var inner = new TaskGroup()) {
                    inner.createTask(() -> fail(new IOException("x"), 10));
                }
            }
            return done();
        })));
        // The inner group's exception is one of the outer body: it passes as it is.
        assertEquals(List.of("x"), messages(thrown.exceptions()));
        assertEquals(List.of("outer child cancelled"), log);
    }

    @AsyncTest
    void it_cancels_the_body_of_the_inner_one_before() {
        Throwable thrown = await(failureOf(() -> {
            try (var outer = new TaskGroup()) {
                outer.createTask(endless("outer child"));
                try (var inner = new TaskGroup()) {
                    inner.createTask(() -> fail(new IOException("x"), 10));
                    await(endless("inner body"));
                }
            }
            return done();
        }));
        assertEquals(
                List.of("x"),
                messages(assertInstanceOf(ExceptionGroup.class, thrown).exceptions()));
        assertEquals(List.of("inner body cancelled", "outer child cancelled"), log);
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

    @AsyncTest
    void an_inner_group_in_a_child_fails_the_child() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var outer = new TaskGroup()) {
                outer.createTask(() -> {
                    try (var inner = new TaskGroup()) {
                        inner.createTask(() -> fail(new IOException("x"), 10));
                    }
                    return done();
                });
            }
            return done();
        })));
        ExceptionGroup inner =
                assertInstanceOf(ExceptionGroup.class, thrown.exceptions().get(0));
        assertEquals("x", inner.exceptions().get(0).getMessage());
    }
}
