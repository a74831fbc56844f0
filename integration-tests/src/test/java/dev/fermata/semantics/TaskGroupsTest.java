package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link TaskGroup}: a block that is left normally waits for all its tasks; and which tasks it takes. */
class TaskGroupsTest extends Children {
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
        assertEquals(ms(20).toNanos(), EventLoop.running().time());
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
    void return_of_what_a_child_gave_waits_for_the_others() {
        assertEquals("a", await(returnTheFirst()));
        assertEquals(List.of("b"), log);
    }

    @Async
    private Coroutine<String> returnTheFirst() {
        try (var group = new TaskGroup()) {
            Task<String> a = group.createTask(sleep(ms(10), "a"));
            group.createTask(say("b", 20));
            return done(await(a));
        }
    }

    @AsyncTest
    void the_block_may_wait_for_what_its_children_complete() {
        Promise<String> promise = createPromise();
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                await(sleep(ms(10)));
                promise.setResult("set by a child");
                return done();
            });
            assertEquals("set by a child", await(promise));
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
            } finally {
                log.add("left " + i);
            }
        }
        assertEquals(List.of("child 0", "left 0", "child 1", "left 1"), log);
    }

    @AsyncTest
    void a_group_says_whose_it_is_and_how_many_run() {
        try (var group = new TaskGroup()) {
            group.createTask(say("child", 10));
            assertEquals("group of " + currentTask() + " (1 running)", group.toString());
        }
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
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

    @AsyncTest
    void a_child_that_fails_in_answer_to_cancel_is_a_failure() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(failingWhenCancelled(new IllegalStateException("x"), 5));
                await(sleep(ms(10)));
                group.cancel();
            }
            return done();
        })));
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

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
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

    @AsyncTest
    void eager_tasks_make_their_first_step_inside_the_call() {
        List<String> log = new ArrayList<>();
        try (var group = new TaskGroup()) {
            Task<String> done = group.createTask(done("at once"), null, true);
            assertEquals("at once", done.result());
            Task<String> called = group.createTask(
                    () -> {
                        log.add("first step");
                        await(sleep(ms(1)));
                        log.add("second step");
                        return done("later");
                    },
                    "eager",
                    true);
            log.add("returned");
            assertFalse(called.done());
        }
        assertEquals(List.of("first step", "returned", "second step"), log);
    }

    @Async
    private static Coroutine<Void> endsAfter(int millis) {
        await(sleep(ms(millis)));
        return done();
    }

    @Async
    private static Coroutine<Void> startsAnother(TaskGroup group, int own, int other) {
        group.createTask(endsAfter(other), "inner");
        await(sleep(ms(own)));
        return done();
    }

    @AsyncTest
    void eager_task_may_start_others_in_its_first_step() {
        for (int own = 1; own <= 3; own++) {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(endsAfter(2), "before");
                group.createTask(startsAnother(group, own, 2), "outer", true);
                group.createTask(startsAnother(group, 2, own), "next", true);
            }
        }
    }

    @AsyncTest
    void children_are_cancelled_in_the_order_of_their_creation_also_if_an_eager_one_has_started_others() {
        List<String> ended = new ArrayList<>();
        try (TaskGroup group = new TaskGroup()) {
            Task<?> outer = group.createTask(startsAnother(group, 9, 9), "outer", true);
            outer.addDoneCallback(it -> ended.add("outer"));
            allTasks().stream()
                    .filter(it -> it.getName().equals("inner"))
                    .forEach(it -> it.addDoneCallback(end -> ended.add("inner")));
            await(sleep(ms(1))); // the inner one begins, and both wait
            group.cancel();
        }
        assertEquals(List.of("outer", "inner"), ended);
    }

    @AsyncTest
    void eager_task_that_fails_at_once_fails_the_group() {
        IOException failure = new IOException();
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(
                        () -> {
                            throw failure;
                        },
                        null,
                        true);
                await(sleep(ms(1000)));
            }
            return done();
        })));
        assertEquals(List.of(failure), thrown.exceptions());
        assertEquals(0, EventLoop.running().time());
    }

    @AsyncTest
    void only_eager_tasks_that_are_done_do_not_keep_the_block() {
        for (int i = 0; i < 2; i++) {
            try (var group = new TaskGroup()) {
                group.createTask(done(), "eager", true);
                if (i > 0) {
                    await(group.join());
                    group.createTask(done(), "eager", true);
                }
            }
        }
    }

    @AsyncTest
    void eager_task_that_cancels_its_group_is_cancelled_too() {
        try (var group = new TaskGroup()) {
            group.createTask(
                    () -> {
                        group.cancel();
                        await(sleep(ms(1000)));
                        return done();
                    },
                    "eager",
                    true);
        }
        assertEquals(0, EventLoop.running().time());
    }
}
