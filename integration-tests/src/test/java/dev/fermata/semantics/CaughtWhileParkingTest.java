package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.fermata.Async;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An Error comes between parking and unwinding, and a method of the chain catches it. */
class CaughtWhileParkingTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<Void> caught(Coroutine<?> parks) {
        try {
            await(new Unlucky(parks, new StackOverflowError("pretended")));
        } catch (StackOverflowError expected) {
            log.add("caught");
        }
        return done();
    }

    @Async
    private Coroutine<Void> asleep(Duration time) {
        await(sleep(time));
        log.add("resumed a frame that had unwound");
        return done();
    }

    @AsyncTest
    void a_task_that_gave_way_awaits_a_promise() {
        Promise<String> promise = createPromise();
        EventLoop.running().callLater(Duration.ofSeconds(1), () -> promise.setResult("x"));
        await(caught(sleep(Duration.ZERO)));
        assertEquals("x", await(promise));
        assertEquals(List.of("caught"), log);
    }

    @AsyncTest
    void a_task_that_slept_sleeps_again() {
        for (Duration first : List.of(Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(9))) {
            for (Duration second : List.of(Duration.ZERO, Duration.ofSeconds(3))) {
                long before = EventLoop.running().time();
                await(caught(asleep(first)));
                await(sleep(second));
                await(caught(sleep(first)));
                await(caught(sleep(second)));
                await(sleep(Duration.ofSeconds(5)));
                assertEquals(
                        second.plusSeconds(5).toNanos(), EventLoop.running().time() - before);
            }
        }
        assertEquals(18, log.size());
        assertEquals(List.of("caught"), log.stream().distinct().toList());
    }

    @AsyncTest
    void a_task_that_waited_in_a_line_is_given_nothing() {
        AsyncQueue<String> queue = new AsyncQueue<>();
        long before = EventLoop.running().time();
        await(caught(queue.get()));
        queue.putNowait("x");
        await(sleep(Duration.ofSeconds(1)));
        assertEquals(Duration.ofSeconds(1).toNanos(), EventLoop.running().time() - before);
        assertEquals("x", queue.getNowait());
    }

    @Async
    private Coroutine<Void> givesWayAndDies() {
        await(caught(sleep(Duration.ZERO)));
        await(new Unlucky(sleep(Duration.ofSeconds(1)), new StackOverflowError("pretended again")));
        return done();
    }

    @AsyncTest
    void another_task_still_waits_for_what_it_awaits() {
        Promise<String> promise = createPromise();
        EventLoop.running().callLater(Duration.ofSeconds(1), () -> promise.setResult("x"));
        Task<Void> dying = createTask(givesWayAndDies());
        Task<String> other = createTask(valueOf(promise));
        assertInstanceOf(StackOverflowError.class, await(failureOf(dying)));
        assertEquals("x", await(other));
    }

    @Async
    private static Coroutine<String> valueOf(Promise<String> promise) {
        return done(await(promise));
    }

    @Async
    private Coroutine<String> parks(String name) {
        await(sleep(Duration.ofSeconds(1)));
        log.add(name + " slept");
        return done(name);
    }

    @AsyncTest
    void a_task_that_starts_inside_of_the_step_is_not_taken_for_one_that_gave_way() {
        for (Duration first : List.of(Duration.ZERO, Duration.ofSeconds(9))) {
            long before = EventLoop.running().time();
            await(caught(asleep(first)));
            Task<String> child = createTask(parks("child"), null, true);
            await(sleep(Duration.ZERO));
            assertFalse(child.done());
            assertEquals("child", await(child));
            assertEquals(Duration.ofSeconds(1).toNanos(), EventLoop.running().time() - before);
        }
        assertEquals(List.of("caught", "child slept", "caught", "child slept"), log);
    }

    @AsyncTest
    void a_task_that_gives_way_inside_of_the_step_gives_way_itself() {
        await(caught(asleep(Duration.ZERO)));
        Task<String> child = createTask(givesWay(), null, true);
        assertFalse(child.done());
        assertEquals("gave way", await(child));
        await(sleep(Duration.ofSeconds(1)));
        assertEquals(List.of("caught"), log);
    }

    @Async
    private static Coroutine<String> givesWay() {
        await(sleep(Duration.ZERO));
        return done("gave way");
    }
}
