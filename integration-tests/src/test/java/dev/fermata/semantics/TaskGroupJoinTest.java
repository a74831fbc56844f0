package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.CancelledError;
import dev.fermata.ExceptionGroup;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.List;

/** {@link TaskGroup#join}, and who may join and leave. */
class TaskGroupJoinTest extends Children {
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

    @AsyncTest
    void what_join_threw_passes_the_end_of_the_block_unchanged() {
        ExceptionGroup thrown = assertInstanceOf(ExceptionGroup.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IOException("x"), 10));
                await(group.join());
            }
            return done();
        })));
        assertEquals(1, thrown.exceptions().size());
        assertEquals(1, thrown.getSuppressed().length);
    }

    @AsyncTest
    void another_exception_after_a_failed_join_passes_as_it_is() {
        IOException thrown = assertInstanceOf(IOException.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new IllegalStateException("x"), 10));
                try {
                    await(group.join());
                } catch (ExceptionGroup failed) {
                    throw new IOException("instead");
                }
            }
            return done();
        })));
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
}
