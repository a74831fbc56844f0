package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TaskStatus;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** TaskGroup.start: a task that says when it is ready. */
class GroupStartTest {
    private final List<String> log = new ArrayList<>();

    /** Ready after 5 ms, ends after 10 more; fails or is late on demand. */
    @Async
    private Coroutine<Void> serve(TaskStatus<Integer> status, String how) throws Exception {
        try {
            await(sleep(ms(5)));
            if (how.equals("fails before")) {
                throw new IOException("no port is free");
            }
            if (how.equals("never ready")) {
                return done();
            }
            log.add("ready");
            status.started(8080);
            await(sleep(ms(10)));
            if (how.equals("fails after")) {
                throw new IOException("the cable is cut");
            }
            log.add("served");
        } catch (CancelledError e) {
            log.add("cancelled");
            await(sleep(ms(3)));
            throw e;
        }
        return done();
    }

    @AsyncTest
    void it_waits_until_the_task_is_ready_and_the_task_runs_on_in_the_group() {
        try (var group = new TaskGroup()) {
            int port = await(group.start((TaskStatus<Integer> status) -> serve(status, "well")));
            log.add("port " + port + " at " + EventLoop.running().time() / 1_000_000);
        }
        log.add("left at " + EventLoop.running().time() / 1_000_000);
        assertEquals(List.of("ready", "port 8080 at 5", "served", "left at 15"), log);
    }

    @AsyncTest
    void a_failure_before_it_is_ready_is_thrown_to_the_one_who_waits_and_not_by_the_group() {
        try (var group = new TaskGroup()) {
            group.createTask(sleep(ms(50)));
            Throwable failure =
                    await(failureOf(() -> group.start((TaskStatus<Integer> status) -> serve(status, "fails before"))));
            log.add(failure.toString());
        }
        log.add("left at " + EventLoop.running().time() / 1_000_000);
        assertEquals(List.of("java.io.IOException: no port is free", "left at 50"), log);
    }

    @Test
    void a_failure_after_it_was_ready_is_the_groups() {
        Throwable failure = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        await(group.start((TaskStatus<Integer> status) -> serve(status, "fails after")));
                    }
                    return done();
                }));
        assertEquals("a task group failed (1 exception: IOException: the cable is cut)", failure.getMessage());
    }

    @AsyncTest
    void a_task_that_ends_without_being_ready_is_an_error() {
        try (var group = new TaskGroup()) {
            Throwable failure = await(failureOf(
                    () -> group.start((TaskStatus<Integer> status) -> serve(status, "never ready"), "server")));
            assertInstanceOf(IllegalStateException.class, failure);
            log.add(failure.getMessage());
        }
        assertEquals(
                List.of("task server (done) ended without reporting that it is ready. Call TaskStatus.started"), log);
    }

    @AsyncTest
    void a_cancel_of_the_one_who_waits_cancels_the_task_and_waits_for_its_end() {
        try (var group = new TaskGroup()) {
            Throwable failure = await(failureOf(
                    () -> waitFor(group.start((TaskStatus<Integer> status) -> serve(status, "well")), ms(2))));
            assertInstanceOf(TimeoutException.class, failure);
            log.add("timed out at " + EventLoop.running().time() / 1_000_000);
        }
        assertEquals(List.of("cancelled", "timed out at 5"), log);
    }

    @Test
    void the_group_waits_for_one_that_is_not_ready_and_cancels_it() {
        Throwable failure = assertThrows(
                ExceptionGroup.class,
                () -> virtually(() -> {
                    try (var group = new TaskGroup()) {
                        group.createTask(() -> {
                            await(sleep(ms(1)));
                            throw new IOException("a sibling");
                        });
                        await(group.start((TaskStatus<Integer> status) -> serve(status, "well")));
                    }
                    return done();
                }));
        assertEquals("a task group failed (1 exception: IOException: a sibling)", failure.getMessage());
        assertEquals(List.of("cancelled"), log);
    }

    @AsyncTest
    void another_task_of_the_group_may_start_one() {
        try (var group = new TaskGroup()) {
            group.createTask(() -> {
                log.add("port " + await(group.start((TaskStatus<Integer> status) -> serve(status, "well"))));
                return done();
            });
        }
        log.add("left");
        assertEquals(List.of("ready", "port 8080", "served", "left"), log);
    }

    @AsyncTest
    void a_task_may_be_ready_in_its_first_step_and_end_at_once() {
        try (var group = new TaskGroup()) {
            log.add(await(group.start((TaskStatus<String> status) -> {
                status.started("at once");
                return done();
            })));
        }
        assertEquals(List.of("at once"), log);
    }

    @AsyncTest
    void being_ready_twice_or_when_nobody_waits_is_refused() {
        List<TaskStatus<String>> kept = new ArrayList<>();
        try (var group = new TaskGroup()) {
            await(group.start((TaskStatus<String> status) -> {
                kept.add(status);
                status.started("once");
                return sleep(ms(1));
            }));
            String twice = assertThrows(
                            IllegalStateException.class, () -> kept.get(0).started("twice"))
                    .getMessage();
            assertTrue(twice.contains("has already reported"), twice);
            await(failureOf(() -> group.start((TaskStatus<String> status) -> {
                kept.add(status);
                return done();
            })));
            String late = assertThrows(
                            IllegalStateException.class, () -> kept.get(1).started("late"))
                    .getMessage();
            assertTrue(late.startsWith("No task waits for task"), late);
        }
    }

    @AsyncTest
    void a_group_that_takes_no_more_tasks_starts_none() {
        try (var group = new TaskGroup()) {
            group.cancel();
            Throwable refused =
                    await(failureOf(() -> group.start((TaskStatus<Integer> status) -> serve(status, "well"))));
            assertInstanceOf(IllegalStateException.class, refused);
            log.add(refused.getMessage().replaceAll(".*\\) ", ""));
        }
        assertEquals(List.of("accepts no more tasks: it was cancelled or has failed"), log);
    }

    @AsyncTest
    void a_cancel_that_comes_together_with_being_ready_is_not_lost() {
        Task<Integer> waiting = createTask(() -> {
            try (var group = new TaskGroup()) {
                int port = await(group.start((TaskStatus<Integer> status) -> serve(status, "well")));
                await(sleep(FOREVER));
                return done(port);
            }
        });
        await(sleep(ms(4)));
        EventLoop.running().callLater(ms(1), waiting::cancel);
        assertInstanceOf(CancelledError.class, await(failureOf(waiting)));
        assertSame(0, EventLoop.running().allTasks().size() - 1);
    }
}
