package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncSemaphore;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.ExceptionHandler;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.Timeout;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code timeout}, {@code timeoutAt} and {@code waitFor}. */
class TimeoutsTest {
    private final List<String> log = new ArrayList<>();

    private static long now() {
        return EventLoop.running().time();
    }

    /** Ends {@code millis} after it was cancelled. */
    @Async
    private Coroutine<String> slowToEnd(long millis) {
        try {
            await(sleep(FOREVER));
        } finally {
            await(sleep(ms(millis)));
            log.add("ended");
        }
        return done("never");
    }

    /** Swallows its cancel and gives a result. */
    @Async
    private static Coroutine<String> resultInSpiteOfCancel(long millis) {
        try {
            await(sleep(FOREVER));
        } catch (CancelledError swallowed) {
            await(sleep(ms(millis)));
        }
        return done("in spite");
    }

    @Async
    private static Coroutine<String> failsInsteadOfCancel() throws IOException {
        try {
            await(sleep(FOREVER));
        } catch (CancelledError cancel) {
            throw new IOException("x");
        }
        return done("never");
    }

    // ---- timeout

    @AsyncTest
    void a_block_that_takes_too_long_ends_with_a_timeout_exception() {
        try (var t = timeout(ms(10))) {
            await(sleep(ms(20)));
            log.add("not reached");
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("timed out at 10"), log);
    }

    @AsyncTest
    void a_block_that_is_in_time_is_left_alone_for_good() {
        Timeout left;
        try (var t = timeout(ms(10))) {
            left = t;
            await(sleep(ms(5)));
        }
        await(sleep(ms(50)));
        assertFalse(left.expired());
        assertEquals(0, currentTask().cancelling());
    }

    @AsyncTest
    void a_block_may_await_while_it_is_cancelled_and_the_timeout_exception_comes_after_that() {
        try (var t = timeout(ms(10))) {
            try {
                await(sleep(FOREVER));
            } finally {
                await(sleep(ms(30)));
                log.add("clean");
            }
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("clean", "timed out at 40"), log);
    }

    @AsyncTest
    void the_cause_of_the_timeout_exception_is_the_cancel_and_nothing_is_suppressed() {
        List<CancelledError> seen = new ArrayList<>();
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(ms(10))) {
                try {
                    await(sleep(FOREVER));
                } catch (CancelledError cancel) {
                    seen.add(cancel);
                    throw cancel;
                }
            }
            return done();
        }));
        assertInstanceOf(TimeoutException.class, thrown);
        assertSame(seen.get(0), thrown.getCause());
        assertEquals(0, thrown.getSuppressed().length);
    }

    @AsyncTest
    void a_cancel_of_somebody_else_passes() {
        Task<Void> task = createTask(() -> {
            try (var t = timeout(ms(20))) {
                await(sleep(FOREVER));
            }
            return done();
        });
        await(sleep(ms(10)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
    }

    @AsyncTest
    void a_cancel_of_somebody_else_in_the_same_iteration_wins() {
        Task<Void> task = createTask(() -> {
            Task<?> self = currentTask();
            EventLoop.running().callLater(ms(10), () -> self.cancel("why"));
            try (var t = timeout(ms(10))) {
                await(sleep(FOREVER));
            } finally {
                log.add("cancelling " + self.cancelling());
            }
            return done();
        });
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("cancelling 1"), log);
    }

    @AsyncTest
    void a_cancel_of_somebody_else_after_the_timeouts_own_in_the_same_iteration_wins() {
        Task<Void> task = createTask(() -> {
            Task<?> self = currentTask();
            try (var t = timeout(ms(10))) {
                EventLoop.running().callLater(ms(10), () -> self.cancel("why"));
                await(sleep(FOREVER));
            } finally {
                log.add("cancelling " + self.cancelling());
            }
            return done();
        });
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("cancelling 1"), log);
    }

    @AsyncTest
    void a_cancel_of_something_awaited_is_no_timeout() {
        Promise<Void> promise = createPromise();
        EventLoop.running().callLater(ms(10), () -> promise.cancel("promise"));
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(ms(20))) {
                await(promise);
            }
            return done();
        }));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("promise", thrown.getMessage());
    }

    @AsyncTest
    void of_nested_timeouts_the_inner_one_is_raised_when_it_is_shorter() {
        try (var outer = timeout(ms(20))) {
            try (var inner = timeout(ms(10))) {
                await(sleep(FOREVER));
            } catch (TimeoutException e) {
                log.add("inner " + inner(outer.expired()));
            }
            await(sleep(ms(5)));
        }
        log.add("outer left in time");
        assertEquals(List.of("inner only", "outer left in time"), log);
    }

    private static String inner(boolean outerExpired) {
        return outerExpired ? "and outer" : "only";
    }

    @AsyncTest
    void of_nested_timeouts_the_outer_one_is_raised_after_the_inner_one() {
        try (var outer = timeout(ms(20))) {
            try (var inner = timeout(ms(10))) {
                await(sleep(FOREVER));
            } catch (TimeoutException e) {
                log.add("inner");
            }
            await(sleep(FOREVER));
        } catch (TimeoutException e) {
            log.add("outer");
        }
        assertEquals(List.of("inner", "outer"), log);
    }

    @AsyncTest
    void of_nested_timeouts_the_outer_one_is_raised_when_it_is_shorter() {
        try (var outer = timeout(ms(10))) {
            try (var inner = timeout(ms(20))) {
                await(sleep(FOREVER));
            } catch (TimeoutException e) {
                log.add("inner, wrongly");
            }
            log.add("not reached");
        } catch (TimeoutException e) {
            log.add("outer");
        }
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(50)));
        assertEquals(List.of("outer"), log);
    }

    @AsyncTest
    void of_nested_timeouts_that_expire_together_the_outer_one_is_raised() {
        try (var outer = timeout(ms(10))) {
            try (var inner = timeout(ms(10))) {
                await(sleep(FOREVER));
            } catch (TimeoutException e) {
                log.add("inner, wrongly");
            }
            log.add("not reached");
        } catch (TimeoutException e) {
            log.add("outer");
        }
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(50)));
        assertEquals(List.of("outer"), log);
    }

    @AsyncTest
    void an_outer_timeout_that_expires_while_the_inner_one_cleans_up_is_raised_at_its_own_block() {
        try (var outer = timeout(ms(20))) {
            try (var inner = timeout(ms(10))) {
                try {
                    await(sleep(FOREVER));
                } finally {
                    await(sleep(ms(50)));
                }
            } catch (TimeoutException e) {
                log.add("inner, wrongly");
            }
            log.add("not reached");
        } catch (TimeoutException e) {
            log.add("outer at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("outer at 20"), log);
    }

    @AsyncTest
    void a_body_that_swallows_the_cancel_ends_normally_and_expired_tells() {
        Timeout left;
        try (var t = timeout(ms(10))) {
            left = t;
            try {
                await(sleep(FOREVER));
            } catch (CancelledError swallowed) {
                log.add("swallowed, expired " + t.expired());
            }
            await(sleep(ms(10)));
        }
        log.add("left, expired " + left.expired());
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(10)));
        assertEquals(List.of("swallowed, expired true", "left, expired true"), log);
    }

    @AsyncTest
    void a_timeout_whose_cancel_was_caught_has_expired_and_does_not_replace_what_is_thrown_behind_the_block() {
        List<Timeout> opened = new ArrayList<>();
        Throwable thrown = await(failureOf(() -> swallowing(opened)));
        assertEquals("swallowed", thrown.getMessage());
        assertTrue(opened.get(0).expired());
    }

    @Async
    private static Coroutine<String> swallowing(List<Timeout> opened) {
        IllegalStateException caught;
        try (var t = timeout(ms(10))) {
            opened.add(t);
            try {
                await(sleep(ms(100)));
                return done("in time");
            } catch (Throwable cancel) {
                caught = new IllegalStateException("swallowed", cancel);
            }
        }
        throw caught;
    }

    @AsyncTest
    void another_exception_passes_with_the_timeout_exception_suppressed() {
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(ms(10))) {
                await(failsInsteadOfCancel());
            }
            return done();
        }));
        assertInstanceOf(IOException.class, thrown);
        assertEquals(1, thrown.getSuppressed().length);
        assertInstanceOf(TimeoutException.class, thrown.getSuppressed()[0]);
    }

    @AsyncTest
    void an_exception_in_time_passes_as_it_is() {
        IOException failure = new IOException("x");
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(ms(10))) {
                await(sleep(ms(5)));
                throw failure;
            }
        }));
        assertSame(failure, thrown);
        assertEquals(0, thrown.getSuppressed().length);
    }

    @AsyncTest
    void the_cancel_is_taken_back() {
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(ms(10))) {
                try {
                    await(sleep(FOREVER));
                } finally {
                    log.add("inside " + currentTask().cancelling());
                }
            }
            return done();
        }));
        assertInstanceOf(TimeoutException.class, thrown);
        log.add("outside " + currentTask().cancelling());
        assertEquals(List.of("inside 1", "outside 0"), log);
    }

    @AsyncTest
    void a_timeout_in_the_clean_up_of_a_cancelled_task_still_times_out() {
        Task<Void> task = createTask(() -> {
            try {
                await(sleep(FOREVER));
            } finally {
                try (var t = timeout(ms(10))) {
                    await(sleep(FOREVER));
                } catch (TimeoutException e) {
                    log.add("clean-up timed out, cancelling " + currentTask().cancelling());
                }
            }
            return done();
        });
        await(sleep(ms(10)));
        task.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
        assertEquals(List.of("clean-up timed out, cancelling 1"), log);
    }

    @AsyncTest
    void a_cancel_that_is_pending_when_the_timeout_is_opened_is_not_its_own() {
        Task<Void> task = createTask(() -> {
            currentTask().cancel("self");
            try (var t = timeout(ms(10))) {
                await(sleep(FOREVER));
            } catch (TimeoutException wrong) {
                log.add("wrong");
            }
            return done();
        });
        Throwable thrown = await(failureOf(task));
        assertEquals("self", thrown.getMessage());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void zero_expires_at_the_first_await_that_waits() {
        try (var t = timeout(Duration.ZERO)) {
            await(done());
            log.add("awaiting what is done is fine");
            await(sleep(Duration.ZERO));
            log.add("not reached");
        } catch (TimeoutException e) {
            log.add("timed out");
        }
        assertEquals(List.of("awaiting what is done is fine", "timed out"), log);
    }

    @AsyncTest
    void a_negative_limit_is_one_of_zero() {
        try (var t = timeout(Duration.ofSeconds(-1))) {
            await(sleep(ms(1)));
        } catch (TimeoutException e) {
            log.add("timed out at " + now());
        }
        assertEquals(List.of("timed out at 0"), log);
    }

    @AsyncTest
    void a_block_without_a_wait_does_not_notice_a_limit_of_zero() {
        Timeout left;
        try (var t = timeout(Duration.ZERO)) {
            left = t;
            await(done());
        }
        await(sleep(ms(1)));
        assertFalse(left.expired());
    }

    @AsyncTest
    void for_ever_has_no_time() {
        try (var t = timeout(FOREVER)) {
            assertEquals(OptionalLong.empty(), t.when());
            await(sleep(Duration.ofDays(10_000)));
        }
    }

    @AsyncTest
    void reschedule_counts_from_now() {
        try (var t = timeout(ms(10))) {
            await(sleep(ms(5)));
            t.reschedule(ms(10));
            assertEquals(OptionalLong.of(ms(15).toNanos()), t.when());
            await(sleep(FOREVER));
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("timed out at 15"), log);
    }

    @AsyncTest
    void reschedule_may_shorten_lift_and_set_a_limit() {
        try (var t = timeout(FOREVER)) {
            t.reschedule(ms(10));
            t.reschedule(FOREVER);
            assertEquals(OptionalLong.empty(), t.when());
            await(sleep(ms(100)));
            t.rescheduleAt(now() + 10);
            t.reschedule(Duration.ofSeconds(-5));
            await(sleep(ms(1)));
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("timed out at 100"), log);
    }

    @AsyncTest
    void reschedule_is_refused_once_the_time_was_up() {
        try (var t = timeout(ms(10))) {
            try {
                await(sleep(FOREVER));
            } catch (CancelledError cancel) {
                IllegalStateException refused = assertThrows(IllegalStateException.class, () -> t.reschedule(ms(10)));
                assertTrue(refused.getMessage().contains("its limit was reached"), refused.getMessage());
                throw cancel;
            }
        } catch (TimeoutException e) {
            log.add("timed out");
        }
        assertEquals(List.of("timed out"), log);
    }

    @AsyncTest
    void reschedule_is_refused_once_the_block_was_left() {
        Timeout left;
        try (var t = timeout(ms(10))) {
            left = t;
        }
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> left.reschedule(ms(10)));
        assertTrue(refused.getMessage().contains("has been left"), refused.getMessage());
    }

    @AsyncTest
    void timeout_at_takes_loop_time() {
        await(sleep(ms(5)));
        try (var t = timeoutAt(ms(15).toNanos())) {
            assertEquals(OptionalLong.of(ms(15).toNanos()), t.when());
            await(sleep(FOREVER));
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("timed out at 15"), log);
    }

    @AsyncTest
    void timeout_at_a_time_that_is_past_expires_at_once() {
        await(sleep(ms(5)));
        try (var t = timeoutAt(ms(1).toNanos())) {
            await(sleep(FOREVER));
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("timed out at 5"), log);
    }

    @AsyncTest
    void a_timeout_in_a_loop_is_a_new_one_each_time() {
        for (int i = 0; i < 3; i++) {
            try (var t = timeout(ms(10))) {
                await(sleep(i == 1 ? ms(5) : ms(20)));
                log.add("in time");
            } catch (TimeoutException e) {
                log.add("late");
            }
        }
        assertEquals(List.of("late", "in time", "late"), log);
    }

    @AsyncTest
    void return_out_of_a_timeout_ends_it() {
        assertEquals("x", await(returnsInTime()));
        await(sleep(ms(50)));
    }

    @Async
    private static Coroutine<String> returnsInTime() {
        try (var t = timeout(ms(10))) {
            return done(await(sleep(ms(5), "x")));
        }
    }

    @AsyncTest
    void a_timeout_around_a_group_cancels_its_children() {
        try (var t = timeout(ms(10))) {
            try (var group = new TaskGroup()) {
                group.createTask(slowToEnd(5));
                group.createTask(slowToEnd(10));
            }
            log.add("not reached");
        } catch (TimeoutException e) {
            log.add("timed out at " + Duration.ofNanos(now()).toMillis());
        }
        assertEquals(List.of("ended", "ended", "timed out at 20"), log);
    }

    @AsyncTest
    void a_group_that_fails_in_answer_to_a_timeout_passes_and_leaves_no_cancel_behind() {
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(ms(10))) {
                try (var group = new TaskGroup()) {
                    group.createTask(() -> failsInsteadOfCancel());
                }
            }
            return done();
        }));
        assertInstanceOf(ExceptionGroup.class, thrown);
        assertEquals(
                1,
                Arrays.stream(thrown.getSuppressed())
                        .filter(TimeoutException.class::isInstance)
                        .count());
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(10)));
    }

    @AsyncTest
    void only_the_task_that_opened_a_timeout_may_leave_it() {
        try (var t = timeout(ms(10))) {
            Throwable thrown = await(createTask(failureOf(() -> t.aclose())));
            assertInstanceOf(IllegalStateException.class, thrown);
            await(sleep(FOREVER));
        } catch (TimeoutException e) {
            log.add("still in force");
        }
        assertEquals(List.of("still in force"), log);
    }

    @Test
    void a_timeout_needs_a_task() {
        IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> List.of(timeout(ms(10))));
        assertTrue(thrown.getMessage().contains("Asyncio.run"), thrown.getMessage());
    }

    // ---- waitFor

    @Test
    void wait_for_gives_what_comes_in_time() {
        String result = virtually(() -> waitFor(sleep(ms(5), "x"), ms(10)));
        assertEquals("x", result);
    }

    @AsyncTest
    void wait_for_throws_when_the_time_is_up_and_has_waited_for_the_end() {
        Throwable thrown = await(failureOf(() -> waitFor(slowToEnd(50), ms(10))));
        log.add(thrown.getClass().getSimpleName() + " at "
                + Duration.ofNanos(now()).toMillis());
        assertInstanceOf(CancelledError.class, thrown.getCause());
        assertEquals(0, currentTask().cancelling());
        assertEquals(List.of("ended", "TimeoutException at 60"), log);
    }

    @AsyncTest
    void wait_for_a_task_cancels_it_and_waits_for_its_end() {
        Task<String> task = createTask(slowToEnd(50));
        Throwable thrown = await(failureOf(() -> waitFor(task, ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        assertTrue(task.cancelled());
        assertEquals(ms(60).toNanos(), now());
    }

    @AsyncTest
    void wait_for_gives_a_result_that_arrived_in_spite_of_the_cancel() {
        assertEquals("in spite", await(waitFor(resultInSpiteOfCancel(5), ms(10))));
        Task<String> task = createTask(resultInSpiteOfCancel(5));
        assertEquals("in spite", await(waitFor(task, ms(10))));
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(10)));
    }

    @AsyncTest
    void wait_for_gives_a_result_that_was_there_when_the_time_was_up_in_the_same_iteration() {
        Promise<String> promise = createPromise();
        EventLoop.running().callLater(ms(10), () -> promise.setResult("x"));
        String result = await(waitFor(promise, ms(10)));
        assertEquals("x", result);
        assertEquals(0, currentTask().cancelling());
    }

    @AsyncTest
    void wait_for_gives_a_null_that_was_there_when_the_time_was_up_in_the_same_iteration() {
        Promise<String> promise = createPromise();
        EventLoop.running().callLater(ms(10), () -> promise.setResult(null));
        assertNull(await(waitFor(promise, ms(10))));
    }

    @AsyncTest
    void wait_for_passes_a_failure_in_time() {
        Promise<String> promise = createPromise();
        IOException failure = new IOException("x");
        EventLoop.running().callLater(ms(5), () -> promise.setException(failure));
        assertSame(failure, await(failureOf(() -> waitFor(promise, ms(10)))));
        assertEquals(0, failure.getSuppressed().length);
    }

    @AsyncTest
    void wait_for_passes_a_failure_in_answer_to_the_cancel_with_the_timeout_suppressed() {
        Throwable thrown = await(failureOf(() -> waitFor(failsInsteadOfCancel(), ms(10))));
        assertInstanceOf(IOException.class, thrown);
        assertInstanceOf(TimeoutException.class, thrown.getSuppressed()[0]);
    }

    @AsyncTest
    void wait_for_passes_a_cancel_from_outside() {
        Task<String> task = createTask(() -> waitFor(slowToEnd(5), ms(100)));
        await(sleep(ms(10)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("ended"), log);
    }

    @AsyncTest
    void wait_for_passes_the_cancel_of_what_is_awaited() {
        Promise<String> promise = createPromise();
        EventLoop.running().callLater(ms(5), () -> promise.cancel("promise"));
        Throwable thrown = await(failureOf(() -> waitFor(promise, ms(10))));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("promise", thrown.getMessage());
    }

    @AsyncTest
    void wait_for_of_a_coroutine_in_time_needs_no_task() {
        Task<?> self = currentTask();
        Task<?> inner = await(waitFor(running(), ms(10)));
        assertSame(self, inner);
    }

    @Async
    private static Coroutine<Task<?>> running() {
        await(sleep(ms(1)));
        return done(currentTask());
    }

    @Test
    void wait_for_without_a_limit_waits_for_ever() {
        assertEquals("x", virtually(() -> waitFor(sleep(Duration.ofDays(10_000), "x"), FOREVER)));
    }

    @AsyncTest
    void wait_for_a_shield_leaves_what_is_inside_running() {
        Task<String> task = createTask(sleep(ms(20), "x"));
        Throwable thrown = await(failureOf(() -> waitFor(shield(task), ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        assertEquals("x", await(task));
    }

    @AsyncTest
    void wait_for_zero_never_starts_a_coroutine() {
        Throwable thrown = await(failureOf(() -> waitFor(logs("started"), Duration.ZERO)));
        assertInstanceOf(TimeoutException.class, thrown);
        assertInstanceOf(CancelledError.class, thrown.getCause());
        thrown = await(failureOf(() -> waitFor(logs("started"), Duration.ofSeconds(-1))));
        assertInstanceOf(TimeoutException.class, thrown);
        assertEquals(0, now());
        assertEquals(List.of(), log);
    }

    @Async
    private Coroutine<Void> logs(String text) {
        log.add(text);
        return done();
    }

    @AsyncTest
    void wait_for_zero_gives_what_is_there_already() {
        Promise<String> promise = createPromise();
        promise.setResult("promise");
        assertEquals("promise", await(waitFor(promise, Duration.ZERO)));
        assertEquals("value", await(waitFor(done("value"), Duration.ZERO)));
        Task<String> task = createTask(sleep(ms(1), "task"));
        await(sleep(ms(10)));
        assertEquals("task", await(waitFor(task, Duration.ZERO)));
    }

    @AsyncTest
    void wait_for_zero_throws_the_failure_that_is_there_already() {
        Promise<String> promise = createPromise();
        IOException failure = new IOException("x");
        promise.setException(failure);
        assertSame(failure, await(failureOf(() -> waitFor(promise, Duration.ZERO))));
    }

    @AsyncTest
    void wait_for_zero_cancels_a_running_task_and_waits_for_its_end() {
        Task<String> task = createTask(slowToEnd(5));
        await(sleep(ms(1)));
        Throwable thrown = await(failureOf(() -> waitFor(task, Duration.ZERO)));
        assertInstanceOf(TimeoutException.class, thrown);
        assertTrue(task.cancelled());
        assertEquals(ms(6).toNanos(), now());
    }

    @AsyncTest
    void wait_for_zero_gives_the_result_of_a_task_that_swallows_the_cancel() {
        Task<String> task = createTask(resultInSpiteOfCancel(5));
        await(sleep(ms(1)));
        assertEquals("in spite", await(waitFor(task, Duration.ZERO)));
    }

    @AsyncTest
    void wait_for_zero_cancels_a_promise() {
        Promise<String> promise = createPromise();
        assertInstanceOf(TimeoutException.class, await(failureOf(() -> waitFor(promise, Duration.ZERO))));
        assertTrue(promise.cancelled());
    }

    @AsyncTest
    void wait_for_zero_passes_a_cancel_from_outside() {
        Task<String> inner = createTask(slowToEnd(5));
        await(sleep(ms(1)));
        Task<String> task = createTask(() -> waitFor(inner, Duration.ZERO));
        await(sleep(ms(1)));
        task.cancel("why");
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
    }

    @AsyncTest
    void wait_for_zero_leaves_a_cancel_that_is_pending_to_the_next_await_that_waits() {
        Task<Void> task = createTask(() -> {
            Promise<String> promise = createPromise();
            currentTask().cancel("self");
            Throwable thrown = await(failureOf(() -> waitFor(promise, Duration.ZERO)));
            log.add(thrown.getClass().getSimpleName());
            await(sleep(ms(1)));
            log.add("not reached");
            return done();
        });
        Throwable thrown = await(failureOf(task));
        log.add(thrown.getMessage());
        assertEquals(List.of("TimeoutException", "self"), log);
    }

    @AsyncTest
    void a_permit_that_was_granted_as_the_time_was_up_is_not_lost() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var held = await(semaphore.acquire());
        EventLoop.running().callLater(ms(10), held::close);
        Throwable thrown = await(failureOf(() -> waitFor(semaphore.acquire(), ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        assertFalse(semaphore.locked());
    }

    @AsyncTest
    void a_stage_that_is_timed_out_is_cancelled() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Throwable thrown = await(failureOf(() -> {
            try (var t = timeout(Duration.ZERO)) {
                await(stage);
            }
            return done();
        }));
        assertInstanceOf(TimeoutException.class, thrown);
        assertTrue(stage.isCancelled());
    }

    @Test
    void a_task_that_fails_after_wait_for_took_its_failure_is_not_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            Task<String> task = createTask(() -> failsInsteadOfCancel());
            assertInstanceOf(IOException.class, await(failureOf(() -> waitFor(task, ms(10)))));
            await(sleep(Duration.ofSeconds(10)));
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void the_message_tells_the_limit_and_not_what_the_clock_made_of_it() {
        TimeoutException thrown = assertThrows(
                TimeoutException.class,
                () -> run(() -> {
                    try (var t = timeout(ms(20))) { // in real time
                        await(sleep(Duration.ofDays(1)));
                    }
                    return done();
                }));
        assertEquals("timed out after 0.020 s", thrown.getMessage());
    }

    @AsyncTest
    void a_timeout_in_a_task_that_took_back_its_cancels_times_out() {
        Task<?> task = currentTask();
        task.cancel();
        task.cancel();
        task.uncancel();
        try (var t = timeout(ms(10))) {
            task.uncancel();
            await(sleep(ms(20)));
        } catch (TimeoutException expected) {
            log.add("timed out");
        }
        assertEquals(List.of("timed out"), log);
        assertEquals(0, task.cancelling());
    }

    @AsyncTest
    void a_timeout_however_long_ago_is_up_at_once() {
        await(sleep(ms(1))); // so that the time is above zero
        for (Duration limit : List.of(Duration.ofSeconds(Long.MIN_VALUE), Duration.ofSeconds(-1))) {
            Throwable thrown = await(failureOf(() -> {
                try (var scope = timeout(limit)) {
                    await(sleep(FOREVER));
                }
                return done();
            }));
            assertEquals("timed out after 0.000 s", thrown.getMessage());
        }
        Throwable thrown = await(failureOf(() -> {
            try (var scope = timeout(FOREVER)) {
                scope.rescheduleAt(Long.MIN_VALUE);
                await(sleep(FOREVER));
            }
            return done();
        }));
        assertEquals("timed out after 0.000 s", thrown.getMessage());
    }
}
