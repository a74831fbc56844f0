package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What {@code cancel} does, and when. */
class CancellationTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Object> log = new ArrayList<>();

    /** Sleeps for a second and tells how that ended. */
    @Async
    private Coroutine<String> sleeper() {
        log.add("begun");
        try {
            await(sleep(SECOND));
            log.add("slept");
        } catch (CancelledError cancel) {
            log.add("cancelled: " + cancel.getMessage());
            throw cancel;
        }
        return done("result");
    }

    /** Swallows any cancel of its sleep. */
    @Async
    private Coroutine<String> stubborn() {
        try {
            await(sleep(SECOND));
        } catch (CancelledError swallowed) {
            log.add("swallowed");
        }
        return done("result");
    }

    @Async
    private static <T> Coroutine<T> resultOf(Task<T> task) {
        return done(await(task));
    }

    // ---- where it is thrown

    @AsyncTest
    void a_cancel_is_thrown_at_the_await_where_the_task_is_parked() {
        EventLoop loop = EventLoop.running();
        Task<String> task = createTask(sleeper());
        await(sleep(Duration.ZERO));
        assertTrue(task.cancel());
        assertFalse(task.done()); // it is only asked
        await(sleep(Duration.ZERO));
        assertEquals(List.of("begun", "cancelled: null"), log);
        assertTrue(task.cancelled());
        assertEquals(0, loop.time());
    }

    @AsyncTest
    void a_cancel_before_the_first_step_keeps_the_body_from_running() {
        Task<String> task = createTask(sleeper());
        assertTrue(task.cancel());
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_cancel_before_the_first_step_keeps_a_callable_from_being_called() {
        Task<Void> task = createTask(() -> {
            log.add("called");
            return done();
        });
        task.cancel();
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_running_task_that_is_cancelled_goes_on_to_its_next_suspending_await() {
        Promise<String> ended = createPromise();
        ended.setResult("x");
        Task<Void> task = createTask(() -> {
            currentTask().cancel("self");
            log.add("still runs");
            await(ended); // does not suspend
            await(done()); // nor does this
            log.add("and runs");
            await(sleep(SECOND));
            log.add("not reached");
            return done();
        });
        try {
            await(task);
            fail();
        } catch (CancelledError cancel) {
            assertEquals("self", cancel.getMessage());
        }
        assertEquals(List.of("still runs", "and runs"), log);
        assertEquals(0, EventLoop.running().time());
    }

    @AsyncTest
    void a_pending_cancel_is_thrown_by_a_sleep_of_zero() {
        Task<Void> task = createTask(() -> {
            currentTask().cancel();
            await(sleep(Duration.ZERO));
            log.add("not reached");
            return done();
        });
        await(sleep(SECOND));
        assertTrue(task.cancelled());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_pending_cancel_reaches_the_promise_that_is_awaited_next() {
        Promise<Void> promise = createPromise();
        Task<Void> task = createTask(() -> {
            currentTask().cancel("why");
            await(promise);
            return done();
        });
        await(sleep(SECOND));
        assertTrue(task.cancelled());
        assertEquals("why", assertThrows(CancelledError.class, promise::result).getMessage());
    }

    @AsyncTest
    void a_task_cancelled_in_its_last_step_ends_as_cancelled() {
        Task<String> task = createTask(() -> {
            currentTask().cancel("late");
            return done("result");
        });
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
        assertEquals("late", assertThrows(CancelledError.class, task::result).getMessage());
    }

    @AsyncTest
    void a_task_cancelled_in_its_last_step_keeps_its_failure() {
        IOException failure = new IOException("first");
        Task<String> task = createTask(() -> {
            currentTask().cancel();
            throw failure;
        });
        await(sleep(Duration.ZERO));
        assertSame(failure, task.exception());
    }

    @AsyncTest
    void a_cancel_is_thrown_once() {
        Task<String> task = createTask(() -> {
            try {
                await(sleep(SECOND));
            } catch (CancelledError cancel) {
                log.add("cancelled");
            }
            await(sleep(SECOND));
            await(sleep(Duration.ZERO));
            return done("went on");
        });
        await(sleep(Duration.ZERO));
        task.cancel();
        assertEquals("went on", await(task));
        assertEquals(List.of("cancelled"), log);
    }

    @AsyncTest
    void a_task_that_swallows_the_error_goes_on_normally() {
        Task<String> task = createTask(stubborn());
        await(sleep(Duration.ZERO));
        task.cancel();
        assertEquals("result", await(task));
        assertFalse(task.cancelled());
    }

    @AsyncTest
    void a_task_that_answers_with_a_failure_has_failed() {
        IOException failure = new IOException("while cleaning up");
        Task<String> task = createTask(() -> {
            try {
                await(sleep(SECOND));
            } catch (CancelledError cancel) {
                throw failure;
            }
            return done("not reached");
        });
        await(sleep(Duration.ZERO));
        task.cancel();
        try {
            await(task);
            fail();
        } catch (Exception e) {
            assertSame(failure, e);
        }
        assertFalse(task.cancelled());
    }

    @AsyncTest
    void a_second_cancel_interrupts_an_await_in_a_finally() {
        Task<Void> task = createTask(() -> {
            try {
                await(sleep(SECOND));
            } finally {
                log.add("cleaning");
                await(sleep(SECOND));
                log.add("not reached");
            }
            return done();
        });
        await(sleep(Duration.ZERO));
        task.cancel("first");
        await(sleep(Duration.ZERO));
        assertEquals(List.of("cleaning"), log);
        task.cancel("second");
        try {
            await(task);
            fail();
        } catch (CancelledError cancel) {
            assertEquals("second", cancel.getMessage());
        }
        assertEquals(List.of("cleaning"), log);
        assertEquals(0, EventLoop.running().time());
    }

    @AsyncTest
    void catching_exceptions_does_not_swallow_a_cancel() {
        Task<String> task = createTask(() -> {
            try {
                await(sleep(SECOND));
            } catch (Exception e) {
                return done("swallowed");
            }
            return done("slept");
        });
        await(sleep(Duration.ZERO));
        task.cancel();
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
    }

    @Test
    void a_cancelled_sleep_leaves_no_timer() {
        EventLoop[] loop = new EventLoop[1];
        assertThrows(
                DeadlockException.class,
                () -> run(
                        () -> {
                            Task<Void> task = createTask(sleep(SECOND));
                            await(sleep(Duration.ZERO));
                            task.cancel();
                            await(sleep(Duration.ZERO));
                            assertTrue(task.cancelled());
                            await(createPromise()); // with a timer left, time would jump to it; without one this is a
                            // deadlock at once
                            return done();
                        },
                        () -> loop[0] = EventLoop.virtualTime()));
        assertEquals(0, loop[0].time());
    }

    // ---- what is there already

    @AsyncTest
    void a_cancel_after_the_value_is_there_but_before_the_task_woke_still_cancels() {
        Promise<String> promise = createPromise();
        Task<Void> task = createTask(() -> {
            log.add(await(promise));
            return done();
        });
        await(sleep(Duration.ZERO));
        promise.setResult("there");
        assertTrue(task.cancel());
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
        assertEquals(List.of(), log);
        assertEquals("there", promise.result());
    }

    @AsyncTest
    void a_cancel_after_a_failure_is_there_but_before_the_task_woke_still_cancels() {
        Promise<String> promise = createPromise();
        Task<String> task = createTask(() -> done(await(promise)));
        await(sleep(Duration.ZERO));
        promise.setException(new IOException());
        task.cancel("later");
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void a_cancel_between_a_sleeps_timer_and_its_task_still_cancels() {
        EventLoop loop = EventLoop.running();
        Task<String> task = createTask(sleeper());
        await(sleep(Duration.ZERO));
        loop.callAt(1_000_000_000, task::cancel); // set after the sleep's: runs behind it, in the same iteration
        await(sleep(SECOND.multipliedBy(2)));
        assertTrue(task.cancelled());
        assertEquals(List.of("begun", "cancelled: null"), log);
    }

    @AsyncTest
    void a_cancel_just_before_a_sleeps_timer_in_one_iteration_cancels_once() {
        EventLoop loop = EventLoop.running();
        Task<?>[] task = new Task<?>[1];
        loop.callAt(1_000_000_000, () -> task[0].cancel());
        task[0] = createTask(() -> {
            try {
                await(sleep(SECOND));
            } catch (CancelledError cancel) {
                log.add("cancelled at " + loop.time());
            }
            await(sleep(SECOND));
            log.add("slept until " + loop.time());
            return done();
        });
        await(task[0]);
        assertEquals(List.of("cancelled at 1000000000", "slept until 2000000000"), log);
    }

    @AsyncTest
    void cancelling_what_is_done_does_nothing() {
        Task<String> task = createTask(() -> done("result"));
        await(task);
        assertFalse(task.cancel());
        assertEquals("result", task.result());
        assertEquals(0, task.cancelling());
        Promise<String> promise = createPromise();
        promise.setResult("set");
        assertFalse(promise.cancel());
        assertEquals("set", promise.result());
    }

    // ---- what it reaches

    @AsyncTest
    void a_cancel_reaches_the_promise_that_is_awaited() {
        Promise<String> promise = createPromise();
        Task<String> task = createTask(() -> done(await(promise)));
        await(sleep(Duration.ZERO));
        task.cancel("why");
        assertTrue(promise.cancelled()); // a promise ends at once
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void a_cancel_reaches_the_task_that_is_awaited() {
        Task<String> inner = createTask(sleeper());
        Task<String> outer = createTask(resultOf(inner));
        await(sleep(Duration.ZERO));
        outer.cancel("why");
        await(sleep(Duration.ZERO));
        assertTrue(inner.cancelled());
        await(sleep(Duration.ZERO));
        assertTrue(outer.cancelled());
        assertEquals(List.of("begun", "cancelled: why"), log);
    }

    @AsyncTest
    void a_cancel_reaches_the_stage_that_is_awaited() {
        CompletableFuture<String> stage = new CompletableFuture<>();
        Task<String> task = createTask(() -> done(await(stage)));
        await(sleep(Duration.ZERO));
        task.cancel();
        assertTrue(stage.isCancelled());
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void a_cancel_does_not_reach_what_is_only_referred_to() {
        Task<String> other = createTask(sleeper());
        Task<Void> task = createTask(() -> {
            await(sleep(SECOND));
            await(other);
            return done();
        });
        await(sleep(Duration.ZERO));
        task.cancel();
        assertEquals("result", await(other));
    }

    @AsyncTest
    void a_cancel_that_the_inner_task_swallows_lets_the_outer_go_on() {
        Task<String> inner = createTask(stubborn());
        Task<String> outer = createTask(resultOf(inner));
        await(sleep(Duration.ZERO));
        outer.cancel();
        assertEquals("result", await(outer));
        assertEquals(1, outer.cancelling()); // it counts, although it came to nothing
        assertEquals(1, inner.cancelling());
    }

    @AsyncTest
    void cancelling_the_inner_task_throws_into_its_awaiter_and_counts_there_as_nothing() {
        Task<String> inner = createTask(sleeper());
        Task<String> outer = createTask(() -> {
            try {
                return done(await(inner));
            } catch (CancelledError cancel) {
                return done("inner was cancelled: " + cancel.getMessage()
                        + currentTask().cancelling());
            }
        });
        await(sleep(Duration.ZERO));
        inner.cancel("why");
        assertEquals("inner was cancelled: why0", await(outer));
    }

    @AsyncTest
    void every_task_of_a_chain_counts_the_cancel_and_ends_cancelled() {
        List<Task<String>> chain = new ArrayList<>();
        chain.add(createTask(sleeper()));
        for (int i = 0; i < 10; i++) {
            chain.add(createTask(resultOf(chain.get(i))));
        }
        await(sleep(Duration.ZERO));
        chain.get(10).cancel("why");
        try {
            await(chain.get(10));
            fail();
        } catch (CancelledError cancel) {
            assertEquals("why", cancel.getMessage());
        }
        for (Task<String> task : chain) {
            assertTrue(task.cancelled());
            assertEquals(1, task.cancelling());
            assertEquals("why", assertThrows(CancelledError.class, task::result).getMessage());
        }
    }

    @AsyncTest
    void a_chain_of_a_hundred_thousand_tasks_is_cancelled_without_recursion() {
        Task<String> last = createTask(sleeper());
        for (int i = 0; i < 100_000; i++) {
            last = createTask(resultOf(last));
        }
        await(sleep(Duration.ZERO));
        last.cancel();
        try {
            await(last);
            fail();
        } catch (CancelledError cancel) {
            assertEquals(List.of("begun", "cancelled: null"), log);
        }
    }

    @AsyncTest
    void a_cancel_from_the_task_at_the_end_of_the_chain_stays_pending_there() {
        Task<?>[] outer = new Task<?>[1];
        Task<Void> inner = createTask(() -> {
            await(sleep(SECOND));
            outer[0].cancel("from inside"); // the outer one awaits this very task, which runs
            log.add("runs on");
            await(sleep(SECOND));
            log.add("not reached");
            return done();
        });
        outer[0] = createTask(resultOf(inner));
        try {
            await(outer[0]);
            fail();
        } catch (CancelledError cancel) {
            assertEquals("from inside", cancel.getMessage());
        }
        assertTrue(inner.cancelled());
        assertEquals(List.of("runs on"), log);
    }

    @AsyncTest
    void of_two_awaiters_of_a_task_the_one_that_is_cancelled_takes_the_other_with_it() {
        Task<String> inner = createTask(sleeper());
        Task<String> one = createTask(resultOf(inner));
        Task<String> two = createTask(resultOf(inner));
        await(sleep(Duration.ZERO));
        one.cancel();
        await(sleep(SECOND));
        assertTrue(inner.cancelled());
        assertTrue(one.cancelled());
        assertTrue(two.cancelled());
        assertEquals(0, two.cancelling());
    }

    // ---- rings

    @AsyncTest
    void a_ring_of_tasks_that_await_one_another_can_be_cancelled() {
        Task<?>[] ring = new Task<?>[3];
        for (int i = 0; i < 3; i++) {
            int next = (i + 1) % 3;
            ring[i] = createTask(() -> {
                await(ring[next]);
                return done();
            });
        }
        await(sleep(SECOND));
        ring[1].cancel("why");
        await(sleep(SECOND));
        for (Task<?> task : ring) {
            assertTrue(task.cancelled());
        }
        assertEquals(List.of(0, 1, 0), List.of(ring[0].cancelling(), ring[1].cancelling(), ring[2].cancelling()));
    }

    @AsyncTest
    void a_task_that_awaits_a_ring_can_be_cancelled_and_the_ring_stays() {
        Task<?>[] ring = new Task<?>[2];
        ring[0] = createTask(() -> done(await(ring[1])));
        ring[1] = createTask(() -> done(await(ring[0])));
        Task<?> outside = createTask(() -> done(await(ring[0])));
        await(sleep(SECOND));
        outside.cancel();
        await(sleep(SECOND));
        assertTrue(outside.cancelled());
        assertFalse(ring[0].done());
        assertFalse(ring[1].done());
        ring[0].cancel();
        await(sleep(SECOND));
        assertTrue(ring[1].cancelled());
    }

    @AsyncTest
    void a_task_torn_out_of_a_ring_may_await_the_same_task_again() {
        EventLoop loop = EventLoop.running();
        Task<?>[] ring = new Task<?>[2];
        ring[0] = createTask(() -> {
            try {
                await(ring[1]);
            } catch (CancelledError cancel) {
                log.add("torn out");
            }
            try {
                await(ring[1]);
            } catch (CancelledError cancel) {
                log.add("the other one was cancelled");
            }
            await(sleep(SECOND)); // which nothing else may end
            log.add("slept until " + loop.time());
            return done();
        });
        ring[1] = createTask(() -> done(await(ring[0])));
        await(sleep(Duration.ZERO));
        ring[0].cancel();
        await(sleep(Duration.ZERO));
        assertEquals(List.of("torn out"), log);
        ring[1].cancel();
        await(sleep(Duration.ofSeconds(2)));
        assertEquals(List.of("torn out", "the other one was cancelled", "slept until 1000000000"), log);
    }

    // ---- counting

    @AsyncTest
    void cancelling_counts_and_uncancel_takes_back() {
        Task<Void> task = createTask(() -> {
            Task<?> self = currentTask();
            assertEquals(0, self.cancelling());
            assertEquals(0, self.uncancel());
            self.cancel();
            self.cancel();
            assertEquals(2, self.cancelling());
            assertEquals(1, self.uncancel());
            assertEquals(0, self.uncancel());
            assertEquals(0, self.uncancel());
            return done();
        });
        await(task);
    }

    @AsyncTest
    void reaching_zero_clears_a_cancel_that_was_not_delivered() {
        Task<?> self = currentTask();
        self.cancel();
        self.uncancel();
        await(sleep(SECOND));
        assertEquals(1_000_000_000, EventLoop.running().time());
    }

    @AsyncTest
    void a_cancel_that_is_left_is_delivered() {
        Task<Void> task = createTask(() -> {
            Task<?> self = currentTask();
            self.cancel("first");
            self.cancel("second");
            self.uncancel();
            await(sleep(SECOND));
            return done();
        });
        await(sleep(Duration.ZERO));
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void uncancel_does_not_take_back_what_was_delivered() {
        Task<String> task = createTask(sleeper());
        await(sleep(Duration.ZERO));
        task.cancel();
        assertEquals(0, task.uncancel());
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
    }

    @AsyncTest
    void a_cancel_before_the_first_step_can_be_taken_back() {
        Task<String> task = createTask(sleeper());
        task.cancel();
        task.uncancel();
        assertEquals("result", await(task));
    }

    // ---- messages and errors

    @AsyncTest
    void of_several_cancels_not_delivered_the_first_ones_message_counts() {
        Task<Void> task = createTask(() -> {
            currentTask().cancel("first");
            currentTask().cancel("second");
            await(sleep(SECOND));
            return done();
        });
        try {
            await(task);
            fail();
        } catch (CancelledError cancel) {
            assertEquals("first", cancel.getMessage());
        }
    }

    @AsyncTest
    void two_cancels_before_the_task_woke_are_delivered_as_one() {
        Task<String> task = createTask(() -> {
            try {
                await(sleep(SECOND));
            } catch (CancelledError cancel) {
                log.add(cancel.getMessage());
            }
            await(sleep(SECOND));
            return done("went on");
        });
        await(sleep(Duration.ZERO));
        task.cancel("first");
        task.cancel("second");
        assertEquals("went on", await(task));
        assertEquals(2, task.cancelling());
        assertEquals(List.of("first"), log);
    }

    @AsyncTest
    void a_cancel_handed_on_to_a_promise_counts_as_delivered() {
        Promise<Void> promise = createPromise();
        Task<Void> task = createTask(() -> {
            await(promise);
            return done();
        });
        await(sleep(Duration.ZERO));
        task.cancel("first");
        task.cancel("second");
        await(sleep(Duration.ZERO));
        assertEquals("first", assertThrows(CancelledError.class, task::result).getMessage());
    }

    @AsyncTest
    void what_is_awaited_was_cancelled_with_its_own_message_before() {
        Promise<Void> promise = createPromise();
        Task<Void> task = createTask(() -> {
            await(promise);
            return done();
        });
        await(sleep(Duration.ZERO));
        promise.cancel("of the promise");
        task.cancel("of the task");
        await(sleep(Duration.ZERO));
        assertEquals(
                "of the promise",
                assertThrows(CancelledError.class, task::result).getMessage());
    }

    @AsyncTest
    void every_reader_sees_the_message() {
        Task<String> task = createTask(sleeper());
        await(sleep(Duration.ZERO));
        task.cancel("why");
        await(sleep(Duration.ZERO));
        for (int i = 0; i < 3; i++) {
            assertEquals("why", assertThrows(CancelledError.class, task::result).getMessage());
            assertEquals(
                    "why", assertThrows(CancelledError.class, task::exception).getMessage());
        }
    }

    @AsyncTest
    void the_first_reader_gets_the_error_that_left_the_task() {
        Task<Void> task = createTask(() -> {
            try {
                await(sleep(SECOND));
            } catch (CancelledError cancel) {
                log.add(cancel);
                throw cancel;
            }
            return done();
        });
        await(sleep(Duration.ZERO));
        task.cancel();
        await(sleep(Duration.ZERO));
        assertSame(log.get(0), assertThrows(CancelledError.class, task::result));
        assertNotSame(log.get(0), assertThrows(CancelledError.class, task::result));
    }

    @AsyncTest
    void a_task_that_throws_the_error_by_itself_is_cancelled() {
        Task<Void> task = createTask(() -> {
            throw new CancelledError("by itself");
        });
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
        assertEquals(0, task.cancelling());
        assertEquals(
                "by itself", assertThrows(CancelledError.class, task::result).getMessage());
    }

    @AsyncTest
    void a_promise_that_is_set_to_the_error_is_cancelled() {
        Promise<Void> promise = createPromise();
        CancelledError error = new CancelledError("set");
        promise.setException(error);
        assertTrue(promise.cancelled());
        assertSame(error, assertThrows(CancelledError.class, promise::result));
    }

    @AsyncTest
    void a_cancelled_promise_throws_into_all_who_await_it() {
        Promise<String> promise = createPromise();
        Task<String> one = createTask(() -> done(await(promise)));
        Task<String> two = createTask(() -> done(await(promise)));
        await(sleep(Duration.ZERO));
        promise.cancel("why");
        await(sleep(Duration.ZERO));
        assertEquals("why", assertThrows(CancelledError.class, one::result).getMessage());
        assertEquals("why", assertThrows(CancelledError.class, two::result).getMessage());
    }

    @AsyncTest
    void a_cancel_carries_no_message_if_none_was_given() {
        Promise<String> promise = createPromise();
        promise.cancel();
        assertNull(assertThrows(CancelledError.class, promise::result).getMessage());
    }

    @AsyncTest
    void a_policy_cancels_where_a_task_has_parked() {
        Task<String> task = createTask(sleeper(), "chosen");
        EventLoop.running().setSchedulePolicy(new SchedulePolicy() {
            @Override
            public boolean cancelHere(Task<?> parked) {
                return parked.getName().equals("chosen");
            }
        });
        await(sleep(Duration.ZERO));
        await(sleep(Duration.ZERO));
        assertTrue(task.cancelled());
        assertEquals(List.of("begun", "cancelled: cancelled here by the schedule policy"), log);
    }

    @Test
    void a_cancelled_main_task_makes_run_throw() {
        CancelledError error = assertThrows(
                CancelledError.class,
                () -> virtually(() -> {
                    currentTask().cancel("myself");
                    await(sleep(SECOND));
                    return done();
                }));
        assertEquals("myself", error.getMessage());
    }

    @AsyncTest
    void a_cancel_has_a_trace_where_no_method_is_suspended_too() {
        Task<Void> asleep = createTask(sleep(Duration.ofHours(1)));
        Task<Void> later = createTask(sleep(Duration.ofHours(1)));
        await(sleep(Duration.ZERO));
        Task<Void> unstarted = createTask(sleep(Duration.ofHours(1)));
        for (Task<Void> task : List.of(asleep, later, unstarted)) {
            task.cancel();
            Throwable cancel = await(failureOf(task));
            assertTrue(cancel.getStackTrace().length > 0, task.getName());
        }
    }
}
