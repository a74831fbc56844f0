package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitUntil;
import static dev.fermata.ReturnWhen.ALL_COMPLETED;
import static dev.fermata.ReturnWhen.FIRST_COMPLETED;
import static dev.fermata.ReturnWhen.FIRST_EXCEPTION;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.Waited;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** waitUntil, asyncio's wait: it only looks. */
class WaitUntilTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private static Coroutine<String> late(String result, long millis) {
        await(sleep(ms(millis)));
        if (result.startsWith("!")) {
            throw new IllegalStateException(result);
        }
        return done(result);
    }

    private static <T> List<T> list(Waited<T> waited) {
        return waited.done().stream().<T>map(it -> it.result()).toList();
    }

    @AsyncTest
    void the_first_one_done_is_enough_and_the_others_run_on() {
        Task<String> slow = createTask(late("slow", 5));
        Task<String> fast = createTask(late("fast", 2));
        Waited<String> waited = await(waitUntil(FIRST_COMPLETED, slow, fast));
        assertEquals(List.of(fast), waited.done());
        assertEquals(List.of(slow), waited.pending());
        assertEquals(2_000_000, EventLoop.running().time());
        assertEquals("slow", await(slow));
    }

    @AsyncTest
    void all_of_them_in_the_order_of_the_arguments_each_once() {
        Task<String> slow = createTask(late("slow", 5));
        Task<String> fast = createTask(late("fast", 2));
        assertEquals(List.of("slow", "fast"), list(await(waitUntil(ALL_COMPLETED, slow, fast, slow))));
    }

    @Test
    void the_first_failure_is_enough_a_cancelled_one_is_none() {
        virtually(() -> {
            Task<String> cancelled = createTask(late("cancelled", 9));
            Task<String> failing = createTask(late("!", 5));
            Task<String> slow = createTask(late("slow", 9));
            EventLoop.running().callLater(ms(1), cancelled::cancel);
            Waited<String> waited = await(waitUntil(FIRST_EXCEPTION, cancelled, failing, slow));
            assertEquals(List.of(cancelled, failing), waited.done());
            assertEquals(List.of(slow), waited.pending());
            assertInstanceOf(IllegalStateException.class, failing.exception());
            return done();
        });
    }

    @AsyncTest
    void without_a_failure_the_first_failure_waits_for_all() {
        Task<String> a = createTask(late("a", 1));
        Task<String> b = createTask(late("b", 2));
        assertEquals(List.of("a", "b"), list(await(waitUntil(FIRST_EXCEPTION, a, b))));
    }

    @AsyncTest
    void when_the_time_is_up_it_says_what_is_done_and_cancels_nothing() {
        Task<String> a = createTask(late("a", 1));
        Task<String> b = createTask(late("b", 20));
        Waited<String> waited = await(waitUntil(ALL_COMPLETED, List.of(a, b), ms(10)));
        assertEquals(List.of(a), waited.done());
        assertEquals(List.of(b), waited.pending());
        assertEquals(0, b.cancelling());
        assertEquals("b", await(b));
    }

    @AsyncTest
    void no_time_looks_once() {
        Task<String> slow = createTask(late("slow", 1));
        Promise<String> set = createPromise();
        set.setResult("there");
        Waited<String> waited = await(waitUntil(ALL_COMPLETED, List.of(slow, set), Duration.ZERO));
        assertEquals(List.of("there"), list(waited));
        assertEquals(0, EventLoop.running().time());
        await(slow);
    }

    @AsyncTest
    void a_cancel_of_the_one_that_waits_reaches_nobody_else() {
        Task<String> slow = createTask(late("slow", 5));
        Task<Waited<String>> waiting = createTask(waitUntil(ALL_COMPLETED, slow));
        await(sleep(ms(1)));
        waiting.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(waiting)));
        assertFalse(slow.done());
        assertEquals(0, slow.cancelling());
        assertEquals("slow", await(slow));
    }

    @Test
    void a_failure_that_it_saw_is_still_unread() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            loop.setExceptionHandler((on, context) -> log.add(String.valueOf(context.exception())));
            loop.setUnreadFailureGrace(Duration.ZERO);
            await(waitUntil(ALL_COMPLETED, createTask(late("!", 1))));
            await(sleep(ms(5)));
            return done();
        });
        assertEquals(List.of("java.lang.IllegalStateException: !"), log);
    }

    @AsyncTest
    void it_leaves_no_timer_and_no_callback_behind() {
        Promise<String> never = createPromise();
        Task<String> soon = createTask(late("soon", 1));
        await(waitUntil(FIRST_COMPLETED, List.of(never, soon), Duration.ofDays(1)));
        never.setResult("late"); // a callback that was left would count below zero
        await(sleep(ms(1)));
    }

    @Test
    void nothing_to_wait_for_is_refused() {
        assertThrows(IllegalArgumentException.class, () -> waitUntil(ALL_COMPLETED, List.of()));
        assertThrows(NullPointerException.class, () -> waitUntil(null, List.of()));
    }

    @Test
    void a_deadlock_says_what_it_waits_for() {
        Throwable deadlock = assertThrows(
                IllegalStateException.class,
                () -> virtually(() -> {
                    Promise<String> never = createPromise();
                    await(waitUntil(FIRST_COMPLETED, never, createPromise()));
                    return done();
                }));
        assertTrue(
                deadlock.getMessage().contains("waits for the first of 2, 2 of them not done"), deadlock::getMessage);
    }
}
