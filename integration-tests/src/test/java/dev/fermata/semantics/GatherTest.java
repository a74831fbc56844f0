package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Outcome;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code gather} and {@code gatherSettled}. */
@SuppressWarnings("unchecked")
class GatherTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private Coroutine<String> say(String text, long millis) {
        try {
            await(sleep(ms(millis)));
            log.add(text);
            return done(text);
        } catch (CancelledError cancel) {
            log.add(text + " cancelled");
            throw cancel;
        }
    }

    @Async
    private static Coroutine<String> fail(String message, long millis) throws IOException {
        await(sleep(ms(millis)));
        throw new IOException(message);
    }

    @Async
    private static <T> Coroutine<T> ofTask(Task<T> task) {
        return done(await(task));
    }

    @Test
    void results_come_in_the_order_of_the_arguments() {
        List<String> results = virtually(() -> gatherThree());
        assertEquals(List.of("a", "b", "c"), results);
        assertEquals(List.of("b", "c", "a"), log);
    }

    @Async
    private Coroutine<List<String>> gatherThree() {
        return done(await(gather(say("a", 30), say("b", 10), say("c", 20))));
    }

    @AsyncTest
    void the_whole_takes_the_longest_and_not_the_sum() {
        await(gather(say("a", 30), say("b", 10), say("c", 20)));
        assertEquals(ms(30).toNanos(), EventLoop.running().time());
    }

    @AsyncTest
    void coroutines_are_started_in_the_order_of_the_arguments() {
        await(gather(say("a", 0), say("b", 0), say("c", 0)));
        assertEquals(List.of("a", "b", "c"), log);
    }

    @AsyncTest
    void gather_starts_at_the_call() {
        Promise<List<String>> gathered = gather(say("a", 10));
        await(sleep(ms(20)));
        log.add("awaiting");
        await(gathered);
        assertEquals(List.of("a", "awaiting"), log);
    }

    @AsyncTest
    void coroutines_tasks_promises_and_values_may_be_mixed() {
        Promise<Object> promise = createPromise();
        EventLoop.running().callLater(ms(10), () -> promise.setResult("promise"));
        List<Object> results = await(gather(createTask(sleep(ms(5), 1)), promise, done(2.0), sleep(ms(1), 'c')));
        assertEquals(List.<Object>of(1, "promise", 2.0, 'c'), results);
    }

    @AsyncTest
    void a_null_result_is_an_entry() {
        assertEquals(Arrays.asList(null, 1), await(gather(done(null), sleep(ms(1), 1))));
    }

    @AsyncTest
    void a_gather_of_nothing_is_done_with_an_empty_list() {
        assertTrue(gather().done());
        assertEquals(List.of(), await(gather()));
        assertEquals(List.of(), await(gather(List.<Coroutine<String>>of())));
        assertEquals(List.of(), await(gatherSettled()));
    }

    @AsyncTest
    void a_collection_is_gathered_in_its_order() {
        List<Coroutine<String>> coroutines = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            coroutines.add(say("" + i, 10 - i));
        }
        assertEquals(List.of("0", "1", "2", "3", "4"), await(gather(coroutines)));
    }

    @AsyncTest
    void the_same_awaitable_twice_runs_once_and_is_there_twice() {
        Coroutine<String> once = say("a", 10);
        Task<String> task = createTask(say("b", 5));
        assertEquals(List.of("a", "b", "a", "b"), await(gather(once, task, once, task)));
        assertEquals(List.of("b", "a"), log);
    }

    @AsyncTest
    void the_first_failure_reaches_the_awaiter_at_once_and_the_others_run_on() {
        Throwable thrown = await(failureOf(gather(say("a", 30), failing("x", 10))));
        assertInstanceOf(IOException.class, thrown);
        assertEquals(ms(10).toNanos(), EventLoop.running().time());
        log.add("caught");
        await(sleep(ms(50)));
        assertEquals(List.of("caught", "a"), log);
    }

    private static Task<String> failing(String message, long millis) {
        return createTask(() -> fail(message, millis));
    }

    @Test
    void of_two_failures_the_first_one_counts() {
        virtually(() -> {
            Throwable thrown = await(failureOf(gather(failing("second", 20), failing("first", 10))));
            assertEquals("first", thrown.getMessage());
            return done();
        });
    }

    @Test
    void a_failure_is_the_same_object() {
        virtually(() -> {
            IOException failure = new IOException("x");
            Promise<String> promise = createPromise();
            promise.setException(failure);
            assertSame(failure, await(failureOf(gather(promise, say("a", 1)))));
            return done();
        });
    }

    @AsyncTest
    void cancelling_the_gather_cancels_the_children() {
        Task<String> a = createTask(say("a", 30));
        Task<String> b = createTask(say("b", 30));
        Promise<List<String>> gathered = gather(a, b);
        await(sleep(ms(10)));
        assertTrue(gathered.cancel("why"));
        assertFalse(gathered.done()); // it ends when they do
        Throwable thrown = await(failureOf(gathered));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertTrue(gathered.cancelled());
        await(sleep(ms(0)));
        assertTrue(a.cancelled());
        assertTrue(b.cancelled());
        assertEquals(List.of("a cancelled", "b cancelled"), log);
    }

    @AsyncTest
    void cancelling_the_awaiting_task_cancels_the_children() {
        Task<List<String>> task = createTask(gatherThree());
        await(sleep(ms(5)));
        task.cancel("why");
        Throwable thrown = await(failureOf(task));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        await(sleep(ms(50)));
        assertEquals(List.of("a cancelled", "b cancelled", "c cancelled"), log);
    }

    @AsyncTest
    void a_cancelled_gather_is_cancelled_even_if_all_children_swallow_it() {
        Task<String> stubborn = createTask(() -> {
            try {
                await(sleep(FOREVER));
            } catch (CancelledError swallowed) {
                await(sleep(ms(5)));
            }
            return done("stubborn");
        });
        Promise<List<String>> gathered = gather(stubborn);
        await(sleep(ms(10)));
        gathered.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(gathered)));
        assertEquals("stubborn", stubborn.result());
    }

    @AsyncTest
    void a_cancelled_child_is_a_cancel_for_the_awaiter_and_the_others_run_on() {
        Task<String> cancelled = createTask(say("a", 20));
        Promise<List<String>> gathered = gather(cancelled, say("b", 20));
        await(sleep(ms(10)));
        cancelled.cancel("child");
        Throwable thrown = await(failureOf(gathered));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("child", thrown.getMessage());
        assertTrue(gathered.cancelled());
        assertEquals(0, currentTask().cancelling());
        await(sleep(ms(20)));
        assertEquals(List.of("a cancelled", "b"), log);
    }

    @AsyncTest
    void a_gather_whose_children_are_all_done_cannot_be_cancelled() {
        Promise<List<String>> gathered = gather(say("a", 10));
        await(gathered);
        assertFalse(gathered.cancel());
    }

    @AsyncTest
    void cancelling_after_the_first_failure_does_not_reach_the_others() {
        Promise<List<String>> gathered = gather(failing("x", 5), say("a", 20));
        assertInstanceOf(IOException.class, await(failureOf(gathered)));
        assertFalse(gathered.cancel());
        await(sleep(ms(50)));
        assertEquals(List.of("a"), log);
    }

    @AsyncTest
    void a_gather_in_a_gather_is_cancelled_through() {
        Promise<List<List<String>>> outer = gather(gather(say("a", 20), say("b", 20)), gather(say("c", 20)));
        await(sleep(ms(10)));
        outer.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(outer)));
        await(sleep(ms(50)));
        assertEquals(List.of("a cancelled", "b cancelled", "c cancelled"), log);
    }

    @Test
    void later_failures_of_children_count_as_read() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            assertInstanceOf(IOException.class, await(failureOf(gather(failing("first", 10), failing("second", 20)))));
            await(sleep(Duration.ofSeconds(10)));
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void a_gather_that_nobody_awaits_is_reported_once() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            Promise<List<String>> unread = gather(failing("first", 10), failing("second", 20));
            await(sleep(Duration.ofSeconds(10)));
            assertTrue(unread.done());
            return done();
        });
        assertEquals(1, reports.size());
        assertEquals("first", reports.get(0).exception().getMessage());
    }

    @AsyncTest
    void settled_gives_each_outcome_in_order_and_waits_for_all() {
        Task<String> cancelled = createTask(say("c", 50));
        EventLoop.running().callLater(ms(10), () -> cancelled.cancel("why"));
        List<Outcome<String>> outcomes = await(gatherSettled(say("a", 30), failing("x", 10), cancelled));
        assertEquals(ms(30).toNanos(), EventLoop.running().time());
        assertEquals(new Outcome.Success<>("a"), outcomes.get(0));
        assertNull(outcomes.get(0).exception());
        Outcome.Failure<?> failure = assertInstanceOf(Outcome.Failure.class, outcomes.get(1));
        assertEquals("x", failure.exception().getMessage());
        Outcome.Cancelled<?> cancel = assertInstanceOf(Outcome.Cancelled.class, outcomes.get(2));
        assertEquals("why", cancel.exception().getMessage());
    }

    @AsyncTest
    void the_result_of_an_outcome_throws_what_the_awaiter_would_get() {
        Promise<String> promise = createPromise();
        promise.cancel("why");
        List<Outcome<String>> outcomes = await(gatherSettled(done("a"), failing("x", 10), promise));
        assertEquals("a", outcomes.get(0).result());
        assertThrows(IOException.class, () -> outcomes.get(1).result());
        assertThrows(CancelledError.class, () -> outcomes.get(2).result());
    }

    @AsyncTest
    void cancelling_a_settled_gather_cancels_the_children_and_the_gather() {
        Promise<List<Outcome<String>>> gathered = gatherSettled(say("a", 20), say("b", 20));
        await(sleep(ms(10)));
        gathered.cancel("why");
        Throwable thrown = await(failureOf(gathered));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertEquals(List.of("a cancelled", "b cancelled"), log);
    }

    @Test
    void failures_in_settled_outcomes_count_as_read() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            await(gatherSettled(failing("x", 10), failing("y", 10)));
            await(sleep(Duration.ofSeconds(10)));
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @AsyncTest
    void a_coroutine_that_ran_before_is_refused() {
        Coroutine<String> used = say("a", 0);
        await(used);
        assertThrows(IllegalStateException.class, () -> gather(used));
    }

    @AsyncTest
    void a_promise_of_another_loop_is_refused() {
        EventLoop other = EventLoop.create();
        Promise<String> foreign = other.createPromise();
        Promise<String> own = createPromise();
        IllegalStateException refused = assertThrows(IllegalStateException.class, () -> gather(own, foreign));
        assertTrue(refused.getMessage().contains("another event loop"), refused.getMessage());
        other.close();
    }

    @AsyncTest
    void the_list_cannot_be_changed() {
        List<String> results = await(gather(done("a")));
        assertThrows(UnsupportedOperationException.class, () -> results.set(0, "b"));
    }

    @AsyncTest
    void a_task_may_be_in_two_gathers() {
        Task<String> task = createTask(say("a", 10));
        Promise<List<String>> one = gather(task, say("b", 20));
        Promise<List<String>> two = gather(ofTask(task), say("c", 30));
        assertEquals(List.of("a", "b"), await(one));
        assertEquals(List.of("a", "c"), await(two));
    }

    @AsyncTest
    void a_gather_of_what_is_done_is_done_and_does_not_yield() {
        Task<String> task = createTask(say("a", 0));
        await(task);
        Promise<String> promise = createPromise();
        promise.setResult("b");
        EventLoop.running().callSoon(() -> log.add("yielded"));
        Promise<List<String>> gathered = gather(task, promise);
        assertTrue(gathered.done());
        assertEquals(List.of("a", "b"), await(gathered));
        assertEquals(2, await(gatherSettled(task, promise)).size());
        assertEquals(List.of("a"), log);
    }

    @AsyncTest
    void a_gather_with_a_failure_that_is_there_has_failed_and_the_others_run_on() {
        Promise<String> failed = createPromise();
        failed.setException(new IOException("first"));
        Task<String> running = createTask(say("a", 10));
        Promise<List<String>> gathered = gather(running, failed);
        assertEquals("first", gathered.exception().getMessage());
        assertEquals("a", await(running));
    }

    @AsyncTest
    void tasks_that_await_one_another_through_gathers_can_be_cancelled() {
        List<Task<String>> ring = new ArrayList<>();
        ring.add(createTask(gathering(ring, 1)));
        ring.add(createTask(gathering(ring, 0)));
        await(sleep(ms(10)));
        ring.get(0).cancel("why");
        await(sleep(ms(10)));
        assertTrue(ring.get(0).cancelled());
        assertTrue(ring.get(1).cancelled());
    }

    @AsyncTest
    void a_task_that_gathers_itself_can_be_cancelled() {
        List<Task<String>> self = new ArrayList<>();
        self.add(createTask(gathering(self, 0)));
        await(sleep(ms(10)));
        self.get(0).cancel();
        await(sleep(ms(10)));
        assertTrue(self.get(0).cancelled());
    }

    @Async
    private static Coroutine<String> gathering(List<Task<String>> tasks, int index) {
        return done(await(gather(tasks.get(index))).get(0));
    }

    @AsyncTest
    void stages_are_gathered_as_they_are() {
        CompletableFuture<String> first = new CompletableFuture<>();
        CompletableFuture<String> second = CompletableFuture.completedFuture("b");
        EventLoop.running().callSoon(() -> first.complete("a"));
        assertEquals(List.of("a", "b"), await(gatherStages(first, second)));
        CompletableFuture<String> never = new CompletableFuture<>();
        gatherStages(List.of(second, never)).cancel();
        assertTrue(never.isCancelled());
    }
}
