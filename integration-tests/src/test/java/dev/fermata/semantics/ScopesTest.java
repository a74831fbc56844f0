package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.suppressedMessages;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.AsyncScope;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Scopes and closeables that users write, on a loop. */
class ScopesTest {
    private final List<String> log = new ArrayList<>();

    /** Commits when its block is left normally, rolls back when an exception leaves it. Both take 10 ms. */
    private final class Transaction implements AsyncScope {
        private final RuntimeException problem;

        Transaction() {
            this(null);
        }

        Transaction(RuntimeException problem) {
            this.problem = problem;
            log.add("begin");
        }

        @Async
        Coroutine<Void> write(String text) {
            await(sleep(ms(1)));
            log.add("write " + text);
            return done();
        }

        @Override
        @Async
        public Coroutine<Void> leave(Throwable failure) {
            await(sleep(ms(10)));
            log.add(failure == null ? "commit" : "roll back because of " + failure.getMessage());
            if (problem != null) {
                throw problem;
            }
            return done();
        }
    }

    private final class Connection implements AsyncCloseable {
        private final RuntimeException problem;

        Connection() {
            this(null);
        }

        Connection(RuntimeException problem) {
            this.problem = problem;
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            log.add("closing");
            await(sleep(ms(10)));
            log.add("closed");
            if (problem != null) {
                throw problem;
            }
            return done();
        }
    }

    @AsyncTest
    void a_transaction_commits_when_the_block_ends() {
        try (var tx = new Transaction()) {
            await(tx.write("a"));
        }
        log.add("after");
        assertEquals(List.of("begin", "write a", "commit", "after"), log);
    }

    @AsyncTest
    void a_transaction_rolls_back_when_an_exception_leaves_and_that_goes_on() {
        IOException failure = new IOException("x");
        IOException thrown = assertInstanceOf(IOException.class, await(failureOf(() -> {
            try (var tx = new Transaction()) {
                await(tx.write("a"));
                throw failure;
            }
        })));
        assertSame(failure, thrown);
        assertEquals(0, thrown.getSuppressed().length);
        assertEquals(List.of("begin", "write a", "roll back because of x"), log);
    }

    @AsyncTest
    void a_transaction_rolls_back_when_the_task_is_cancelled() {
        Task<Void> task = createTask(() -> {
            try (var tx = new Transaction()) {
                await(sleep(FOREVER));
            }
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("the cancel");
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
        assertEquals(List.of("begin", "roll back because of the cancel"), log);
    }

    @Test
    void return_commits_after_its_value_was_made() {
        assertEquals("value", virtually(() -> returning()));
        assertEquals(List.of("begin", "write a", "commit"), log);
    }

    @Async
    private Coroutine<String> returning() {
        try (var tx = new Transaction()) {
            await(tx.write("a"));
            return done("value");
        }
    }

    @AsyncTest
    void continue_and_break_commit() {
        for (String text : List.of("a", "b", "c")) {
            try (var tx = new Transaction()) {
                await(tx.write(text));
                if (text.equals("b")) {
                    break;
                }
                continue;
            }
        }
        assertEquals(List.of("begin", "write a", "commit", "begin", "write b", "commit"), log);
    }

    @AsyncTest
    void what_leaving_throws_replaces_the_exception_which_is_suppressed_in_it() {
        Throwable thrown = await(failureOf(() -> {
            try (var tx = new Transaction(new IllegalStateException("cannot roll back"))) {
                throw new IOException("x");
            }
        }));
        assertEquals("cannot roll back", thrown.getMessage());
        assertEquals(List.of("x"), suppressedMessages(thrown));
    }

    @AsyncTest
    void a_replacement_that_has_the_replaced_one_as_its_cause_does_not_suppress_it_as_well() {
        Throwable thrown = await(failureOf(() -> {
            try (var wrapping = new Wrapping()) {
                throw new IOException("x");
            }
        }));
        assertEquals("wrapped", thrown.getMessage());
        assertEquals("x", thrown.getCause().getMessage());
        assertEquals(List.of(), suppressedMessages(thrown));
    }

    private static final class Wrapping implements AsyncScope {
        @Override
        public Coroutine<Void> leave(Throwable failure) {
            throw new IllegalStateException("wrapped", failure);
        }
    }

    @AsyncTest
    void what_leaving_normally_throws_is_thrown() {
        IllegalStateException thrown = assertInstanceOf(IllegalStateException.class, await(failureOf(() -> {
            try (var tx = new Transaction(new IllegalStateException("cannot commit"))) {
                await(tx.write("a"));
            }
            return done();
        })));
        assertEquals("cannot commit", thrown.getMessage());
    }

    @AsyncTest
    void a_catch_of_the_same_statement_runs_after_the_scope_was_left() {
        try (var tx = new Transaction()) {
            throw new IOException("x");
        } catch (IOException e) {
            log.add("caught");
        } finally {
            log.add("finally");
        }
        assertEquals(List.of("begin", "roll back because of x", "caught", "finally"), log);
    }

    @AsyncTest
    void a_cancel_that_arrives_while_a_transaction_rolls_back_wins_and_suppresses_the_exception() {
        Task<Void> task = createTask(() -> {
            try (var tx = new Transaction()) {
                throw new IOException("x");
            }
        });
        await(sleep(ms(5)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("x"), suppressedMessages(thrown));
        assertEquals(List.of("begin"), log);
    }

    @AsyncTest
    void a_timeout_inside_a_transaction_rolls_it_back_with_the_timeout_exception() {
        try (var tx = new Transaction();
                var t = timeout(ms(10))) {
            await(sleep(FOREVER));
        } catch (TimeoutException e) {
            log.add("timed out");
        }
        assertTrue(log.get(1).startsWith("roll back because of timed out after"), log.toString());
        assertEquals("timed out", log.get(2));
    }

    @AsyncTest
    void a_timeout_around_a_transaction_covers_its_commit() {
        try (var t = timeout(ms(5));
                var tx = new Transaction()) {
            await(tx.write("a"));
        } catch (TimeoutException e) {
            log.add("timed out");
        }
        assertEquals(List.of("begin", "write a", "timed out"), log);
    }

    @AsyncTest
    void a_transaction_around_a_group_sees_the_groups_failure() {
        Throwable thrown = await(failureOf(() -> {
            try (var tx = new Transaction();
                    var group = new TaskGroup()) {
                group.createTask(() -> {
                    await(sleep(ms(1)));
                    throw new IOException("x");
                });
            }
            return done();
        }));
        log.add(thrown.getMessage());
        assertEquals(
                List.of(
                        "begin",
                        "roll back because of a task group failed (1 exception: IOException: x)",
                        "a task group failed (1 exception: IOException: x)"),
                log);
    }

    @AsyncTest
    void the_default_aclose_of_a_scope_leaves_normally() {
        await(new Transaction().aclose());
        assertEquals(List.of("begin", "commit"), log);
    }

    @AsyncTest
    void a_closeable_is_closed_on_every_way_out() {
        try (var connection = new Connection()) {
            log.add("in use");
        }
        Throwable thrown = await(failureOf(() -> {
            try (var connection = new Connection()) {
                throw new IOException("x");
            }
        }));
        log.add(thrown.getMessage());
        assertEquals(List.of("in use", "closing", "closed", "closing", "closed", "x"), log);
    }

    @AsyncTest
    void what_aclose_throws_is_suppressed_in_the_exception_that_leaves_the_block() {
        Throwable thrown = await(failureOf(() -> {
            try (var connection = new Connection(new IllegalStateException("cannot close"))) {
                throw new IOException("x");
            }
        }));
        assertEquals("x", thrown.getMessage());
        assertEquals(List.of("cannot close"), suppressedMessages(thrown));
    }

    @AsyncTest
    void what_aclose_throws_on_the_normal_way_is_thrown() {
        Throwable thrown = await(failureOf(() -> {
            try (var connection = new Connection(new IllegalStateException("cannot close"))) {
                await(sleep(ms(1)));
            }
            return done();
        }));
        assertEquals("cannot close", thrown.getMessage());
    }

    @AsyncTest
    void what_aclose_throws_while_a_cancel_leaves_is_suppressed_in_the_cancel() {
        Task<Void> task = createTask(() -> {
            try (var connection = new Connection(new IllegalStateException("cannot close"))) {
                await(sleep(FOREVER));
            }
            return done();
        });
        await(sleep(ms(1)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("cannot close"), suppressedMessages(thrown));
    }

    @AsyncTest
    void a_cancel_during_aclose_on_the_normal_way_passes() {
        Task<Void> task = createTask(() -> {
            try (var connection = new Connection()) {
                log.add("in use");
            }
            log.add("not reached");
            return done();
        });
        await(sleep(ms(1)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("in use", "closing"), log);
    }

    @AsyncTest
    void a_cancel_during_aclose_wins_over_the_exception_that_leaves_the_block() {
        Task<Void> task = createTask(() -> {
            try (var connection = new Connection()) {
                throw new IOException("x");
            }
        });
        await(sleep(ms(1)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("x"), suppressedMessages(thrown));
    }

    @AsyncTest
    void an_aclose_that_awaits_after_a_cancel_of_the_body_is_not_cancelled_again() {
        Task<Void> task = createTask(() -> {
            try (var connection = new Connection()) {
                await(sleep(FOREVER));
            }
            return done();
        });
        await(sleep(ms(1)));
        task.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
        assertEquals(List.of("closing", "closed"), log);
    }

    @AsyncTest
    void a_shielded_close_is_finished_in_spite_of_a_cancel() {
        Task<Void> task = createTask(() -> {
            try (var shielding = new Shielding(new Connection())) {
                log.add("in use");
            }
            return done();
        });
        await(sleep(ms(1)));
        task.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
        log.add("task ended");
        await(sleep(ms(20)));
        assertEquals(List.of("in use", "closing", "task ended", "closed"), log);
    }

    private static final class Shielding implements AsyncCloseable {
        private final AsyncCloseable inner;

        Shielding(AsyncCloseable inner) {
            this.inner = inner;
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            await(shield(inner.aclose()));
            return done();
        }
    }

    @AsyncTest
    void a_resource_that_is_null_is_not_closed() {
        try (Connection none = null) {
            await(sleep(ms(1)));
        }
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void resources_are_closed_in_reverse_order_and_each_sees_what_the_inner_one_made_of_it() {
        Throwable thrown = await(failureOf(() -> {
            try (var outer = new Transaction();
                    var inner = new Transaction(new IllegalStateException("inner"))) {
                throw new IOException("x");
            }
        }));
        assertEquals("inner", thrown.getMessage());
        assertEquals(List.of("begin", "begin", "roll back because of x", "roll back because of inner"), log);
    }

    @Test
    void closing_in_code_that_is_not_woven_is_an_error_that_says_what_to_do() {
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> {
            AutoCloseable hidden = new Connection();
            hidden.close();
        });
        assertTrue(thrown.getMessage().contains("[fermata:close-not-woven, "), thrown.getMessage());
        assertTrue(thrown.getMessage().contains("await(resource.aclose())"), thrown.getMessage());
    }
}
