package dev.fermata.semantics;

import static dev.fermata.Asyncio.asCompleted;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitFor;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.AsCompleted;
import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

/** Tasks in the order in which they end. */
class AsCompletedTest {
    private final List<Object> log = new ArrayList<>();

    @Async
    private static Coroutine<String> late(String result, long millis) {
        await(sleep(ms(millis)));
        if (result.startsWith("!")) {
            throw new IllegalStateException(result);
        }
        return done(result);
    }

    @AsyncTest
    void results_come_in_the_order_of_ending() {
        for (Coroutine<String> next :
                asCompleted(createTask(late("slow", 3)), createTask(late("fast", 1)), createTask(late("mid", 2)))) {
            log.add(await(next));
        }
        assertEquals(List.of("fast", "mid", "slow"), log);
    }

    @AsyncTest
    void each_task_counts_once_and_those_that_are_done_come_too() {
        Task<String> early = createTask(late("early", 1));
        await(sleep(ms(5)));
        Task<String> late = createTask(late("late", 1));
        for (Coroutine<String> next : asCompleted(late, early, late)) {
            log.add(await(next));
        }
        assertEquals(List.of("early", "late"), log);
    }

    @AsyncTest
    void a_failure_is_thrown_where_it_is_its_turn_and_the_others_follow() {
        for (Coroutine<String> next :
                asCompleted(createTask(late("a", 1)), createTask(late("!", 2)), createTask(late("b", 3)))) {
            try {
                log.add(await(next));
            } catch (IllegalStateException e) {
                log.add("failed " + e.getMessage());
            }
        }
        assertEquals(List.of("a", "failed !", "b"), log);
    }

    @AsyncTest
    void the_task_itself_can_be_had() {
        Task<String> slow = createTask(late("slow", 2));
        Task<String> fast = createTask(late("fast", 1));
        AsCompleted<String> ended = asCompleted(slow, fast);
        assertSame(fast, await(ended.next()));
        assertTrue(ended.hasNext());
        assertSame(slow, await(ended.next()));
        assertFalse(ended.hasNext());
        assertThrows(NoSuchElementException.class, ended::next);
    }

    @AsyncTest
    void when_the_time_is_up_the_rest_times_out_and_runs_on() {
        Task<String> fast = createTask(late("fast", 1));
        Task<String> slow = createTask(late("slow", 9));
        for (Coroutine<String> next : asCompleted(List.of(slow, fast), ms(5))) {
            try {
                log.add(await(next));
            } catch (TimeoutException e) {
                log.add("timeout at " + EventLoop.running().time() / 1_000_000);
            }
        }
        log.add(await(slow));
        assertEquals(List.of("fast", "timeout at 5", "slow"), log);
    }

    @AsyncTest
    void without_any_time_only_those_come_that_have_ended() {
        Task<String> ended = createTask(late("ended", 1));
        Task<String> late = createTask(late("late", 9));
        await(sleep(ms(5)));
        for (Coroutine<String> next : asCompleted(List.of(late, ended), Duration.ZERO)) {
            try {
                log.add(await(next));
            } catch (TimeoutException e) {
                log.add("timeout at " + EventLoop.running().time() / 1_000_000);
            }
        }
        assertEquals(List.of("ended", "timeout at 5"), log);
        late.cancel();
    }

    @AsyncTest
    void a_wait_that_is_cancelled_leaves_the_end_to_the_next_one() {
        Task<String> second = createTask(late("b", 6));
        AsCompleted<String> ended = asCompleted(createTask(late("a", 5)), second);
        await(failureOf(() -> waitFor(ended.next(), ms(1))));
        assertEquals("a", await(await(ended.next())));
        second.cancel();
    }

    @AsyncTest
    void the_call_counts_and_not_the_await() {
        Task<String> only = createTask(late("only", 5));
        AsCompleted<String> ended = asCompleted(only);
        Throwable first = await(failureOf(() -> waitFor(ended.next(), ms(1))));
        assertInstanceOf(TimeoutException.class, first);
        assertFalse(ended.hasNext());
        only.cancel();
    }

    @Test
    void nothing_gives_nothing() {
        virtually(() -> {
            assertFalse(asCompleted(List.<Task<String>>of()).hasNext());
            return done();
        });
        assertThrows(IllegalStateException.class, () -> asCompleted(List.<Task<String>>of()));
    }

    @Test
    void a_deadlock_says_what_it_waits_for() {
        Throwable deadlock = assertThrows(
                IllegalStateException.class,
                () -> virtually(() -> {
                    Coroutine<?> next = asCompleted(EventLoop.running().<String>createPromise())
                            .next();
                    await(next);
                    return done();
                }));
        assertTrue(deadlock.getMessage().contains("waits for an item of a queue"), deadlock::getMessage);
    }

    @AsyncTest
    void coroutines_become_tasks() {
        Coroutine<String> slow = late("slow", 3);
        for (Coroutine<String> next : asCompleted(slow, late("fast", 1), slow)) {
            log.add(await(next));
        }
        assertEquals(List.of("fast", "slow"), log);
    }
}
