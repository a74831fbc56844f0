package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Turns.turns;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.RateLimiter;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@link RateLimiter}: a steady rate, in order of arrival, and a cancelled task delays nobody. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class RateLimitersTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<Void> pass(RateLimiter limiter, String name) {
        await(limiter.acquire());
        log.add(name + " " + EventLoop.running().time() / 1_000_000);
        return done();
    }

    @AsyncTest
    void one_passes_each_interval_in_the_order_of_arrival() {
        RateLimiter limiter = new RateLimiter(10, Duration.ofSeconds(1));
        try (var group = new TaskGroup()) {
            for (String name : List.of("a", "b", "c", "d")) {
                group.createTask(pass(limiter, name));
            }
        }
        assertEquals(List.of("a 0", "b 100", "c 200", "d 300"), log);
    }

    @AsyncTest
    void permits_that_nobody_takes_are_lost() {
        RateLimiter limiter = new RateLimiter(1, ms(100));
        await(pass(limiter, "a"));
        await(sleep(ms(1000)));
        await(gather(pass(limiter, "b"), pass(limiter, "c")));
        assertEquals(List.of("a 0", "b 1000", "c 1100"), log);
    }

    @AsyncTest
    void a_burst_passes_at_once_and_after_a_pause_again() {
        RateLimiter limiter = new RateLimiter(1, ms(100), 3);
        await(gather(pass(limiter, "a"), pass(limiter, "b"), pass(limiter, "c"), pass(limiter, "d")));
        assertEquals(List.of("a 0", "b 0", "c 0", "d 100"), log);
        log.clear();
        await(sleep(ms(250)));
        await(gather(pass(limiter, "e"), pass(limiter, "f"), pass(limiter, "g"), pass(limiter, "h")));
        assertEquals(List.of("e 350", "f 350", "g 400", "h 500"), log);
    }

    @AsyncTest
    void no_window_has_more_than_the_rate_and_the_burst() {
        RateLimiter limiter = new RateLimiter(5, ms(1000), 2);
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            await(limiter.acquire());
            times.add(EventLoop.running().time() / 1_000_000);
            await(sleep(ms(EventLoop.running().random().nextInt(300))));
        }
        for (long from : times) {
            long within =
                    times.stream().filter(it -> it >= from && it < from + 1000).count();
            assertTrue(within <= 7, times::toString);
        }
    }

    @AsyncTest
    void task_that_is_cancelled_takes_no_permit() {
        RateLimiter limiter = new RateLimiter(1, ms(100));
        await(pass(limiter, "a"));
        Task<Void> second = createTask(pass(limiter, "b"));
        Task<Void> third = createTask(pass(limiter, "c"));
        await(sleep(ms(50)));
        second.cancel();
        await(third);
        assertEquals(List.of("a 0", "c 100"), log);
    }

    @AsyncTest
    void permit_that_a_cancelled_task_was_given_goes_to_the_next() {
        RateLimiter limiter = new RateLimiter(1, ms(100));
        await(pass(limiter, "a"));
        Task<Void> second = createTask(pass(limiter, "b"));
        Task<Void> third = createTask(pass(limiter, "c"));
        await(turns(1));
        EventLoop.running().callAt(ms(100).toNanos(), second::cancel); // behind the limiter's timer
        await(third);
        assertEquals(List.of("a 0", "c 100"), log);
    }

    @AsyncTest
    void trying_neither_waits_nor_overtakes() {
        RateLimiter limiter = new RateLimiter(1, ms(100));
        assertTrue(limiter.tryAcquire());
        assertFalse(limiter.tryAcquire());
        Task<Void> waiting = createTask(pass(limiter, "a"));
        await(sleep(ms(99)));
        assertFalse(limiter.tryAcquire());
        await(waiting);
        assertFalse(limiter.tryAcquire());
        await(sleep(ms(100)));
        assertTrue(limiter.tryAcquire());
    }

    @Test
    void limiter_nobody_waited_at_serves_one_run_after_another() {
        RateLimiter limiter = new RateLimiter(1, ms(100));
        for (int i = 0; i < 2; i++) {
            virtually(() -> pass(limiter, "a"));
        }
        assertEquals(List.of("a 0", "a 0"), log);
    }

    @AsyncTest
    void a_rate_that_does_not_divide_evenly_is_not_exceeded() {
        RateLimiter limiter = new RateLimiter(3, Duration.ofNanos(5));
        long start = EventLoop.running().time();
        int passed = 0;
        while (EventLoop.running().time() < start + 5) {
            await(limiter.acquire());
            passed++;
        }
        assertTrue(passed <= 4, () -> "no more than the rate and the burst");
    }

    @Test
    void rates_that_are_none_are_refused() {
        for (Duration per : List.of(Duration.ZERO, Duration.ofNanos(1), ms(-1), FOREVER)) {
            assertThrows(IllegalArgumentException.class, () -> new RateLimiter(2, per));
        }
        Duration century = Duration.ofDays(36_525);
        String message = assertThrows(IllegalArgumentException.class, () -> new RateLimiter(10, century))
                .getMessage();
        assertEquals("RateLimiter: 10 permits in PT876600H are no rate", message);
        assertThrows(IllegalArgumentException.class, () -> new RateLimiter(0, ms(1)));
        assertThrows(IllegalArgumentException.class, () -> new RateLimiter(1, ms(1), 0));
        assertThrows(IllegalArgumentException.class, () -> new RateLimiter(1, Duration.ofDays(10_000), 3));
    }
}
