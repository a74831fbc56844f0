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
import dev.fermata.AsyncBarrier;
import dev.fermata.AsyncCallable;
import dev.fermata.BrokenBarrierException;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@link AsyncBarrier}: filling, draining, resetting, broken. */
class BarriersTest {
    private static final int N = 5;

    private final List<String> log = new ArrayList<>();
    private final AsyncBarrier barrier = new AsyncBarrier(N);

    /** Of several tasks that do the same: who has come past a place. */
    private int passed;

    @Async
    private Coroutine<Void> arriveAndLog(String name) {
        log.add(name + " " + await(barrier.arrive()));
        return done();
    }

    private static List<Task<Integer>> arrivers(AsyncBarrier barrier, int count) {
        List<Task<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tasks.add(createTask(barrier.arrive()));
        }
        return tasks;
    }

    /** Runs {@code body} in {@link #N} tasks, to their end. */
    private static void inTasks(AsyncCallable<Void> body) {
        virtually(() -> {
            await(gather(Collections.nCopies(N, body).stream()
                    .map(it -> createTask(it))
                    .toList()));
            return done();
        });
    }

    // ---- filling and draining

    @AsyncTest
    void all_go_on_when_the_last_has_arrived_each_with_its_place() {
        List<Task<Integer>> tasks = arrivers(barrier, N - 1);
        await(turns(5));
        assertEquals(N - 1, barrier.waiting());
        assertTrue(tasks.stream().noneMatch(Task::done));
        assertEquals(N - 1, await(barrier.arrive()));
        assertEquals(List.of(0, 1, 2, 3), await(gather(tasks)));
        assertEquals(0, barrier.waiting());
        assertFalse(barrier.broken());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @AsyncTest
    void the_last_one_does_not_suspend() {
        for (String name : List.of("a", "b", "c", "d")) {
            createTask(arriveAndLog(name));
        }
        await(turns(1));
        await(arriveAndLog("last"));
        assertEquals(List.of("last 4"), log);
        await(turns(1));
        assertEquals(List.of("last 4", "a 0", "b 1", "c 2", "d 3"), log);
    }

    @AsyncTest
    void the_number_of_those_who_wait_grows_with_each_arrival() {
        List<Task<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < N - 1; i++) {
            assertEquals(i, barrier.waiting());
            tasks.addAll(arrivers(barrier, 1));
            await(turns(1));
        }
        tasks.addAll(arrivers(barrier, 1));
        await(turns(1));
        assertEquals(0, barrier.waiting()); // it drains
        assertEquals(List.of(0, 1, 2, 3, 4), await(gather(tasks)));
    }

    @AsyncTest
    void a_barrier_of_one_lets_everybody_pass() {
        AsyncBarrier open = new AsyncBarrier(1);
        assertEquals(0, await(open.arrive()));
        assertEquals(0, await(open.arrive()));
        assertEquals(0, open.waiting());
    }

    @Test
    void it_fills_again_and_again() {
        inTasks(() -> {
            for (int round = 0; round < 10; round++) {
                await(barrier.arrive());
                log.add("round " + round);
            }
            return done();
        });
        for (int i = 0; i < log.size(); i++) {
            assertEquals("round " + i / N, log.get(i));
        }
        assertEquals(10 * N, log.size());
        assertEquals("barrier (filling, 0 of 5 there)", barrier.toString());
    }

    @Test
    void it_drains_until_the_last_has_left() {
        inTasks(() -> {
            await(barrier.arrive());
            log.add(barrier.toString());
            return done();
        });
        assertEquals(
                List.of(
                        "barrier (draining, 4 of 5 to leave)",
                        "barrier (draining, 3 of 5 to leave)",
                        "barrier (draining, 2 of 5 to leave)",
                        "barrier (draining, 1 of 5 to leave)",
                        "barrier (filling, 0 of 5 there)"),
                log);
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @AsyncTest
    void one_who_comes_while_it_drains_belongs_to_the_next_round() {
        List<Task<Integer>> tasks = arrivers(barrier, N);
        await(turns(1)); // all have arrived, one has left
        Task<Integer> early = createTask(barrier.arrive());
        EventLoop.running().createTask(arriveAndLog("eager"), "eager", true);
        assertEquals("barrier (draining, 4 of 5 to leave)", barrier.toString());
        await(gather(tasks));
        await(turns(3));
        assertFalse(early.done());
        assertEquals(2, barrier.waiting());
        arrivers(barrier, N - 2);
        await(turns(5));
        assertTrue(early.done());
    }

    @Test
    void two_barriers_of_the_same_tasks_do_not_mix_their_rounds() {
        AsyncBarrier rest = new AsyncBarrier(N - 2);
        inTasks(() -> {
            await(barrier.arrive());
            if (passed++ < 2) {
                await(barrier.arrive());
            } else {
                await(rest.arrive());
                await(barrier.arrive());
            }
            return done();
        });
        assertEquals(0, barrier.waiting());
        assertEquals(0, rest.waiting());
    }

    // ---- cancels

    @AsyncTest
    void one_who_is_cancelled_while_it_fills_has_left_and_the_others_wait_for_another_one() {
        List<Task<Integer>> tasks = arrivers(barrier, N - 1);
        await(turns(1));
        tasks.get(0).cancel();
        assertEquals(N - 2, barrier.waiting());
        await(turns(1));
        assertTrue(tasks.get(0).cancelled());
        List<Task<Integer>> others = new ArrayList<>(tasks.subList(1, N - 1));
        others.addAll(arrivers(barrier, 1));
        await(turns(3));
        assertEquals(N - 1, barrier.waiting());
        assertTrue(others.stream().noneMatch(Task::done));
        assertEquals(N - 1, await(barrier.arrive()));
        assertEquals(List.of(0, 1, 2, 3), await(gather(others))); // each place once
    }

    @Test
    void one_who_was_cancelled_is_not_counted_even_if_it_has_not_run() {
        virtually(() -> {
            List<Task<Integer>> tasks = arrivers(barrier, N - 1);
            await(turns(1));
            tasks.get(0).cancel();
            Task<Integer> another = EventLoop.running().createTask(barrier.arrive(), "another", true);
            await(turns(3));
            assertFalse(another.done());
            assertEquals(N - 1, barrier.waiting());
            return done();
        });
    }

    @AsyncTest
    void one_who_is_cancelled_while_it_drains_has_left() {
        List<Task<Integer>> tasks = arrivers(barrier, N - 1);
        await(turns(1));
        await(barrier.arrive());
        tasks.get(0).cancel();
        tasks.get(3).cancel();
        await(turns(1));
        assertTrue(tasks.get(0).cancelled());
        assertEquals(1, tasks.get(1).result());
        assertEquals("barrier (filling, 0 of 5 there)", barrier.toString());
    }

    @AsyncTest
    void one_who_came_early_and_is_cancelled_was_never_there() {
        arrivers(barrier, N - 1);
        await(turns(1));
        await(barrier.arrive());
        Task<Integer> early = EventLoop.running().createTask(barrier.arrive(), "early", true);
        Task<Integer> other = EventLoop.running().createTask(barrier.arrive(), "other", true);
        early.cancel();
        await(turns(5));
        assertTrue(early.cancelled());
        assertEquals(1, barrier.waiting());
        other.cancel();
        assertEquals(0, barrier.waiting());
    }

    @AsyncTest
    void waiting_in_vain_times_out_and_leaves() {
        Throwable thrown = await(failureOf(() -> waitFor(barrier.arrive(), ms(10))));
        assertInstanceOf(TimeoutException.class, thrown);
        assertEquals(0, barrier.waiting());
    }

    // ---- reset

    @Test
    void resetting_an_empty_barrier_changes_nothing() {
        barrier.reset(); // which needs no loop
        assertEquals(0, barrier.waiting());
        assertFalse(barrier.broken());
    }

    @AsyncTest
    void a_reset_breaks_off_the_round_of_those_who_wait() {
        List<Task<Integer>> tasks = arrivers(barrier, N - 1);
        await(turns(1));
        barrier.reset();
        assertEquals("barrier (resetting, 4 of 5 to leave)", barrier.toString());
        assertEquals(0, barrier.waiting());
        assertFalse(barrier.broken());
        for (Task<Integer> task : tasks) {
            saysThat("was reset or aborted while this task waited", broken(await(failureOf(task))));
        }
        assertEquals("barrier (filling, 0 of 5 there)", barrier.toString());
    }

    private static Throwable broken(Throwable failure) {
        return assertInstanceOf(BrokenBarrierException.class, failure);
    }

    @AsyncTest
    void one_who_comes_during_a_reset_belongs_to_the_next_round() {
        List<Task<Integer>> tasks = arrivers(barrier, N - 1);
        await(turns(1));
        barrier.reset();
        Task<Integer> next = EventLoop.running().createTask(barrier.arrive(), "next", true);
        barrier.reset(); // once more, which is the same
        for (Task<Integer> task : tasks) {
            broken(await(failureOf(task)));
        }
        await(turns(3));
        assertEquals(1, barrier.waiting());
        arrivers(barrier, N - 1);
        assertEquals(0, await(next));
    }

    @AsyncTest
    void those_whose_round_was_broken_off_may_come_again() {
        List<Task<Integer>> tasks = new ArrayList<>();
        for (int i = 0; i < N - 1; i++) {
            tasks.add(createTask(() -> {
                broken(await(failureOf(barrier.arrive())));
                return barrier.arrive();
            }));
        }
        await(turns(1));
        barrier.reset();
        await(turns(3));
        assertEquals(N - 1, barrier.waiting());
        assertEquals(N - 1, await(barrier.arrive()));
        // the last who left found it filling again and came before those who had come early
        assertEquals(List.of(1, 2, 3, 0), await(gather(tasks)));
    }

    @Test
    void a_reset_while_it_drains_reaches_those_who_have_not_left() {
        inTasks(() -> {
            Throwable failure = await(failureOf(barrier.arrive()));
            if (failure != null) {
                broken(failure);
                log.add("broken");
            } else if (++passed == 3) {
                barrier.reset();
            }
            return done();
        });
        assertEquals(3, passed);
        assertEquals(List.of("broken", "broken"), log);
        assertEquals("barrier (filling, 0 of 5 there)", barrier.toString());
    }

    @Test
    void a_reset_while_it_drains_does_not_reach_those_who_came_early() {
        inTasks(() -> {
            Throwable failure = await(failureOf(barrier.arrive()));
            if (failure != null) {
                broken(failure);
                log.add("broken");
            } else if (++passed == 3) {
                barrier.reset();
            }
            await(barrier.arrive()); // the first two came before the reset
            return done();
        });
        assertEquals(List.of("broken", "broken"), log);
        assertEquals("barrier (filling, 0 of 5 there)", barrier.toString());
    }

    @Test
    void a_reset_after_the_last_has_left_does_not_reach_those_who_came_early() {
        inTasks(() -> {
            await(barrier.arrive());
            if (++passed == N) {
                barrier.reset();
            }
            await(barrier.arrive());
            await(barrier.arrive());
            log.add("passed");
            return done();
        });
        assertEquals(Collections.nCopies(N, "passed"), log);
    }

    // ---- abort

    @AsyncTest
    void an_abort_breaks_the_barrier_for_those_who_wait_and_those_who_come() {
        List<Task<Integer>> tasks = arrivers(barrier, N - 1);
        await(turns(1));
        barrier.abort();
        assertTrue(barrier.broken());
        assertEquals(0, barrier.waiting());
        for (Task<Integer> task : tasks) {
            broken(await(failureOf(task)));
        }
        saysThat("the barrier was aborted", broken(await(failureOf(barrier.arrive()))));
        assertEquals("barrier (broken, 0 of 5 to leave)", barrier.toString());
    }

    @Test
    void an_abort_while_it_drains_reaches_those_who_have_not_left_and_those_who_came_early() {
        inTasks(() -> {
            Throwable failure = await(failureOf(barrier.arrive()));
            if (failure != null) {
                broken(failure);
                log.add("not left");
            } else if (++passed == 3) {
                barrier.abort();
            } else {
                broken(await(failureOf(barrier.arrive())));
                log.add("early");
            }
            return done();
        });
        Collections.sort(log);
        assertEquals(List.of("early", "early", "not left", "not left"), log);
        assertTrue(barrier.broken());
    }

    @AsyncTest
    void a_reset_makes_a_broken_barrier_whole() {
        barrier.abort();
        broken(await(failureOf(barrier.arrive())));
        barrier.reset();
        assertFalse(barrier.broken());
        List<Task<Integer>> tasks = arrivers(barrier, N);
        assertEquals(List.of(0, 1, 2, 3, 4), await(gather(tasks)));
    }

    @Test
    void a_reset_of_a_broken_barrier_waits_until_those_in_it_have_left() {
        virtually(() -> {
            List<Task<Integer>> tasks = arrivers(barrier, N - 1);
            await(turns(1));
            barrier.abort();
            barrier.reset();
            assertEquals("barrier (resetting, 4 of 5 to leave)", barrier.toString());
            assertFalse(barrier.broken());
            Task<Integer> next = EventLoop.running().createTask(barrier.arrive(), "next", true);
            for (Task<Integer> task : tasks) {
                broken(await(failureOf(task)));
            }
            await(turns(2));
            assertFalse(next.done());
            assertEquals(1, barrier.waiting());
            return done();
        });
    }

    @AsyncTest
    void a_cancel_wins_against_an_abort_that_came_before() {
        List<Task<Integer>> tasks = arrivers(barrier, 2);
        await(turns(1));
        barrier.abort();
        tasks.get(0).cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(tasks.get(0))));
        broken(await(failureOf(tasks.get(1))));
        barrier.reset();
        assertEquals("barrier (filling, 0 of 5 there)", barrier.toString());
    }

    // ---- what cannot work, and what it says

    @Test
    void a_barrier_is_of_one_at_least() {
        assertThrows(IllegalArgumentException.class, () -> new AsyncBarrier(0));
        assertThrows(IllegalArgumentException.class, () -> new AsyncBarrier(-4));
        assertEquals(1, new AsyncBarrier(1).parties());
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void a_dump_says_how_many_are_missing() {
        DeadlockException thrown = assertThrows(
                DeadlockException.class,
                () -> virtually(() -> {
                    createTask(arriveAndLog("a"), "a");
                    await(barrier.arrive());
                    return done();
                }));
        saysThat("task a waits for the others at a barrier (filling, 2 of 5 there)", thrown);
        saysThat("at dev.fermata.semantics.BarriersTest.arriveAndLog(BarriersTest.java", thrown);
    }

    @Test
    void a_barrier_that_was_waited_at_on_one_loop_cannot_be_used_on_another() {
        virtually(() -> {
            await(gather(arrivers(barrier, N)));
            return done();
        });
        virtually(() -> {
            Throwable thrown = await(failureOf(() -> barrier.arrive()));
            assertInstanceOf(IllegalStateException.class, thrown);
            saysThat("The barrier (filling, 0 of 5 there) belongs to another event loop", thrown);
            return done();
        });
    }

    @Test
    void waiting_without_a_loop_is_an_error_that_names_run() {
        Throwable thrown =
                assertThrows(Exception.class, () -> arriveHot(barrier).join()).getCause();
        assertInstanceOf(IllegalStateException.class, thrown);
        saysThat("AsyncBarrier.arrive needs an event loop, and none ran where this hot method was called", thrown);
        assertEquals(0, barrier.waiting());
    }

    @Async
    private static CompletableFuture<Integer> arriveHot(AsyncBarrier barrier) {
        return CompletableFuture.completedFuture(await(barrier.arrive()));
    }

    @Test
    void in_debug_mode_other_threads_are_told_that_they_are_wrong() {
        virtually(() -> {
            EventLoop.running().setDebug(true);
            arrivers(barrier, 1);
            await(turns(1));
            Foreign.run(() -> {
                saysThat(
                        "AsyncBarrier.reset was called on thread",
                        assertThrows(IllegalStateException.class, barrier::reset));
                saysThat(
                        "AsyncBarrier.abort was called on thread",
                        assertThrows(IllegalStateException.class, barrier::abort));
            });
            assertEquals(1, barrier.waiting());
            return done();
        });
    }
}
