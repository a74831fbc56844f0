package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.now;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.saysThat;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCondition;
import dev.fermata.AsyncLock;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@link AsyncCondition}: signals are not lost, and a wait ends with the lock held, however it ends. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class ConditionsTest {
    private final List<String> log = new ArrayList<>();
    private final AsyncCondition condition = new AsyncCondition();

    /** What the condition is about. */
    private int items;

    /** Waits for one signal and gives the lock back. */
    @Async
    private Coroutine<Void> waitAndLog(String name) {
        try (var held = await(condition.acquire())) {
            await(condition.untilSignalled());
            log.add(name);
        }
        return done();
    }

    /** Takes one item. */
    @Async
    private Coroutine<Void> consume(String name) {
        try (var held = await(condition.acquire())) {
            await(condition.until(() -> items > 0));
            items--;
            log.add(name);
        }
        return done();
    }

    private void waiters(String... names) {
        for (String name : names) {
            createTask(waitAndLog(name), name);
        }
    }

    // ---- the lock

    @AsyncTest
    void it_is_a_lock() {
        assertFalse(condition.locked());
        try (var held = await(condition.acquire())) {
            assertTrue(condition.locked());
        }
        assertFalse(condition.locked());
        await(condition.acquire());
        condition.release();
        assertFalse(condition.locked());
    }

    @Test
    void releasing_what_nobody_holds_is_an_error() {
        saysThat("nobody holds the lock", assertThrows(IllegalStateException.class, condition::release));
    }

    @AsyncTest
    void a_lock_that_was_given_is_the_conditions_own() {
        AsyncLock lock = new AsyncLock();
        AsyncCondition one = new AsyncCondition(lock);
        AsyncCondition other = new AsyncCondition(lock);
        try (var held = await(lock.acquire())) {
            assertTrue(one.locked());
            assertTrue(other.locked());
            one.signal();
            Task<Void> waiter = createTask(other.untilSignalled());
            await(turns(1));
            assertFalse(lock.locked()); // which the wait has given back
            try (var again = await(one.acquire())) {
                other.signal();
            }
            await(waiter);
            assertTrue(one.locked());
        }
        assertFalse(one.locked());
    }

    @AsyncTest
    void a_wait_gives_the_lock_back_and_holds_it_when_it_ends() {
        Task<Void> waiter = createTask(() -> {
            try (var held = await(condition.acquire())) {
                assertTrue(condition.locked());
                await(condition.untilSignalled());
                assertTrue(condition.locked());
                await(turns(2)); // still, and the block gives it back
                assertTrue(condition.locked());
            }
            assertFalse(condition.locked());
            return done();
        });
        await(turns(1));
        assertFalse(condition.locked());
        try (var held = await(condition.acquire())) {
            condition.signal();
        }
        await(waiter);
    }

    @AsyncTest
    void one_who_was_signalled_goes_on_when_it_has_the_lock() {
        waiters("a", "b", "c");
        await(turns(1));
        await(condition.acquire());
        condition.signal();
        await(turns(3));
        assertEquals(List.of(), log);
        condition.release();
        await(turns(3));
        assertEquals(List.of("a"), log);
        await(condition.acquire());
        condition.signal(2);
        condition.release();
        await(turns(3));
        assertEquals(List.of("a", "b", "c"), log);
        assertFalse(condition.locked());
    }

    // ---- signals

    @Test
    void a_signal_wakes_the_one_who_has_waited_longest() {
        virtually(() -> {
            waiters("a", "b");
            await(turns(1));
            try (var held = await(condition.acquire())) {
                condition.signal();
            }
            await(turns(3));
            assertEquals(List.of("a"), log);
            return done();
        });
    }

    @AsyncTest
    void signals_wake_as_many_as_they_say_and_not_more_than_there_are() {
        waiters("a", "b", "c", "d");
        await(turns(1));
        try (var held = await(condition.acquire())) {
            condition.signal(0);
            await(turns(3));
            condition.signal(1);
            condition.signal(2);
        }
        await(turns(5));
        assertEquals(List.of("a", "b", "c"), log);
        try (var held = await(condition.acquire())) {
            condition.signal(2048);
        }
        await(turns(5));
        assertEquals(List.of("a", "b", "c", "d"), log);
    }

    @AsyncTest
    void signal_all_wakes_all_in_the_order_of_their_arrival() {
        waiters("a", "b", "c");
        await(turns(1));
        try (var held = await(condition.acquire())) {
            condition.signalAll();
            assertEquals(List.of(), log);
        }
        await(turns(5));
        assertEquals(List.of("a", "b", "c"), log);
    }

    @Test
    void a_signal_that_nobody_waits_for_is_forgotten() {
        virtually(() -> {
            try (var held = await(condition.acquire())) {
                condition.signal();
                condition.signalAll();
            }
            waiters("a");
            await(turns(5));
            assertEquals(List.of(), log);
            return done();
        });
    }

    @Test
    void one_who_comes_after_the_signal_waits_for_the_next_one() {
        virtually(() -> {
            waiters("early");
            await(turns(1));
            try (var held = await(condition.acquire())) {
                condition.signal();
                createTask(waitAndLog("late"));
                await(turns(1));
            }
            await(turns(5));
            assertEquals(List.of("early"), log);
            return done();
        });
    }

    // ---- until

    @AsyncTest
    void until_waits_for_signals_until_the_predicate_says_true() {
        Task<Void> consumer = createTask(consume("got it"));
        await(turns(1));
        try (var held = await(condition.acquire())) {
            condition.signal();
        }
        await(turns(5));
        assertFalse(consumer.done());
        assertFalse(condition.locked());
        try (var held = await(condition.acquire())) {
            items++;
            condition.signal();
        }
        await(consumer);
        assertFalse(condition.locked());
        assertEquals(List.of("got it"), log);
    }

    @Test
    void until_does_not_suspend_if_the_predicate_says_true_at_once() {
        virtually(() -> {
            items = 1;
            createTask(consume("other"));
            await(consume("first"));
            return done();
        });
        assertEquals(List.of("first"), log);
    }

    @AsyncTest
    void the_predicate_is_called_with_the_lock_held() {
        Task<Void> waiter = createTask(() -> {
            try (var held = await(condition.acquire())) {
                await(condition.until(() -> {
                    log.add("locked: " + condition.locked());
                    return items > 0;
                }));
            }
            return done();
        });
        await(turns(1));
        try (var held = await(condition.acquire())) {
            items++;
            condition.signal();
        }
        await(waiter);
        assertEquals(List.of("locked: true", "locked: true"), log);
    }

    @AsyncTest
    void what_the_predicate_throws_ends_the_wait_with_the_lock_held() {
        IllegalArgumentException failure = new IllegalArgumentException("predicate");
        Task<Void> waiter = createTask(() -> {
            try (var held = await(condition.acquire())) {
                Throwable thrown = await(failureOf(() -> condition.until(() -> {
                    if (items > 0) {
                        throw failure;
                    }
                    return false;
                })));
                assertSame(failure, thrown);
                assertTrue(condition.locked());
            }
            return done();
        });
        await(turns(1));
        try (var held = await(condition.acquire())) {
            items++;
            condition.signal();
        }
        await(waiter);
        assertFalse(condition.locked());
    }

    // ---- cancels

    @AsyncTest
    void a_wait_that_is_cancelled_ends_with_the_lock_held() {
        Task<Void> waiter = createTask(() -> {
            try (var held = await(condition.acquire())) {
                assertInstanceOf(CancelledError.class, await(failureOf(() -> condition.untilSignalled())));
                assertTrue(condition.locked());
                throw new CancelledError();
            }
        });
        await(turns(1));
        waiter.cancel();
        await(turns(1));
        assertTrue(waiter.cancelled());
        assertFalse(condition.locked());
        assertEquals("condition (lock (free))", condition.toString());
    }

    @AsyncTest
    void a_wait_that_is_cancelled_waits_for_the_lock_before_it_ends() {
        Task<Void> waiter = createTask(waitAndLog("never"));
        await(turns(1));
        await(condition.acquire());
        waiter.cancel();
        await(turns(5));
        assertFalse(waiter.done());
        condition.release();
        await(turns(2));
        assertTrue(waiter.cancelled());
        assertFalse(condition.locked());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_cancel_while_it_waits_for_the_lock_is_thrown_when_it_has_it() {
        Task<Void> waiter = createTask(() -> {
            try (var held = await(condition.acquire())) {
                Throwable thrown = await(failureOf(() -> condition.untilSignalled()));
                assertInstanceOf(CancelledError.class, thrown);
                assertEquals("foo", thrown.getMessage());
                assertTrue(condition.locked());
                log.add("cancelled");
            }
            return done();
        });
        await(turns(1));
        await(condition.acquire());
        condition.signal();
        await(turns(1)); // now it waits for the lock
        waiter.cancel("foo");
        await(turns(5));
        assertEquals(List.of(), log);
        condition.release();
        await(waiter);
        assertFalse(condition.locked());
        assertEquals(List.of("cancelled"), log);
    }

    @Test
    void a_cancel_when_the_lock_is_on_its_way_is_thrown_with_the_lock_held() {
        virtually(() -> {
            Task<Void> waiter = createTask(() -> {
                try (var held = await(condition.acquire())) {
                    assertInstanceOf(CancelledError.class, await(failureOf(() -> condition.untilSignalled())));
                    assertEquals("lock (held by task Task-2, 1 waiting)", lockOf(condition));
                }
                return done();
            });
            await(turns(1));
            await(condition.acquire());
            condition.signal();
            await(turns(1));
            Task<Void> next = createTask(waitAndLog("next"));
            await(turns(1));
            condition.release();
            waiter.cancel();
            await(waiter);
            await(turns(2));
            assertFalse(next.done()); // waits for a signal, so it had the lock meanwhile
            assertFalse(condition.locked());
            return done();
        });
    }

    private static String lockOf(AsyncCondition condition) {
        String text = condition.toString();
        return text.substring("condition (".length(), text.indexOf(')') + 1);
    }

    @AsyncTest
    void a_cancel_does_not_cost_the_place_in_the_line_for_the_lock() {
        Task<Void> waiter = createTask(() -> {
            try (var held = await(condition.acquire())) {
                await(failureOf(() -> condition.untilSignalled()));
                log.add("cancelled");
            }
            return done();
        });
        await(turns(1));
        await(condition.acquire());
        condition.signal();
        await(turns(1));
        Task<Void> behind = createTask(() -> {
            try (var held = await(condition.acquire())) {
                log.add("behind");
            }
            return done();
        });
        await(turns(1));
        waiter.cancel();
        condition.release();
        await(gather(waiter, behind));
        assertEquals(List.of("cancelled", "behind"), log);
    }

    @AsyncTest
    void a_second_cancel_while_it_waits_for_the_lock_is_the_one_that_is_thrown() {
        Task<Void> waiter = createTask(waitAndLog("never"));
        await(turns(1));
        await(condition.acquire());
        waiter.cancel("first");
        await(turns(1));
        waiter.cancel("second");
        await(turns(1));
        condition.release();
        assertEquals("second", await(failureOf(waiter)).getMessage());
        assertFalse(condition.locked());
    }

    @AsyncTest
    void a_signal_to_one_who_is_cancelled_before_it_runs_passes_on() {
        Task<Void> cancelled = createTask(consume("cancelled"));
        Task<Void> next = createTask(consume("next"));
        await(turns(1));
        try (var held = await(condition.acquire())) {
            items++;
            condition.signal();
            cancelled.cancel();
        }
        await(next);
        assertTrue(cancelled.cancelled());
        assertFalse(condition.locked());
        assertEquals(List.of("next"), log);
    }

    @AsyncTest
    void a_signal_to_one_who_is_cancelled_while_it_waits_for_the_lock_passes_on() {
        Task<Void> cancelled = createTask(consume("cancelled"));
        Task<Void> next = createTask(consume("next"));
        await(turns(1));
        try (var held = await(condition.acquire())) {
            items++;
            condition.signal();
            await(turns(1)); // now it waits for the lock
            cancelled.cancel();
            await(turns(1));
        }
        await(next);
        assertTrue(cancelled.cancelled());
        assertFalse(condition.locked());
        assertEquals(List.of("next"), log);
    }

    @Test
    void a_cancel_of_one_who_was_not_signalled_wakes_nobody() {
        virtually(() -> {
            Task<Void> cancelled = createTask(waitAndLog("cancelled"));
            waiters("other");
            await(turns(1));
            cancelled.cancel();
            await(turns(5));
            assertTrue(cancelled.cancelled());
            assertEquals("condition (lock (free), 1 waiting for a signal)", condition.toString());
            return done();
        });
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void one_who_was_cancelled_before_the_signal_does_not_use_it_up() {
        Task<Void> cancelled = createTask(waitAndLog("cancelled"));
        waiters("next");
        await(turns(1));
        try (var held = await(condition.acquire())) {
            cancelled.cancel();
            condition.signal();
        }
        await(turns(5));
        assertTrue(cancelled.cancelled());
        assertEquals(List.of("next"), log);
    }

    @AsyncTest
    void a_wait_that_times_out_holds_the_lock() {
        try (var held = await(condition.acquire())) {
            Throwable thrown = await(failureOf(() -> waitFor(condition.untilSignalled(), ms(500))));
            assertInstanceOf(TimeoutException.class, thrown);
            assertTrue(condition.locked());
            assertEquals(500, now());
            thrown = await(failureOf(() -> waitFor(condition.until(() -> false), ms(500))));
            assertInstanceOf(TimeoutException.class, thrown);
            assertTrue(condition.locked());
        }
        assertFalse(condition.locked());
    }

    @Test
    void a_cancel_shows_where_the_wait_stands() {
        virtually(() -> {
            Task<Void> waiter = createTask(waitAndLog("never"));
            await(turns(1));
            await(condition.acquire());
            waiter.cancel();
            await(turns(1)); // it arrives, and is kept until the lock is there
            condition.release();
            Throwable thrown = await(failureOf(waiter));
            assertEquals("waitAndLog", thrown.getStackTrace()[0].getMethodName());
            assertEquals(List.of("waitAndLog", "<task Task-2>"), Ways.of(thrown, ConditionsTest.class));
            assertEquals(List.of(), Ways.own(thrown));
            return done();
        });
    }

    // ---- what cannot work, and what it says

    @AsyncTest
    void waiting_without_holding_the_lock_is_an_error_that_says_what_to_do() {
        Throwable thrown = await(failureOf(() -> condition.untilSignalled()));
        assertInstanceOf(IllegalStateException.class, thrown);
        saysThat("AsyncCondition.untilSignalled: nobody holds the lock of the condition (lock (free))", thrown);
        saysThat("Acquire it first: try (var held = await(condition.acquire()))", thrown);
    }

    @AsyncTest
    void waiting_until_something_without_holding_the_lock_is_an_error_even_if_it_is_so_already() {
        for (boolean already : List.of(false, true)) {
            Throwable thrown = await(failureOf(() -> condition.until(() -> already)));
            assertInstanceOf(IllegalStateException.class, thrown);
            saysThat("AsyncCondition.until: nobody holds the lock of the condition", thrown);
        }
    }

    @AsyncTest
    void a_predicate_that_gives_the_lock_back_is_told_so() {
        await(condition.acquire());
        Throwable thrown = await(failureOf(() -> condition.until(() -> {
            condition.release();
            return false;
        })));
        saysThat("AsyncCondition.until: nobody holds the lock", thrown);
    }

    @Test
    void signalling_without_holding_the_lock_is_an_error() {
        saysThat(
                "AsyncCondition.signal: nobody holds the lock",
                assertThrows(IllegalStateException.class, condition::signal));
        saysThat(
                "AsyncCondition.signal: nobody holds the lock",
                assertThrows(IllegalStateException.class, () -> condition.signal(3)));
        saysThat(
                "AsyncCondition.signalAll: nobody holds the lock",
                assertThrows(IllegalStateException.class, condition::signalAll));
    }

    @AsyncTest
    void the_lock_on_its_way_to_a_waiter_is_held_by_nobody() {
        var held = await(condition.acquire());
        createTask(condition.acquire());
        await(turns(1));
        held.close();
        assertTrue(condition.locked());
        assertThrows(IllegalStateException.class, condition::signal);
        await(turns(1));
        condition.signal();
    }

    @Test
    void a_negative_number_of_signals_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> condition.signal(-1));
    }

    @Test
    void null_is_refused() {
        assertThrows(NullPointerException.class, () -> new AsyncCondition(null));
        assertThrows(NullPointerException.class, () -> condition.until(null));
    }

    @Test
    void a_dump_says_what_is_waited_for() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    waiters("signalled", "waiting");
                    await(turns(1));
                    await(condition.acquire());
                    condition.signal();
                    await(sleep(FOREVER));
                    return done();
                }));
        saysThat(
                "task signalled waits for the lock (held by task Task-1, 1 waiting), to end its wait for a condition",
                thrown);
        saysThat(
                "task waiting waits for a signal of a condition (lock (held by task Task-1, 1 waiting), 1 waiting for a"
                        + " signal)",
                thrown);
        saysThat("at dev.fermata.semantics.ConditionsTest.waitAndLog(ConditionsTest.java", thrown);
    }

    @Test
    void a_condition_that_was_waited_for_on_one_loop_cannot_be_used_on_another() {
        virtually(() -> {
            waiters("waits");
            await(turns(1));
            try (var held = await(condition.acquire())) {
                condition.signal();
            }
            await(turns(3));
            return done();
        });
        virtually(() -> {
            try (var held = await(condition.acquire())) { // the lock was not waited for
                Throwable thrown = await(failureOf(() -> condition.untilSignalled()));
                assertInstanceOf(IllegalStateException.class, thrown);
                saysThat("The condition (lock (held by task Task-1)) belongs to another event loop", thrown);
                assertTrue(condition.locked());
            }
            return done();
        });
    }

    @Test
    void waiting_without_a_loop_is_an_error_that_names_run() {
        Throwable thrown = assertThrows(
                        Exception.class, () -> untilSignalledHot(condition).join())
                .getCause();
        assertInstanceOf(IllegalStateException.class, thrown);
        saysThat(
                "AsyncCondition.untilSignalled needs an event loop, and none ran where this hot method was called",
                thrown);
    }

    @Async
    private static CompletableFuture<Void> untilSignalledHot(AsyncCondition condition) {
        await(condition.untilSignalled());
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void in_debug_mode_other_threads_are_told_that_they_are_wrong() {
        virtually(() -> {
            EventLoop.running().setDebug(true);
            waiters("a");
            await(turns(1));
            try (var held = await(condition.acquire())) {
                Foreign.run(() -> {
                    saysThat(
                            "AsyncCondition.signal was called on thread",
                            assertThrows(IllegalStateException.class, condition::signal));
                    saysThat(
                            "AsyncCondition.signalAll was called on thread",
                            assertThrows(IllegalStateException.class, condition::signalAll));
                    saysThat(
                            "AsyncLock.release was called on thread",
                            assertThrows(IllegalStateException.class, condition::release));
                });
                condition.signal();
            }
            await(turns(3));
            return done();
        });
        assertEquals(List.of("a"), log);
    }
}
