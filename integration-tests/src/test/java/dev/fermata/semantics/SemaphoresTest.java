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
import dev.fermata.AsyncBoundedSemaphore;
import dev.fermata.AsyncSemaphore;
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

/** {@link AsyncSemaphore} and {@link AsyncBoundedSemaphore}: never more than so many, strictly in order, and no permit is lost. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class SemaphoresTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<Void> use(AsyncSemaphore semaphore, String name, long millis) {
        try (var permit = await(semaphore.acquire())) {
            log.add(name);
            await(sleep(ms(millis)));
        }
        return done();
    }

    @Test
    void acquiring_a_free_permit_does_not_suspend() {
        virtually(() -> {
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            createTask(use(semaphore, "other", 0));
            try (var permit = await(semaphore.acquire())) {
                log.add("first");
            }
            return done();
        });
        assertEquals("first", log.get(0));
    }

    @AsyncTest
    void those_who_wait_are_served_in_the_order_of_their_arrival() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        try (var group = new TaskGroup()) {
            for (String name : List.of("a", "b", "c", "d")) {
                group.createTask(use(semaphore, name, 10));
            }
        }
        assertEquals(List.of("a", "b", "c", "d"), log);
    }

    @AsyncTest
    void a_newcomer_does_not_overtake_a_waiter_that_was_granted_the_permit_and_has_not_run() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        Task<Void> waiter = createTask(use(semaphore, "waiter", 0));
        await(turns(2));
        permit.close();
        assertTrue(semaphore.locked());
        assertEquals(Optional.empty(), semaphore.tryAcquire());
        await(use(semaphore, "newcomer", 0));
        await(waiter);
        assertEquals(List.of("waiter", "newcomer"), log);
    }

    @AsyncTest
    void a_newcomer_stands_behind_the_granted_even_if_another_permit_is_free() {
        AsyncSemaphore semaphore = new AsyncSemaphore(0);
        Task<Void> waiter = createTask(use(semaphore, "waiter", 0));
        await(turns(2));
        semaphore.release();
        semaphore.release();
        await(use(semaphore, "newcomer", 0));
        await(waiter);
        assertEquals(2, permitsOf(semaphore));
        assertEquals(List.of("waiter", "newcomer"), log);
    }

    private static int permitsOf(AsyncSemaphore semaphore) {
        List<AsyncSemaphore.Permit> taken = new ArrayList<>();
        Optional<AsyncSemaphore.Permit> next = semaphore.tryAcquire();
        while (next.isPresent()) {
            taken.add(next.get());
            next = semaphore.tryAcquire();
        }
        taken.forEach(AsyncSemaphore.Permit::close);
        return taken.size();
    }

    @AsyncTest
    void one_who_releases_and_acquires_again_goes_to_the_end() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        Task<Void> greedy = createTask(() -> {
            await(use(semaphore, "greedy 1", 10));
            await(use(semaphore, "greedy 2", 10));
            return done();
        });
        Task<Void> modest = createTask(use(semaphore, "modest", 10));
        await(gather(greedy, modest));
        assertEquals(List.of("greedy 1", "modest", "greedy 2"), log);
    }

    @AsyncTest
    void a_waiter_that_is_cancelled_leaves_the_queue() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        Task<Void> cancelled = createTask(use(semaphore, "cancelled", 0));
        Task<Void> next = createTask(use(semaphore, "next", 0));
        await(turns(2));
        cancelled.cancel();
        await(turns(2));
        permit.close();
        await(next);
        assertTrue(cancelled.cancelled());
        assertFalse(semaphore.locked());
        assertEquals(List.of("next"), log);
    }

    @AsyncTest
    void a_waiter_that_is_cancelled_after_it_was_granted_passes_the_permit_on() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        Task<Void> cancelled = createTask(use(semaphore, "cancelled", 0));
        Task<Void> next = createTask(use(semaphore, "next", 0));
        await(turns(2));
        permit.close();
        cancelled.cancel();
        await(next);
        assertTrue(cancelled.cancelled());
        assertFalse(semaphore.locked());
        assertEquals(1, permitsOf(semaphore));
        assertEquals(List.of("next"), log);
    }

    @AsyncTest
    void a_waiter_that_is_cancelled_before_the_release_of_the_same_iteration_gets_nothing() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        Task<Void> cancelled = createTask(use(semaphore, "cancelled", 0));
        Task<Void> next = createTask(use(semaphore, "next", 0));
        await(turns(2));
        cancelled.cancel();
        permit.close();
        await(next);
        assertTrue(cancelled.cancelled());
        assertEquals(1, permitsOf(semaphore));
        assertEquals(List.of("next"), log);
    }

    @AsyncTest
    void a_granted_permit_that_is_passed_on_goes_to_the_one_who_has_waited_longest() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        Task<Void> cancelled = createTask(use(semaphore, "cancelled", 0));
        Task<Void> second = createTask(use(semaphore, "second", 10));
        Task<Void> third = createTask(use(semaphore, "third", 10));
        await(turns(2));
        permit.close();
        cancelled.cancel();
        await(gather(use(semaphore, "newcomer", 10), second, third));
        assertEquals(List.of("second", "third", "newcomer"), log);
    }

    @AsyncTest
    void all_waiters_cancelled_leave_the_permits_free() {
        AsyncSemaphore semaphore = new AsyncSemaphore(2);
        var one = await(semaphore.acquire());
        var two = await(semaphore.acquire());
        List<Task<Void>> waiters = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiters.add(createTask(use(semaphore, "never", 0)));
        }
        await(turns(2));
        one.close();
        two.close();
        waiters.forEach(Task::cancel);
        await(turns(5));
        assertEquals(2, permitsOf(semaphore));
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void the_permit_is_given_back_when_an_exception_leaves_the_block() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        Throwable thrown = await(failureOf(() -> {
            try (var permit = await(semaphore.acquire())) {
                await(sleep(ms(1)));
                throw new IOException("x");
            }
        }));
        assertInstanceOf(IOException.class, thrown);
        assertFalse(semaphore.locked());
    }

    @AsyncTest
    void the_permit_is_given_back_when_a_cancel_leaves_the_block() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        Task<Void> holder = createTask(use(semaphore, "holder", 1000));
        await(sleep(ms(1)));
        holder.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(holder)));
        assertFalse(semaphore.locked());
    }

    @AsyncTest
    void a_permit_is_given_back_once() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        permit.close();
        permit.close();
        assertEquals(1, permitsOf(semaphore));
    }

    @AsyncTest
    void never_more_than_so_many_hold_a_permit() {
        AsyncSemaphore semaphore = new AsyncSemaphore(3);
        Random random = new Random(42);
        int[] holders = {0};
        int[] most = {0};
        try (var group = new TaskGroup()) {
            for (int i = 0; i < 500; i++) {
                int pause = random.nextInt(20);
                int hold = random.nextInt(5);
                group.createTask(() -> {
                    await(sleep(ms(pause)));
                    try (var permit = await(semaphore.acquire())) {
                        most[0] = Math.max(most[0], ++holders[0]);
                        await(sleep(ms(hold)));
                        holders[0]--;
                    }
                    return done();
                });
            }
        }
        assertEquals(3, most[0]);
        assertEquals(3, permitsOf(semaphore));
    }

    @Test
    void no_permit_is_lost_or_doubled_when_tasks_are_cancelled_at_random() {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            virtually(() -> {
                AsyncSemaphore semaphore = new AsyncSemaphore(2);
                int[] holders = {0};
                List<Task<Void>> tasks = new ArrayList<>();
                for (int i = 0; i < 30; i++) {
                    int hold = random.nextInt(3);
                    tasks.add(createTask(() -> {
                        try (var permit = await(semaphore.acquire())) {
                            assertTrue(++holders[0] <= 2);
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
                    assertFalse(outcome.exception() instanceof AssertionError);
                }
                assertEquals(2, permitsOf(semaphore));
                return done();
            });
        }
    }

    @AsyncTest
    void a_semaphore_without_permits_waits_for_a_release() {
        AsyncSemaphore semaphore = new AsyncSemaphore(0);
        assertTrue(semaphore.locked());
        EventLoop.running().callLater(ms(10), semaphore::release);
        await(use(semaphore, "got it", 0));
        assertEquals(ms(10).toNanos(), EventLoop.running().time());
    }

    @AsyncTest
    void release_adds_a_permit() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        semaphore.release();
        assertEquals(2, permitsOf(semaphore));
    }

    @AsyncTest
    void try_acquire_takes_what_is_free() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = semaphore.tryAcquire();
        assertTrue(permit.isPresent());
        assertTrue(semaphore.tryAcquire().isEmpty());
        permit.get().close();
        assertTrue(semaphore.tryAcquire().isPresent());
    }

    @AsyncTest
    void waiting_in_vain_times_out_and_leaves_the_queue() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        var permit = await(semaphore.acquire());
        Throwable thrown = await(failureOf(() -> waitFor(semaphore.acquire(), ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        permit.close();
        assertEquals(1, permitsOf(semaphore));
    }

    @Test
    void a_negative_number_of_permits_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> new AsyncSemaphore(-1));
    }

    @Test
    void a_semaphore_that_a_loop_waits_on_cannot_be_waited_on_by_another() {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        virtually(() -> {
            var permit = await(semaphore.acquire());
            createTask(use(semaphore, "waits", 0));
            await(turns(2));
            return done();
        });
        virtually(() -> {
            Throwable thrown = await(failureOf(() -> semaphore.acquire()));
            assertInstanceOf(IllegalStateException.class, thrown);
            assertTrue(thrown.getMessage().contains("another event loop"), thrown.getMessage());
            return done();
        });
    }

    @Test
    void waiting_without_a_loop_is_an_error_that_names_run() {
        AsyncSemaphore semaphore = new AsyncSemaphore(0);
        CompletableFuture<Void> future = acquireHot(semaphore);
        Throwable thrown = assertThrows(Exception.class, future::join).getCause();
        assertInstanceOf(IllegalStateException.class, thrown);
        assertTrue(thrown.getMessage().contains("Asyncio.run"), thrown.getMessage());
    }

    @Async
    private static CompletableFuture<Void> acquireHot(AsyncSemaphore semaphore) {
        try (var permit = await(semaphore.acquire())) {
            return CompletableFuture.completedFuture(null);
        }
    }

    @Test
    void a_release_wakes_one_and_the_others_wait_until_those_before_them_have_run() {
        virtually(() -> {
            AsyncSemaphore semaphore = new AsyncSemaphore(0);
            createTask(use(semaphore, "first", 10));
            await(turns(1));
            semaphore.release();
            semaphore.release(); // a permit is free now, but the first has not run
            EventLoop.running().createTask(use(semaphore, "second", 10), "second", true);
            EventLoop.running().createTask(use(semaphore, "third", 10), "third", true);
            assertEquals("semaphore (1 free, 2 waiting)", semaphore.toString());
            semaphore.release();
            assertEquals("semaphore (1 free, 1 waiting)", semaphore.toString());
            await(turns(1));
            assertEquals(List.of("first", "second"), log);
            await(turns(1));
            assertEquals(List.of("first", "second", "third"), log);
            return done();
        });
    }

    @Test
    void a_dump_says_what_is_waited_for() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    createTask(use(new AsyncSemaphore(0), "a", 0), "a");
                    await(new AsyncBoundedSemaphore(0).acquire());
                    return done();
                }));
        saysThat("task a waits for a permit of a semaphore (0 free, 1 waiting)", thrown);
        saysThat("task Task-1 waits for a permit of a bounded semaphore (0 free, 1 waiting)", thrown);
    }

    @Test
    void in_debug_mode_other_threads_are_told_that_they_are_wrong() {
        virtually(() -> {
            EventLoop.running().setDebug(true);
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            await(semaphore.acquire());
            Foreign.run(() -> {
                saysThat(
                        "AsyncSemaphore.release was called on thread",
                        assertThrows(IllegalStateException.class, semaphore::release));
                saysThat(
                        "AsyncSemaphore.tryAcquire was called on thread",
                        assertThrows(IllegalStateException.class, semaphore::tryAcquire));
            });
            semaphore.release();
            assertEquals(1, permitsOf(semaphore));
            return done();
        });
    }

    // ---- bounded semaphores

    @AsyncTest
    void a_bounded_semaphore_is_a_semaphore() {
        AsyncSemaphore semaphore = new AsyncBoundedSemaphore(1);
        try (var group = new TaskGroup()) {
            for (String name : List.of("a", "b", "c")) {
                group.createTask(use(semaphore, name, 10));
            }
        }
        assertEquals(List.of("a", "b", "c"), log);
        assertEquals(1, permitsOf(semaphore));
    }

    @Test
    void giving_back_more_than_a_bounded_semaphore_had_is_an_error_that_says_what_to_do() {
        AsyncSemaphore semaphore = new AsyncBoundedSemaphore(2);
        saysThat(
                "AsyncBoundedSemaphore.release: all 2 permits are free already. Release once for each acquire",
                assertThrows(IllegalStateException.class, semaphore::release));
        var permit = semaphore.tryAcquire().orElseThrow();
        semaphore.release();
        assertThrows(IllegalStateException.class, permit::close); // it was given back already
        permit.close(); // which says so once
        assertEquals(2, permitsOf(semaphore));
    }

    @Test
    void a_bounded_semaphore_of_none_never_has_a_permit() {
        AsyncSemaphore semaphore = new AsyncBoundedSemaphore(0);
        assertTrue(semaphore.locked());
        assertThrows(IllegalStateException.class, semaphore::release);
        assertThrows(IllegalArgumentException.class, () -> new AsyncBoundedSemaphore(-1));
    }

    @Test
    void a_permit_whose_close_is_refused_on_a_foreign_thread_can_still_be_closed() {
        run(() -> {
            EventLoop.running().setDebug(true);
            AsyncSemaphore semaphore = new AsyncSemaphore(1);
            var permit = await(semaphore.acquire());
            Throwable refused = await(failureOf(() -> runInThread(permit::close)));
            assertInstanceOf(IllegalStateException.class, refused);
            permit.close();
            assertFalse(semaphore.locked());
            return done();
        });
    }

    @AsyncTest
    void a_permit_that_a_cancelled_waiter_of_a_bounded_semaphore_was_granted_passes_on() {
        AsyncSemaphore semaphore = new AsyncBoundedSemaphore(1);
        var permit = await(semaphore.acquire());
        Task<Void> cancelled = createTask(use(semaphore, "cancelled", 0));
        Task<Void> next = createTask(use(semaphore, "next", 0));
        await(turns(1));
        permit.close();
        cancelled.cancel();
        await(next);
        assertEquals(1, permitsOf(semaphore));
        assertThrows(IllegalStateException.class, semaphore::release);
        assertEquals(List.of("next"), log);
    }
}
