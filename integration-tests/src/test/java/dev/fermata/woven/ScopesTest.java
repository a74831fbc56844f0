package dev.fermata.woven;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncCloseable;
import dev.fermata.AsyncScope;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scope is told when its block is left, and what it can do about it; with a leave that suspends and one that does not. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
final class ScopesTest {
    private final boolean suspends;
    private final List<String> told = new ArrayList<>();
    private static final Exception BROKEN = new IOException("broken");

    ScopesTest(boolean suspends) {
        this.suspends = suspends;
    }

    private final class Scope implements AsyncScope {
        private final String name;
        private final @Nullable Throwable answer;

        Scope(String name, @Nullable Throwable answer) {
            this.name = name;
            this.answer = answer;
        }

        @Override
        @Async
        public Coroutine<Void> leave(@Nullable Throwable failure) {
            told.add(name
                    + (failure == null
                            ? " normally"
                            : " by " + failure.getClass().getSimpleName()));
            if (suspends) {
                await(sleep(ms(10)));
            }
            if (answer != null) {
                throw ScopesTest.<RuntimeException>sneak(answer);
            }
            return done();
        }
    }

    private final class Plain implements AsyncCloseable {
        private final @Nullable Throwable answer;

        Plain(@Nullable Throwable answer) {
            this.answer = answer;
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            told.add("closing");
            if (suspends) {
                await(sleep(ms(10)));
            }
            if (answer != null) {
                throw ScopesTest.<RuntimeException>sneak(answer);
            }
            told.add("closed");
            return done();
        }
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E sneak(Throwable failure) throws E {
        throw (E) failure;
    }

    private static <T extends Throwable, R> T thrownBy(Class<T> type, AsyncCallable<R> main) {
        return assertThrows(type, () -> virtually(main));
    }

    @AsyncTest
    void the_end_of_the_block_is_normal() {
        try (Scope a = new Scope("a", null)) {
            await(sleep(ms(1)));
        }
        told.add("behind");
        assertEquals(List.of("a normally", "behind"), told);
    }

    @Test
    void return_is_normal() {
        String result = virtually(() -> {
            try (Scope a = new Scope("a", null)) {
                return done("result");
            }
        });
        assertEquals("result", result);
        assertEquals(List.of("a normally"), told);
    }

    @AsyncTest
    void break_and_continue_are_normal() {
        for (int i = 0; ; i++) {
            try (Scope a = new Scope("a" + i, null)) {
                await(sleep(ms(1)));
                if (i == 0) {
                    continue;
                }
                break;
            }
        }
        assertEquals(List.of("a0 normally", "a1 normally"), told);
    }

    @Test
    void an_exception_that_leaves_is_told_and_goes_on() {
        Throwable thrown = thrownBy(IOException.class, () -> {
            try (Scope a = new Scope("a", null)) {
                await(sleep(ms(1)));
                throw BROKEN;
            }
        });
        assertSame(BROKEN, thrown);
        assertEquals(List.of("a by IOException"), told);
    }

    @Test
    void an_exception_of_an_awaited_coroutine_is_told() {
        Exception failure = new IOException("from below");
        Throwable thrown = thrownBy(IOException.class, () -> {
            try (Scope a = new Scope("a", null)) {
                await(failing(failure));
            }
            return done();
        });
        assertSame(failure, thrown);
        assertEquals(List.of("a by IOException"), told);
    }

    @Async
    private static Coroutine<Void> failing(Exception failure) throws Exception {
        await(sleep(ms(1)));
        throw failure;
    }

    @AsyncTest
    void an_exception_caught_inside_the_block_is_not_told() throws Exception {
        try (Scope a = new Scope("a", null)) {
            try {
                await(failing(new IOException()));
            } catch (IOException e) {
                told.add("caught");
            }
        }
        assertEquals(List.of("caught", "a normally"), told);
    }

    @Test
    void what_the_scope_throws_replaces_the_exception() {
        IOException failure = new IOException();
        IllegalStateException replacement = new IllegalStateException();
        Throwable thrown = thrownBy(IllegalStateException.class, () -> {
            try (Scope a = new Scope("a", replacement)) {
                await(sleep(ms(1)));
                throw failure;
            }
        });
        assertSame(replacement, thrown);
        assertArrayEquals(new Throwable[] {failure}, thrown.getSuppressed());
    }

    @Test
    void a_replacement_is_what_a_catch_of_the_same_try_sees() {
        String caught = virtually(() -> {
            try (Scope a = new Scope("a", new IllegalStateException("replaced"))) {
                await(failing(new IOException()));
                return done("not reached");
            } catch (IOException e) {
                return done("the old one");
            } catch (IllegalStateException e) {
                return done(e.getMessage());
            }
        });
        assertEquals("replaced", caught);
    }

    @Test
    void what_the_scope_throws_on_the_normal_way_leaves_the_block() {
        IllegalStateException answer = new IllegalStateException();
        Throwable thrown = thrownBy(IllegalStateException.class, () -> {
            try (Scope a = new Scope("a", answer)) {
                return done("lost");
            }
        });
        assertSame(answer, thrown);
        assertEquals(List.of("a normally"), told);
    }

    @Test
    void the_outer_scope_is_told_the_inner_one_s_replacement() {
        thrownBy(IllegalStateException.class, () -> {
            try (Scope outer = new Scope("outer", null);
                    Scope inner = new Scope("inner", new IllegalStateException())) {
                await(sleep(ms(1)));
                throw BROKEN;
            }
        });
        assertEquals(List.of("inner by IOException", "outer by IllegalStateException"), told);
    }

    @Test
    void the_outer_scope_is_told_what_the_inner_one_threw_on_the_normal_way() {
        thrownBy(IllegalStateException.class, () -> {
            try (Scope outer = new Scope("outer", null)) {
                try (Scope inner = new Scope("inner", new IllegalStateException())) {
                    await(sleep(ms(1)));
                }
            }
            return done();
        });
        assertEquals(List.of("inner normally", "outer by IllegalStateException"), told);
    }

    @Test
    void a_failure_to_open_the_second_is_told_to_the_first() {
        thrownBy(IOException.class, () -> {
            try (Scope first = new Scope("first", null);
                    Scope second = await(opened(BROKEN))) {
                return done();
            }
        });
        assertEquals(List.of("first by IOException"), told);
    }

    @Async
    private Coroutine<Scope> opened(Exception failure) throws Exception {
        await(sleep(ms(1)));
        throw failure;
    }

    @Test
    void a_scope_inside_a_catch_is_left_normally_before_the_rethrow() {
        thrownBy(IOException.class, () -> {
            try {
                await(failing(BROKEN));
            } catch (IOException e) {
                try (Scope a = new Scope("a", null)) {
                    await(sleep(ms(1)));
                }
                throw e;
            }
            return done();
        });
        assertEquals(List.of("a normally"), told);
    }

    @Test
    void a_null_scope_is_not_left() {
        Object result = virtually(() -> {
            try (Scope none = null) {
                return done(await(sleep(ms(1), "result")));
            }
        });
        assertEquals("result", result);
        assertEquals(List.of(), told);
    }

    @Test
    void finally_runs_behind_the_scope() {
        thrownBy(IOException.class, () -> {
            try (Scope a = new Scope("a", null)) {
                throw BROKEN;
            } finally {
                await(sleep(ms(1)));
                told.add("finally");
            }
        });
        assertEquals(List.of("a by IOException", "finally"), told);
    }

    @AsyncTest
    void a_cancel_that_leaves_is_told() {
        Task<Void> task = createTask(() -> {
            try (Scope a = new Scope("a", null)) {
                await(sleep(ms(100)));
            }
            return done();
        });
        await(sleep(ms(1)));
        task.cancel();
        assertTrue(await(endsCancelled(task)));
        assertEquals(List.of("a by CancelledError"), told);
    }

    @Async
    private static Coroutine<Boolean> endsCancelled(Task<?> task) {
        try {
            await(task);
            return done(false);
        } catch (CancelledError e) {
            return done(task.cancelled());
        }
    }

    @Test
    void what_a_plain_resource_throws_is_suppressed_in_what_leaves() {
        IllegalStateException answer = new IllegalStateException();
        IOException failure = new IOException();
        Throwable thrown = thrownBy(IOException.class, () -> {
            try (Plain a = new Plain(answer)) {
                await(sleep(ms(1)));
                throw failure;
            }
        });
        assertSame(failure, thrown);
        assertArrayEquals(new Throwable[] {answer}, thrown.getSuppressed());
    }

    @Test
    void a_cancel_during_the_closing_wins_and_carries_what_left() {
        if (!suspends) {
            return; // nothing can be cancelled in a closing that does not wait
        }
        IOException failure = new IOException();
        CancelledError cancel = virtually(() -> {
            Task<Void> task = createTask(() -> {
                try (Plain a = new Plain(null)) {
                    throw failure;
                }
            });
            await(sleep(ms(1)));
            task.cancel("while closing");
            try {
                await(task);
            } catch (CancelledError e) {
                return done(e);
            }
            return done(null);
        });
        assertEquals("while closing", cancel.getMessage());
        assertArrayEquals(new Throwable[] {failure}, cancel.getSuppressed());
        assertEquals(List.of("closing"), told);
    }

    @AsyncTest
    void a_resource_is_closed_when_its_task_is_cancelled() {
        Task<Void> task = createTask(() -> {
            try (Plain a = new Plain(null)) {
                await(sleep(ms(100)));
            }
            return done();
        });
        await(sleep(ms(1)));
        task.cancel();
        assertTrue(await(endsCancelled(task)));
        assertEquals(List.of("closing", "closed"), told);
    }
}
