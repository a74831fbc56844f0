package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link dev.fermata.Asyncio#map}: bounded, in order, and nothing is left when it has ended. */
class MapTest {
    private int running;
    private int most;
    private final List<Object> log = new ArrayList<>();

    @Async
    private Coroutine<String> work(int item) {
        running++;
        most = Math.max(most, running);
        try {
            await(sleep(ms(item)));
            log.add(item);
            return done("r" + item);
        } finally {
            running--;
        }
    }

    @AsyncTest
    void results_are_in_the_order_of_the_items_and_come_in_that_of_their_ends() {
        assertEquals(List.of("r30", "r10", "r20"), await(map(List.of(30, 10, 20), 10, this::work)));
        assertEquals(List.of(10, 20, 30), log);
        assertEquals(ms(30).toNanos(), EventLoop.running().time());
    }

    @AsyncTest
    void no_more_are_in_work_than_the_limit() {
        List<Integer> items = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            items.add(1 + i % 7);
        }
        assertEquals(50, await(map(items, 3, this::work)).size());
        assertEquals(3, most);
    }

    @AsyncTest
    void what_does_not_suspend_is_called_too() {
        assertEquals(List.of(2, 4, 6), await(map(List.of(1, 2, 3), 2, it -> done(2 * it))));
        assertEquals(Arrays.asList(null, null), await(map(Arrays.asList(1, null), 1, it -> done())));
        assertEquals(List.of(), await(map(List.<Integer>of(), 2, this::work)));
    }

    @AsyncTest
    void lambda_may_await() {
        assertEquals(List.of("r1!", "r2!"), await(map(List.of(1, 2), 2, it -> done(await(work(it)) + "!"))));
    }

    @AsyncTest
    void first_failure_ends_it_and_those_in_work_are_cancelled() {
        ExceptionGroup failure =
                assertInstanceOf(ExceptionGroup.class, await(Attempt.failureOf(map(List.of(10, 20, 30, 40), 2, it -> {
                    await(work(it));
                    throw new IllegalStateException("item " + it);
                }))));
        assertEquals(List.of("item 10"), Attempt.messages(failure.exceptions()));
        assertEquals(List.of(10), log);
        assertEquals(0, running);
    }

    @AsyncTest
    void failure_of_the_call_itself_is_one_too() {
        ExceptionGroup failure =
                assertInstanceOf(ExceptionGroup.class, await(Attempt.failureOf(map(List.of(1), 1, it -> {
                    throw new java.io.IOException("call");
                }))));
        assertEquals(List.of("call"), Attempt.messages(failure.exceptions()));
    }

    @AsyncTest
    void cancel_cancels_those_in_work_and_waits_for_them() {
        Task<List<String>> task = createTask(map(List.of(10, 20, 30), 2, this::work));
        await(turns(3));
        assertEquals(2, running);
        task.cancel();
        assertInstanceOf(CancelledError.class, await(Attempt.failureOf(task)));
        assertEquals(0, running);
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void items_are_those_of_the_call() {
        List<Integer> items = new ArrayList<>(List.of(1, 2));
        Coroutine<List<String>> mapped = map(items, 1, this::work);
        items.clear();
        assertEquals(List.of("r1", "r2"), await(mapped));
    }

    @Test
    void limit_of_none_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> map(List.of(1), 0, this::work));
    }

    @AsyncTest
    void item_that_is_cancelled_by_itself_ends_it_with_its_cancel() {
        Promise<String> gone = createPromise();
        gone.cancel();
        for (int limit : new int[] {1, 2}) {
            assertInstanceOf(
                    CancelledError.class,
                    await(Attempt.failureOf(
                            map(List.of(10, 20, 30), limit, it -> it == 20 ? done(await(gone)) : work(it)))));
            assertEquals(0, running);
        }
    }

    @AsyncTest
    void nothing_is_begun_after_a_failure() {
        List<Integer> begun = new ArrayList<>();
        await(Attempt.failureOf(map(List.of(1, 2, 3, 4, 5), 2, it -> {
            begun.add(it);
            if (it == 1) {
                throw new IllegalStateException();
            }
            return done(it);
        })));
        assertEquals(List.of(1), begun);
        begun.clear();
        await(Attempt.failureOf(map(List.of(1, 2, 3, 4, 5), 2, it -> {
            begun.add(it);
            try {
                await(sleep(ms(it == 1 ? 1 : 100)));
            } catch (CancelledError answered) {
                return done(it);
            }
            throw new IllegalStateException();
        })));
        assertEquals(List.of(1, 2), begun);
    }

    @AsyncTest
    void nothing_is_begun_after_a_timeout_although_an_item_answers_its_cancel() {
        List<Integer> begun = new ArrayList<>();
        await(Attempt.failureOf(waitFor(
                map(List.of(1, 2, 3), 1, it -> {
                    begun.add(it);
                    try {
                        await(sleep(ms(100)));
                    } catch (CancelledError answered) {
                        return done(it);
                    }
                    return done(it);
                }),
                ms(50))));
        assertEquals(List.of(1), begun);
    }

    @AsyncTest
    void tasks_that_are_cancelled_before_they_begin_leave_no_list_with_holes() {
        Task<List<String>> mapped = createTask(map(List.of(1, 2, 3), 2, this::work));
        await(turns(1));
        allTasks().stream().filter(it -> it != mapped && it != currentTask()).forEach(Task::cancel);
        assertInstanceOf(CancelledError.class, await(Attempt.failureOf(mapped)));
        assertEquals(List.of(), log);
    }
}
