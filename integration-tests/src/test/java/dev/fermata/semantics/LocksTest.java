package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static dev.fermata.semantics.Attempt.saysThat;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@link AsyncLock}: never two at a time, strictly in order, and the lock is never lost. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class LocksTest {
    private final List<String> log = new ArrayList<>();
    private final AsyncLock lock = new AsyncLock();

    @Async
    private Coroutine<Void> use(String name) {
        try (var held = await(lock.acquire())) {
            log.add(name);
            await(turns(1));
        }
        return done();
    }

    // ---- taking and giving back

    @Test
    void acquiring_a_free_lock_does_not_suspend() {
        virtually(() -> {
            createTask(use("other"));
            try (var held = await(lock.acquire())) {
                log.add("first");
            }
            return done();
        });
        assertEquals("first", log.get(0));
    }

    @AsyncTest
    void the_lock_is_held_until_the_end_of_the_block() {
        assertFalse(lock.locked());
        try (var held = await(lock.acquire())) {
            assertTrue(lock.locked());
            await(turns(3));
            assertTrue(lock.locked());
        }
        assertFalse(lock.locked());
    }

    @AsyncTest
    void an_exception_that_leaves_the_block_gives_the_lock_back() {
        Throwable thrown = await(failureOf(() -> {
            try (var held = await(lock.acquire())) {
                await(turns(1));
                throw new IOException("x");
            }
        }));
        assertInstanceOf(IOException.class, thrown);
        assertFalse(lock.locked());
    }

    @AsyncTest
    void a_cancel_that_leaves_the_block_gives_the_lock_back() {
        Task<Void> holder = createTask(() -> {
            try (var held = await(lock.acquire())) {
                await(sleep(FOREVER));
            }
            return done();
        });
        await(turns(1));
        assertTrue(lock.locked());
        holder.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(holder)));
        assertFalse(lock.locked());
    }

    @AsyncTest
    void giving_back_never_suspends() {
        var held = await(lock.acquire());
        Task<Void> waiter = createTask(use("waiter"));
        await(turns(1));
        held.close();
        log.add("gave it back");
        await(waiter);
        assertEquals(List.of("gave it back", "waiter"), log);
    }

    @AsyncTest
    void closing_twice_is_harmless() {
        var held = await(lock.acquire());
        held.close();
        held.close();
        assertFalse(lock.locked());
    }

    @AsyncTest
    void closing_again_does_not_take_the_lock_from_the_next_one() {
        var held = await(lock.acquire());
        held.close();
        try (var other = await(lock.acquire())) {
            held.close();
            assertTrue(lock.locked());
        }
    }

    @AsyncTest
    void release_gives_back_what_somebody_holds_and_closing_later_does_nothing() {
        try (var held = await(lock.acquire())) {
            lock.release();
            assertFalse(lock.locked());
            var other = await(lock.acquire());
            held.close();
            assertTrue(lock.locked());
            other.close();
        }
        assertFalse(lock.locked());
    }

    @AsyncTest
    void any_task_may_give_the_lock_back_and_a_callback_too() {
        var held = await(lock.acquire());
        EventLoop.running().callLater(ms(10), held::close);
        await(use("second"));
        await(lock.acquire());
        createTask(() -> {
            lock.release();
            return done();
        });
        await(use("third"));
        assertEquals(List.of("second", "third"), log);
    }

    @Test
    void releasing_what_nobody_holds_is_an_error_that_says_what_to_do() {
        IllegalStateException thrown = assertThrows(IllegalStateException.class, lock::release);
        saysThat("nobody holds the lock (free). Release it once for each acquire", thrown);
    }

    @AsyncTest
    void a_lock_on_its_way_to_a_waiter_cannot_be_released_once_more() {
        await(lock.acquire());
        Task<Void> waiter = createTask(use("waiter"));
        await(turns(1));
        lock.release();
        IllegalStateException thrown = assertThrows(IllegalStateException.class, lock::release);
        saysThat("nobody holds the lock (given to task Task-2)", thrown);
        await(waiter);
    }

    @Test
    void try_acquire_takes_a_free_lock_and_does_not_wait_for_another() {
        Optional<AsyncLock.Held> held = lock.tryAcquire(); // which needs no loop
        assertTrue(held.isPresent());
        assertTrue(lock.locked());
        assertEquals(Optional.empty(), lock.tryAcquire());
        held.get().close();
        assertFalse(lock.locked());
    }

    // ---- order

    @AsyncTest
    void those_who_wait_get_the_lock_in_the_order_of_their_arrival() {
        try (var group = new TaskGroup()) {
            for (String name : List.of("a", "b", "c", "d")) {
                group.createTask(use(name));
            }
        }
        assertEquals(List.of("a", "b", "c", "d"), log);
    }

    @AsyncTest
    void each_release_lets_one_go_on() {
        await(lock.acquire());
        for (int i = 1; i <= 3; i++) {
            int number = i;
            createTask(() -> {
                await(lock.acquire());
                log.add("got it " + number);
                return done();
            });
        }
        await(turns(2));
        assertEquals(List.of(), log);
        for (int i = 1; i <= 3; i++) {
            lock.release();
            await(turns(3));
            assertEquals(i, log.size());
        }
        assertEquals(List.of("got it 1", "got it 2", "got it 3"), log);
        assertTrue(lock.locked());
    }

    @AsyncTest
    void a_newcomer_does_not_overtake_a_waiter_that_was_given_the_lock_and_has_not_run() {
        var held = await(lock.acquire());
        Task<Void> waiter = createTask(use("waiter"));
        await(turns(1));
        held.close();
        assertTrue(lock.locked());
        assertEquals(Optional.empty(), lock.tryAcquire());
        await(use("newcomer"));
        await(waiter);
        assertEquals(List.of("waiter", "newcomer"), log);
    }

    @AsyncTest
    void one_who_gives_back_and_acquires_again_goes_to_the_end() {
        Task<Void> greedy = createTask(() -> {
            await(use("greedy 1"));
            await(use("greedy 2"));
            return done();
        });
        await(gather(greedy, createTask(use("modest"))));
        assertEquals(List.of("greedy 1", "modest", "greedy 2"), log);
    }

    // ---- cancels

    @AsyncTest
    void a_waiter_that_is_cancelled_leaves_the_line() {
        var held = await(lock.acquire());
        Task<Void> cancelled = createTask(use("cancelled"));
        Task<Void> next = createTask(use("next"));
        await(turns(1));
        cancelled.cancel();
        await(turns(1));
        assertTrue(cancelled.cancelled());
        held.close();
        await(next);
        assertFalse(lock.locked());
        assertEquals(List.of("next"), log);
    }

    @AsyncTest
    void a_waiter_that_is_cancelled_after_it_was_given_the_lock_passes_it_on() {
        var held = await(lock.acquire());
        Task<Void> cancelled = createTask(use("cancelled"));
        Task<Void> next = createTask(use("next"));
        await(turns(1));
        held.close();
        cancelled.cancel();
        await(use("newcomer")); // who stands behind the next one all the same
        await(next);
        assertTrue(cancelled.cancelled());
        assertFalse(lock.locked());
        assertEquals(List.of("next", "newcomer"), log);
    }

    @AsyncTest
    void a_waiter_that_is_cancelled_right_before_the_release_gets_nothing() {
        var held = await(lock.acquire());
        Task<Void> cancelled = createTask(use("cancelled"));
        Task<Void> next = createTask(use("next"));
        Task<Void> last = createTask(use("last"));
        await(turns(1));
        cancelled.cancel();
        held.close();
        await(turns(1));
        assertEquals(List.of("next"), log); // and not two at once
        await(gather(next, last));
        assertTrue(cancelled.cancelled());
        assertEquals(List.of("next", "last"), log);
    }

    @AsyncTest
    void the_lock_is_free_when_all_who_waited_are_cancelled() {
        var held = await(lock.acquire());
        List<Task<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(createTask(use("never")));
        }
        await(turns(1));
        held.close();
        waiters.forEach(Task::cancel);
        await(turns(5));
        assertFalse(lock.locked());
        assertTrue(lock.tryAcquire().isPresent());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_cancel_that_is_swallowed_while_waiting_leaves_the_task_without_the_lock() {
        var held = await(lock.acquire());
        Task<Void> stubborn = createTask(() -> {
            assertInstanceOf(CancelledError.class, await(failureOf(lock.acquire())));
            await(use("second try"));
            return done();
        });
        await(turns(1));
        stubborn.cancel();
        await(turns(1));
        held.close();
        await(stubborn);
        assertFalse(lock.locked());
        assertEquals(List.of("second try"), log);
    }

    @AsyncTest
    void waiting_in_vain_times_out_and_leaves_the_line() {
        var held = await(lock.acquire());
        Throwable thrown = await(failureOf(() -> waitFor(lock.acquire(), ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        held.close();
        assertFalse(lock.locked());
    }

    @Test
    void a_task_that_an_error_ends_before_it_could_wait_is_not_given_the_lock() {
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> log.add("reported"));
            var held = await(lock.acquire());
            StackOverflowError failure = new StackOverflowError("pretended");
            Task<Void> dead = createTask(new Unlucky(lock.acquire(), failure));
            Task<Void> next = createTask(use("next"));
            await(turns(1));
            assertEquals(failure, dead.exception());
            held.close();
            await(next);
            assertFalse(lock.locked());
            return done();
        });
        assertEquals(List.of("next"), log);
    }

    @Test
    void never_two_hold_the_lock_and_it_is_never_lost_when_tasks_are_cancelled_at_random() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            String message = "seed " + seed;
            virtually(() -> {
                AsyncLock shared = new AsyncLock();
                int[] holders = {0};
                List<Task<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    int hold = random.nextInt(3);
                    tasks.add(createTask(() -> {
                        try (var held = await(shared.acquire())) {
                            assertEquals(1, ++holders[0], message);
                            try {
                                await(turns(hold));
                            } finally {
                                holders[0]--;
                            }
                        }
                        return done();
                    }));
                }
                for (int i = 0; i < 40; i++) {
                    tasks.get(random.nextInt(tasks.size())).cancel();
                    await(turns(random.nextInt(3)));
                }
                for (var outcome : await(gatherSettled(tasks))) {
                    assertFalse(outcome.exception() instanceof AssertionError, message);
                }
                assertFalse(shared.locked(), message);
                return done();
            });
        }
    }

    @AsyncTest
    void two_hundred_thousand_who_wait_are_cancelled_one_by_one_in_any_order() {
        // with a cost that grows with the line this takes minutes
        var held = await(lock.acquire());
        List<Task<AsyncLock.Held>> waiters = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            waiters.add(createTask(lock.acquire()));
        }
        await(turns(1));
        for (int i = waiters.size() - 1; i >= 0; i -= 2) {
            waiters.get(i).cancel();
        }
        for (int i = 0; i < waiters.size(); i += 2) {
            waiters.get(i).cancel();
        }
        await(turns(1));
        assertTrue(waiters.stream().allMatch(Task::cancelled));
        held.close();
        assertFalse(lock.locked());
    }

    // ---- what cannot work, and what it says

    @Test
    void one_that_acquires_twice_waits_for_itself_and_the_dump_says_so() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    createTask(use("other"), "other");
                    await(lock.acquire());
                    await(lock.acquire());
                    return done();
                }));
        saysThat("task other waits for a lock (held by task Task-1, 2 waiting)", thrown);
        saysThat("task Task-1 waits for a lock (held by task Task-1, 2 waiting)", thrown);
    }

    @Test
    void a_dump_says_that_the_holder_has_ended_without_giving_back() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    await(createTask(lock.acquire(), "forgetful"));
                    await(use("never"));
                    return done();
                }));
        saysThat("task Task-1 waits for a lock (held by task forgetful, which has ended, 1 waiting)", thrown);
    }

    @Test
    void a_lock_says_who_holds_it() {
        virtually(() -> {
            assertEquals("lock (free)", lock.toString());
            var held = await(lock.acquire());
            assertEquals("lock (held by task Task-1)", lock.toString());
            assertEquals("the holder of a lock (held by task Task-1)", held.toString());
            createTask(use("a"), "a");
            createTask(use("b"), "b");
            await(turns(1));
            assertEquals("lock (held by task Task-1, 2 waiting)", lock.toString());
            held.close();
            assertEquals("lock (given to task a, 1 waiting)", lock.toString());
            assertEquals("a former holder of a lock (given to task a, 1 waiting)", held.toString());
            return done();
        });
        AsyncLock another = new AsyncLock();
        another.tryAcquire();
        assertEquals("lock (held)", another.toString());
    }

    @Test
    void a_lock_that_was_waited_for_on_one_loop_cannot_be_used_on_another() {
        virtually(() -> {
            var held = await(lock.acquire());
            createTask(use("waits"));
            await(turns(1));
            held.close();
            await(turns(3));
            return done();
        });
        virtually(() -> {
            Throwable thrown = await(failureOf(() -> lock.acquire()));
            assertInstanceOf(IllegalStateException.class, thrown);
            saysThat("The lock (free) belongs to another event loop", thrown);
            return done();
        });
    }

    @Test
    void a_lock_that_nobody_waited_for_serves_one_run_after_the_other_but_not_two_loops_at_once() {
        virtually(() -> use("first run"));
        EventLoop open = EventLoop.virtualTime();
        open.runUntilComplete(use("second run"));
        Throwable thrown = assertThrows(IllegalStateException.class, () -> virtually(() -> use("another")));
        saysThat("The lock (free) belongs to another event loop", thrown);
        open.close();
        virtually(() -> use("third run"));
        assertEquals(List.of("first run", "second run", "third run"), log);
    }

    @Test
    void waiting_without_a_loop_is_an_error_that_names_run() {
        Throwable thrown =
                assertThrows(Exception.class, () -> acquireHot(lock).join()).getCause();
        assertInstanceOf(IllegalStateException.class, thrown);
        saysThat("AsyncLock.acquire needs an event loop, and none ran where this hot method was called", thrown);
        assertFalse(lock.locked());
    }

    @Async
    private static CompletableFuture<Void> acquireHot(AsyncLock lock) {
        try (var held = await(lock.acquire())) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void in_debug_mode_other_threads_are_told_that_they_are_wrong() {
        virtually(() -> {
            EventLoop.running().setDebug(true);
            var held = await(lock.acquire());
            Foreign.run(() -> {
                saysThat(
                        "AsyncLock.release was called on thread",
                        assertThrows(IllegalStateException.class, lock::release));
                saysThat(
                        "AsyncLock.release was called on thread",
                        assertThrows(IllegalStateException.class, held::close));
                saysThat(
                        "AsyncLock.tryAcquire was called on thread",
                        assertThrows(IllegalStateException.class, lock::tryAcquire));
            });
            assertTrue(lock.locked());
            held.close();
            return done();
        });
    }
}
