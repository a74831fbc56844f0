package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.suppressedMessages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An {@link Error} in a {@link TaskGroup} leaves the block as it is, with the other failures suppressed. */
class TaskGroupErrorsTest extends Children {
    @AsyncTest
    void an_error_of_a_child_is_thrown_itself_with_the_other_failures_suppressed() {
        AssertionError error = new AssertionError("error");
        AssertionError thrown = assertInstanceOf(AssertionError.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(failingWhenCancelled(new IllegalStateException("in answer"), 5));
                group.createTask(() -> fail(error, 10));
                await(sleep(FOREVER));
            }
            return done();
        })));
        assertSame(error, thrown);
        assertEquals(List.of("in answer"), suppressedMessages(thrown));
    }

    @AsyncTest
    void of_two_errors_the_first_is_thrown() {
        AssertionError thrown = assertInstanceOf(AssertionError.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(() -> fail(new AssertionError("first"), 10));
                group.createTask(() -> fail(new AssertionError("second"), 10));
            }
            return done();
        })));
        assertEquals("first", thrown.getMessage());
        assertEquals(List.of("second"), suppressedMessages(thrown));
    }

    @AsyncTest
    void an_error_of_the_body_before_one_of_a_child_is_the_one_thrown() {
        AssertionError thrown = assertInstanceOf(AssertionError.class, await(failureOf(() -> {
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
        })));
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

    @AsyncTest
    void an_error_of_a_child_before_one_of_the_body_in_its_iteration_is_the_one_thrown() {
        AssertionError thrown = assertInstanceOf(
                AssertionError.class,
                await(failureOf(() -> bothAtOnce(new AssertionError("child"), new AssertionError("body")))));
        assertEquals("child", thrown.getMessage());
        assertEquals(List.of("body"), suppressedMessages(thrown));
    }

    @AsyncTest
    void what_an_error_suppresses_is_in_the_order_of_failing_the_body_among_it() {
        AssertionError thrown = assertInstanceOf(
                AssertionError.class,
                await(failureOf(() -> bothAtOnce(
                        new IOException("child"),
                        new IOException("body"),
                        new IOException("in answer"),
                        new AssertionError("last")))));
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

    @AsyncTest
    void an_error_of_the_body_alone_passes_as_it_is() {
        AssertionError error = new AssertionError("body");
        AssertionError thrown = assertInstanceOf(AssertionError.class, await(failureOf(() -> {
            try (var group = new TaskGroup()) {
                group.createTask(endless("child"));
                await(sleep(ms(10)));
                throw error;
            }
        })));
        assertSame(error, thrown);
        assertEquals(List.of("child cancelled"), log);
    }
}
