package dev.fermata.woven;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.now;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.Timeout;
import dev.fermata.TimeoutException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Timeouts as blocks and as {@code waitFor}, in woven code. */
final class TimeoutTest {
    private final List<String> seen = new ArrayList<>();

    @Test
    void a_block_left_in_time_is_not_disturbed() {
        virtually(() -> {
            try (Timeout t = timeout(ms(50))) {
                await(sleep(ms(10)));
                assertFalse(t.expired());
            }
            await(sleep(ms(100)));
            return done();
        });
    }

    @Test
    void a_late_block_throws_a_timeout_exception_caused_by_the_cancel() {
        TimeoutException thrown = virtually(() -> {
            long start = now();
            try (Timeout t = timeout(ms(50))) {
                await(sleep(ms(100)));
            } catch (TimeoutException e) {
                assertEquals(50, now() - start);
                return done(e);
            }
            return done(null);
        });
        assertInstanceOf(CancelledError.class, thrown.getCause());
    }

    @Test
    void the_task_goes_on_after_its_timeout() {
        virtually(() -> {
            try (Timeout t = timeout(ms(50))) {
                await(sleep(ms(100)));
            } catch (TimeoutException e) {
                assertTrue(await(sleep(ms(10), true)));
                seen.add("went on");
            }
            return done();
        });
        assertEquals(List.of("went on"), seen);
    }

    @Test
    void the_body_sees_a_cancel_and_may_clean_up() {
        long taken = virtually(() -> {
            long start = now();
            try (Timeout t = timeout(ms(50))) {
                try {
                    await(sleep(ms(100)));
                } finally {
                    await(sleep(ms(30)));
                    seen.add("clean");
                }
            } catch (TimeoutException e) {
                seen.add("timed out");
            }
            return done(now() - start);
        });
        assertEquals(List.of("clean", "timed out"), seen);
        assertEquals(80, taken);
    }

    @Test
    void a_cancel_from_outside_passes() {
        Task<Void> cancelled = virtually(() -> {
            Task<Void> task = createTask(() -> {
                try (Timeout t = timeout(ms(50))) {
                    await(sleep(ms(100)));
                } catch (TimeoutException e) {
                    seen.add("wrong");
                }
                return done();
            });
            await(sleep(ms(10)));
            task.cancel("from outside");
            try {
                await(task);
            } catch (CancelledError e) {
                seen.add(e.getMessage());
            }
            return done(task);
        });
        assertTrue(cancelled.cancelled());
        assertEquals(List.of("from outside"), seen);
    }

    @Test
    void another_exception_passes_with_the_timeout_suppressed() {
        IOException failure = new IOException();
        IOException thrown = virtually(() -> {
            try (Timeout t = timeout(ms(50))) {
                try {
                    await(sleep(ms(100)));
                } catch (CancelledError e) {
                    throw failure;
                }
            } catch (IOException e) {
                return done(e);
            }
            return done(null);
        });
        assertSame(failure, thrown);
        assertEquals(1, thrown.getSuppressed().length);
        assertInstanceOf(TimeoutException.class, thrown.getSuppressed()[0]);
    }

    @Test
    void a_body_that_swallows_the_cancel_ends_normally() {
        boolean expired = virtually(() -> {
            Timeout kept;
            try (Timeout t = timeout(ms(50))) {
                kept = t;
                try {
                    await(sleep(ms(100)));
                } catch (CancelledError e) {
                    seen.add("swallowed");
                }
                await(sleep(ms(10)));
                seen.add("went on");
            }
            return done(kept.expired());
        });
        assertTrue(expired);
        assertEquals(List.of("swallowed", "went on"), seen);
    }

    @Test
    void of_nested_timeouts_the_one_that_expired_throws() {
        virtually(() -> {
            try (Timeout outer = timeout(ms(100))) {
                try (Timeout inner = timeout(ms(50))) {
                    await(sleep(ms(200)));
                } catch (TimeoutException e) {
                    seen.add("inner");
                    assertFalse(outer.expired());
                }
                await(sleep(ms(200)));
            } catch (TimeoutException e) {
                seen.add("outer");
            }
            return done();
        });
        assertEquals(List.of("inner", "outer"), seen);
    }

    @Test
    void the_outer_timeout_passes_through_the_inner_one() {
        virtually(() -> {
            try (Timeout outer = timeout(ms(50))) {
                try (Timeout inner = timeout(ms(100))) {
                    await(sleep(ms(200)));
                } catch (TimeoutException e) {
                    seen.add("wrong");
                }
            } catch (TimeoutException e) {
                seen.add("outer");
            }
            return done();
        });
        assertEquals(List.of("outer"), seen);
    }

    @Test
    void reschedule_moves_the_limit_from_now() {
        long taken = virtually(() -> {
            long start = now();
            try (Timeout t = timeout(ms(50))) {
                await(sleep(ms(40)));
                t.reschedule(ms(50));
                await(sleep(ms(40)));
                seen.add("still in time");
                await(sleep(ms(40)));
            } catch (TimeoutException e) {
                seen.add("late");
            }
            return done(now() - start);
        });
        assertEquals(List.of("still in time", "late"), seen);
        assertEquals(90, taken);
    }

    @Test
    void a_timeout_of_zero_expires_at_the_first_await_that_suspends() {
        virtually(() -> {
            try (Timeout t = timeout(Duration.ZERO)) {
                seen.add("body " + await(done(1)));
                await(sleep(ms(1)));
                seen.add("not reached");
            } catch (TimeoutException e) {
                seen.add("late");
            }
            return done();
        });
        assertEquals(List.of("body 1", "late"), seen);
    }

    @Test
    void a_timeout_of_forever_never_expires() {
        virtually(() -> {
            try (Timeout t = timeout(FOREVER)) {
                assertTrue(t.when().isEmpty());
                await(sleep(Duration.ofDays(1000)));
            }
            return done();
        });
    }

    @Test
    void a_timeout_in_a_loop_is_a_new_one_each_time() {
        virtually(() -> {
            for (int i = 1; i <= 3; i++) {
                try (Timeout t = timeout(ms(20))) {
                    await(sleep(ms(i == 2 ? 100 : 10)));
                    seen.add("in time " + i);
                } catch (TimeoutException e) {
                    seen.add("late " + i);
                }
            }
            return done();
        });
        assertEquals(List.of("in time 1", "late 2", "in time 3"), seen);
    }

    @Async
    private Coroutine<String> work(long time) {
        seen.add("started");
        try {
            await(sleep(ms(time)));
        } catch (CancelledError e) {
            await(sleep(ms(30)));
            seen.add("cleaned up");
            throw e;
        }
        return done("result");
    }

    @Test
    void wait_for_gives_the_result() {
        assertEquals("result", virtually(() -> done(await(waitFor(work(10), ms(50))))));
    }

    @Test
    void wait_for_waits_until_what_it_cancelled_has_ended() {
        long taken = virtually(() -> {
            long start = now();
            try {
                await(waitFor(work(100), ms(50)));
            } catch (TimeoutException e) {
                seen.add("late");
            }
            return done(now() - start);
        });
        assertEquals(List.of("started", "cleaned up", "late"), seen);
        assertEquals(80, taken);
    }

    @Test
    void wait_for_zero_starts_nothing() {
        virtually(() -> {
            try {
                await(waitFor(work(10), Duration.ZERO));
            } catch (TimeoutException e) {
                seen.add("late");
            }
            return done();
        });
        assertEquals(List.of("late"), seen);
    }

    @Test
    void wait_for_zero_returns_what_is_there() {
        assertEquals("result", virtually(() -> {
            Task<String> task = createTask(work(10));
            await(task);
            return done(await(waitFor(task, Duration.ZERO)));
        }));
    }

    @Test
    void wait_for_returns_a_result_that_came_in_spite_of_the_cancel() {
        assertEquals("in spite", virtually(() -> done(await(waitFor(stubborn(), ms(50))))));
    }

    @Async
    private Coroutine<String> stubborn() {
        try {
            await(sleep(ms(100)));
            return done("undisturbed");
        } catch (CancelledError e) {
            return done("in spite");
        }
    }

    @Test
    void wait_for_cancels_a_task() {
        virtually(() -> {
            Task<String> task = createTask(work(100));
            try {
                await(waitFor(task, ms(50)));
            } catch (TimeoutException e) {
                seen.add("late");
            }
            assertTrue(task.cancelled());
            return done();
        });
        assertEquals(List.of("started", "cleaned up", "late"), seen);
    }
}
