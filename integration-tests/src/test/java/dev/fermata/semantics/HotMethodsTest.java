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
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncCloseable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code @Async} methods that return a {@link CompletableFuture}: they run from the call on, on a loop and without one. */
@Timeout(60)
class HotMethodsTest {
    private final List<String> log = new ArrayList<>();

    @Async
    private CompletableFuture<String> slow(long millis) {
        log.add("started");
        await(sleep(ms(millis)));
        log.add("ended");
        return CompletableFuture.completedFuture("slow");
    }

    @Async
    private CompletableFuture<Integer> doubled(CompletionStage<Integer> number) {
        int n = await(number);
        log.add("on " + Thread.currentThread().getName());
        return CompletableFuture.completedFuture(2 * n);
    }

    @Async
    private CompletableFuture<String> awaiting(CompletionStage<?> stage) {
        try {
            await(stage);
        } catch (CancelledError cancel) {
            log.add("cancelled");
            throw cancel;
        } finally {
            log.add("finally");
        }
        return CompletableFuture.completedFuture("awaited");
    }

    @Async
    private static CompletableFuture<String> failsAtOnce(Throwable failure) {
        throw Attempt.sneak(failure);
    }

    @Async
    private static CompletableFuture<String> failsAfter(CompletionStage<?> stage, Throwable failure) {
        await(stage);
        throw Attempt.sneak(failure);
    }

    @Async
    private static CompletableFuture<String> returnsNull(boolean waits) {
        if (waits) {
            await(sleep(ms(1)));
        }
        return null;
    }

    @Async
    private static CompletableFuture<String> returnsStage(CompletionStage<String> stage) {
        return stage.toCompletableFuture();
    }

    @Async
    private static CompletionStage<String> stageMethod() {
        await(sleep(ms(1)));
        return CompletableFuture.completedStage("stage");
    }

    @Async
    private static <T> CompletableFuture<T> calling(AsyncCallable<T> body) {
        try {
            return CompletableFuture.completedFuture(await(body.call()));
        } catch (Exception e) {
            throw Attempt.sneak(e);
        }
    }

    private static Throwable causeOf(CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    private static Thread startThread(Runnable body) {
        Thread thread = new Thread(body, "completer");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    // ---- on a loop

    @AsyncTest
    void the_body_starts_inside_the_call() {
        CompletableFuture<String> future = slow(10);
        log.add("called");
        assertEquals("slow", await(future));
        assertEquals(List.of("started", "called", "ended"), log);
    }

    @AsyncTest
    void a_body_that_never_waits_has_ended_when_the_call_returns() {
        CompletableFuture<Integer> future = doubled(CompletableFuture.completedFuture(21));
        assertTrue(future.isDone());
        assertEquals(42, future.join());
    }

    @AsyncTest
    void the_body_is_a_task_of_its_own() {
        Task<?> caller = currentTask();
        Task<?> body = await(calling(() -> done(currentTask())));
        assertFalse(body == caller);
        assertSame(caller, currentTask());
    }

    @Test
    void the_body_resumes_on_the_loop_although_the_stage_is_completed_elsewhere() {
        String loopThread = Thread.currentThread().getName();
        run(() -> {
            CompletableFuture<Integer> stage = new CompletableFuture<>();
            CompletableFuture<Integer> future = doubled(stage);
            startThread(() -> stage.complete(21));
            assertEquals(42, await(future));
            return done();
        });
        assertEquals(List.of("on " + loopThread), log);
    }

    @AsyncTest
    void an_exception_before_the_first_await_lands_in_the_future() {
        RuntimeException failure = new IllegalStateException("x");
        CompletableFuture<String> future = failsAtOnce(failure);
        assertSame(failure, await(failureOfStage(future)));
    }

    @AsyncTest
    void errors_and_sneaky_exceptions_land_in_the_future_too() {
        Error error = new AssertionError("x");
        assertSame(error, await(failureOfStage(failsAtOnce(error))));
        Exception checked = new IOException("x");
        assertSame(checked, await(failureOfStage(failsAtOnce(checked))));
        assertSame(checked, await(failureOfStage(failsAfter(sleepStage(), checked))));
    }

    private static CompletableFuture<Void> sleepStage() {
        return createTask(sleep(ms(1))).toCompletableFuture();
    }

    @Async
    private static Coroutine<Throwable> failureOfStage(CompletionStage<?> stage) {
        try {
            await(stage);
        } catch (Throwable failure) {
            return done(failure);
        }
        return done(null);
    }

    @Test
    void a_failure_that_the_future_has_is_not_reported() {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        virtually(() -> {
            EventLoop.running().setExceptionHandler((loop, context) -> reports.add(context));
            CompletableFuture<String> future = failsAtOnce(new IllegalStateException("x"));
            await(sleep(Duration.ofSeconds(10)));
            assertTrue(future.isCompletedExceptionally());
            return done();
        });
        assertEquals(List.of(), reports);
    }

    @AsyncTest
    void cancelling_the_future_cancels_the_body() {
        Promise<Void> promise = createPromise();
        CompletableFuture<String> future = awaiting(promise.toCompletableFuture());
        await(sleep(ms(1)));
        assertTrue(future.cancel(false));
        assertTrue(future.isCancelled());
        await(sleep(ms(1)));
        assertTrue(promise.cancelled());
        assertEquals(List.of("cancelled", "finally"), log);
    }

    @Test
    void cancelling_the_future_from_another_thread_cancels_the_body() {
        run(() -> {
            CompletableFuture<Void> never = new CompletableFuture<>();
            CompletableFuture<String> future = awaiting(never);
            startThread(() -> future.cancel(true));
            assertInstanceOf(CancelledError.class, await(failureOfStage(future)));
            while (!never.isCancelled()) {
                await(sleep(ms(1)));
            }
            await(sleep(ms(1)));
            return done();
        });
        assertEquals(List.of("cancelled", "finally"), log);
    }

    @AsyncTest
    void a_cancel_of_the_awaiting_task_reaches_the_body() {
        Task<Void> task = createTask(() -> {
            await(awaiting(sleepForEver()));
            return done();
        });
        await(sleep(ms(1)));
        task.cancel();
        assertInstanceOf(CancelledError.class, await(failureOf(task)));
        await(sleep(ms(1)));
        assertEquals(List.of("cancelled", "finally"), log);
    }

    private static CompletableFuture<Void> sleepForEver() {
        return createTask(sleep(FOREVER)).toCompletableFuture();
    }

    @AsyncTest
    void a_body_that_ends_in_a_cancelled_error_leaves_a_cancelled_future() {
        CompletableFuture<String> future = failsAtOnce(new CancelledError("why"));
        Throwable thrown = await(failureOfStage(future));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertTrue(future.isCancelled());
        assertEquals("why", cancellationOf(future).getMessage());
    }

    @AsyncTest
    void a_body_that_returns_null_fails_the_future_with_a_message() {
        for (boolean waits : List.of(false, true)) {
            Throwable thrown = await(failureOfStage(returnsNull(waits)));
            assertInstanceOf(NullPointerException.class, thrown);
            assertTrue(thrown.getMessage().contains("null"), thrown.getMessage());
        }
    }

    @AsyncTest
    void a_returned_stage_is_awaited() {
        CompletableFuture<String> later = createTask(sleep(ms(10), "later")).toCompletableFuture();
        assertEquals("later", await(returnsStage(later)));
        IOException failure = new IOException("x");
        assertSame(failure, await(failureOfStage(returnsStage(CompletableFuture.failedFuture(failure)))));
    }

    @AsyncTest
    void a_method_may_return_a_completion_stage() {
        assertEquals("stage", await(stageMethod()));
    }

    @Test
    void an_awaiter_gets_the_failure_unwrapped_through_dependents() {
        run(() -> {
            CompletableFuture<String> dependent =
                    failsAfter(sleepStage(), new IllegalStateException("x")).thenApply(it -> it + "!");
            Throwable thrown = await(failureOfStage(dependent));
            assertInstanceOf(IllegalStateException.class, thrown);
            return done();
        });
    }

    @Test
    void the_end_of_run_cancels_a_hot_body_that_is_left() {
        virtually(() -> {
            CompletableFuture<String> left = awaiting(sleepForEver());
            await(sleep(ms(1)));
            assertFalse(left.isDone());
            return done();
        });
        assertEquals(List.of("cancelled", "finally"), log);
    }

    // ---- without a loop

    @Test
    void without_a_loop_a_body_that_never_waits_is_done_at_once() {
        assertEquals(42, doubled(CompletableFuture.completedFuture(21)).getNow(null));
    }

    @Test
    void without_a_loop_the_body_resumes_on_the_thread_that_completes_the_stage() throws Exception {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        CompletableFuture<Integer> future = doubled(stage);
        assertFalse(future.isDone());
        startThread(() -> stage.complete(21)).join();
        assertEquals(42, future.getNow(null));
        assertEquals(List.of("on completer"), log);
    }

    @Test
    void without_a_loop_exceptions_land_in_the_future() {
        RuntimeException failure = new IllegalStateException("x");
        assertSame(failure, causeOf(failsAtOnce(failure)));
        Error error = new AssertionError("x");
        assertSame(error, causeOf(failsAtOnce(error)));
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<String> future = failsAfter(stage, failure);
        stage.complete(null);
        assertSame(failure, causeOf(future));
    }

    @Test
    void without_a_loop_a_failing_stage_is_caught_unwrapped() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<String> future = catching(stage.thenApply(it -> it));
        stage.completeExceptionally(new UncheckedIOException(new IOException("x")));
        assertEquals("caught java.io.IOException: x", future.join());
    }

    @Async
    private static CompletableFuture<String> catching(CompletionStage<?> stage) {
        try {
            await(stage);
            return CompletableFuture.completedFuture("not reached");
        } catch (UncheckedIOException e) {
            return CompletableFuture.completedFuture("caught " + e.getMessage());
        }
    }

    @Test
    void without_a_loop_sleeping_is_an_error_that_says_what_to_do() {
        Throwable thrown = causeOf(slow(10));
        assertInstanceOf(IllegalStateException.class, thrown);
        assertEquals(
                "sleep needs an event loop, and none ran where this hot method was called. There it can await only stages,"
                        + " and coroutines that await only those. Let the method return a Coroutine instead, and run it on a"
                        + " LoopThread: loopThread.run(() -> …). A program of your own starts with Asyncio.run",
                thrown.getMessage());
    }

    @Test
    void without_a_loop_scopes_tasks_and_promises_are_errors_that_say_what_to_do() {
        List<AsyncCallable<Object>> bodies = List.of(
                () -> {
                    try (var group = new TaskGroup()) {
                        return done("x");
                    }
                },
                () -> {
                    try (var t = timeout(ms(10))) {
                        return done("x");
                    }
                },
                () -> waitFor(done("x"), ms(10)),
                () -> waitFor(done("x"), Duration.ZERO),
                () -> {
                    await(gather(sleep(ms(1))));
                    return done(null);
                },
                () -> {
                    await(shield(sleep(ms(1))));
                    return done(null);
                },
                () -> toThread(() -> "x"),
                () -> {
                    await(createTask(sleep(ms(1))));
                    return done(null);
                },
                () -> done(createPromise()));
        for (AsyncCallable<Object> body : bodies) {
            Throwable thrown = causeOf(calling(body));
            assertInstanceOf(IllegalStateException.class, thrown);
            assertTrue(thrown.getMessage().contains("loopThread.run(() -> …)"), thrown.getMessage());
            assertTrue(thrown.getMessage().contains("Asyncio.run"), thrown.getMessage());
        }
    }

    @Test
    void without_a_loop_a_promise_of_some_loop_cannot_be_awaited() {
        EventLoop loop = EventLoop.create();
        Promise<String> promise = loop.createPromise();
        Throwable thrown = causeOf(calling(() -> done(await(promise))));
        assertInstanceOf(IllegalStateException.class, thrown);
        assertTrue(thrown.getMessage().contains("loopThread.run(() -> …)"), thrown.getMessage());
        loop.close();
    }

    @Test
    void without_a_loop_coroutines_may_be_awaited() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        CompletableFuture<Integer> future = calling(() -> sumOf(stage, 3));
        stage.complete(14);
        assertEquals(42, future.getNow(null));
    }

    @Async
    private static Coroutine<Integer> sumOf(CompletionStage<Integer> stage, int times) {
        int sum = 0;
        for (int i = 0; i < times; i++) {
            sum += await(stage);
        }
        return done(sum);
    }

    @Test
    void without_a_loop_resources_are_closed_asynchronously() {
        CompletableFuture<Void> closing = new CompletableFuture<>();
        CompletableFuture<String> future = calling(() -> {
            try (var resource = new ClosedBy(closing)) {
                return done("result");
            }
        });
        assertFalse(future.isDone());
        closing.complete(null);
        assertEquals("result", future.getNow(null));
    }

    private static final class ClosedBy implements AsyncCloseable {
        private final CompletionStage<Void> stage;

        ClosedBy(CompletionStage<Void> stage) {
            this.stage = stage;
        }

        @Override
        @Async
        public Coroutine<Void> aclose() {
            await(stage);
            return done();
        }
    }

    @Test
    void without_a_loop_a_cancel_is_thrown_at_the_await_and_reaches_the_stage() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<String> future = awaiting(stage);
        assertTrue(future.cancel(true));
        assertTrue(future.isCancelled());
        assertTrue(stage.isCancelled());
        assertEquals(List.of("cancelled", "finally"), log);
    }

    @Test
    void without_a_loop_a_cancelled_body_may_go_on_and_await_in_its_clean_up() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Void> cleanUp = new CompletableFuture<>();
        CompletableFuture<String> future = cleaningUp(stage, cleanUp);
        future.cancel(true);
        assertEquals(List.of("cleaning up"), log);
        assertFalse(cleanUp.isCancelled());
        cleanUp.complete(null);
        assertEquals(List.of("cleaning up", "cleaned up"), log);
    }

    @Async
    private CompletableFuture<String> cleaningUp(CompletionStage<?> stage, CompletionStage<?> cleanUp) {
        try {
            await(stage);
        } finally {
            log.add("cleaning up");
            await(cleanUp);
            log.add("cleaned up");
        }
        return CompletableFuture.completedFuture("x");
    }

    @Test
    void without_a_loop_a_cancel_of_a_chain_of_hot_methods_reaches_the_innermost() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<String> outer = returnsStage(returnsStage(awaiting(stage)));
        assertTrue(outer.cancel(true));
        assertTrue(stage.isCancelled());
        assertEquals(List.of("cancelled", "finally"), log);
    }

    @Test
    void without_a_loop_awaiting_a_cancelled_stage_gives_a_cancelled_error_caused_by_the_cancellation() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Throwable> future = calling(() -> failureOfStage(stage));
        CancellationException cancellation = new CancellationException("why");
        stage.completeExceptionally(cancellation);
        Throwable thrown = future.join();
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertSame(cancellation, thrown.getCause());
    }

    @Test
    void without_a_loop_awaiting_a_stage_that_was_cancelled_before_gives_the_same() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CancellationException cancellation = new CancellationException("why");
        stage.completeExceptionally(cancellation);
        Throwable thrown = calling(() -> failureOfStage(stage)).join();
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertSame(cancellation, thrown.getCause());
    }

    @AsyncTest
    void virtual_time_goes_on_while_a_stage_derived_from_a_hot_method_s_is_awaited() {
        assertEquals("slow!", await(slow(100).thenApply(it -> it + "!")));
        assertEquals("slow?!", await(slow(100).copy().thenApply(it -> it + "?").thenApply(it -> it + "!")));
        assertEquals(200_000_000, EventLoop.running().time());
    }

    @AsyncTest
    void a_stage_takes_part_in_a_gather_as_a_promise() {
        assertEquals(
                List.of("slow", "there"),
                await(gather(wrapFuture(slow(100)), wrapFuture(CompletableFuture.completedFuture("there")))));
        CompletableFuture<String> cancelled = slow(100);
        wrapFuture(cancelled).cancel();
        assertTrue(cancelled.isCancelled());
    }

    @Test
    void returning_null_instead_of_a_coroutine_says_what_to_return() {
        NullPointerException thrown = assertThrows(NullPointerException.class, () -> run(() -> returnsNothing()));
        assertTrue(thrown.getMessage().endsWith("(If an @Async method returns null, write return done(null))"));
    }

    @Async
    private static Coroutine<String> returnsNothing() {
        Coroutine<String> nothing = null; // javac sees a null that is returned itself
        return nothing;
    }

    @Test
    void without_a_loop_a_minimal_stage_is_awaited() {
        CompletionStage<Integer> minimal = CompletableFuture.completedFuture(21).minimalCompletionStage();
        assertEquals(42, doubled(minimal).join());
    }

    @AsyncTest
    void on_a_loop_awaiting_a_cancelled_stage_gives_a_cancelled_error_caused_by_the_cancellation() {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CancellationException cancellation = new CancellationException("why");
        stage.completeExceptionally(cancellation);
        Throwable thrown = await(failureOfStage(stage));
        assertInstanceOf(CancelledError.class, thrown);
        assertEquals("why", thrown.getMessage());
        assertSame(cancellation, thrown.getCause());
    }

    @Test
    void without_a_loop_a_body_that_ends_in_a_cancelled_error_leaves_a_cancelled_future() {
        CompletableFuture<String> future = failsAtOnce(new CancelledError("why"));
        assertTrue(future.isCancelled());
        assertEquals("why", cancellationOf(future).getMessage());
    }

    /** What the future holds; {@code getNow} throws another one around it from JDK 23 on. */
    private static CancellationException cancellationOf(CompletableFuture<?> cancelled) {
        return assertInstanceOf(
                CancellationException.class,
                cancelled.handle((value, thrown) -> thrown).join());
    }

    @Test
    void without_a_loop_returning_null_fails_the_future() {
        assertInstanceOf(NullPointerException.class, causeOf(returnsNull(false)));
    }

    @Test
    void without_a_loop_a_returned_stage_is_awaited() {
        CompletableFuture<String> later = new CompletableFuture<>();
        CompletableFuture<String> future = returnsStage(later);
        assertFalse(future.isDone());
        later.complete("later");
        assertEquals("later", future.getNow(null));
    }

    @Test
    void a_null_result_is_a_result() {
        assertNull(returnsStage(CompletableFuture.completedFuture(null)).join());
    }

    @Test
    void dependents_run_inside_the_completion_without_a_loop() {
        CompletableFuture<Integer> stage = new CompletableFuture<>();
        doubled(stage).thenAccept(it -> log.add("dependent " + it));
        stage.complete(1);
        assertEquals("dependent 2", log.get(1));
    }

    // ---- races

    private static final int ROUNDS = 2000;

    private static final ExecutorService SECOND_THREAD = Executors.newSingleThreadExecutor(body -> {
        Thread thread = new Thread(body, "second");
        thread.setDaemon(true);
        return thread;
    });

    /** Runs {@code first} here and {@code second} on another thread, as nearly together as can be. */
    private static void race(Runnable first, Runnable second) throws Exception {
        AtomicInteger ready = new AtomicInteger();
        Future<?> other = SECOND_THREAD.submit(() -> {
            meet(ready);
            second.run();
        });
        meet(ready);
        first.run();
        other.get();
    }

    private static void meet(AtomicInteger ready) {
        ready.incrementAndGet();
        while (ready.get() < 2) {
            Thread.onSpinWait();
        }
    }

    @Async
    private static CompletableFuture<Integer> counting(List<CompletableFuture<Integer>> stages, AtomicInteger ends) {
        int sum = 0;
        try {
            for (CompletableFuture<Integer> stage : stages) {
                sum += await(stage);
            }
        } finally {
            ends.incrementAndGet();
        }
        return CompletableFuture.completedFuture(sum);
    }

    private static List<CompletableFuture<Integer>> stages(int count) {
        List<CompletableFuture<Integer>> stages = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stages.add(new CompletableFuture<>());
        }
        return stages;
    }

    @Test
    void completing_while_the_body_suspends_loses_no_step() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<Integer>> stages = stages(4);
            AtomicInteger ends = new AtomicInteger();
            List<CompletableFuture<Integer>> result = new ArrayList<>();
            race(() -> result.add(counting(stages, ends)), () -> stages.forEach(it -> it.complete(1)));
            assertEquals(4, result.get(0).getNow(-1));
            assertEquals(1, ends.get());
        }
    }

    @Test
    void two_threads_that_complete_the_stages_run_the_body_one_at_a_time() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<Integer>> stages = stages(6);
            AtomicInteger ends = new AtomicInteger();
            CompletableFuture<Integer> result = counting(stages, ends);
            race(
                    () -> {
                        for (int i = 0; i < 6; i += 2) {
                            stages.get(i).complete(1);
                        }
                    },
                    () -> {
                        for (int i = 1; i < 6; i += 2) {
                            stages.get(i).complete(1);
                        }
                    });
            assertEquals(6, result.getNow(-1));
            assertEquals(1, ends.get());
        }
    }

    @Test
    void cancelling_while_the_stage_completes_ends_the_body_once_either_way() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<Integer>> stages = stages(1);
            AtomicInteger ends = new AtomicInteger();
            CompletableFuture<Integer> result = counting(stages, ends);
            race(() -> result.cancel(true), () -> stages.get(0).complete(1));
            assertTrue(result.isDone());
            assertEquals(1, ends.get());
        }
    }

    @Test
    void cancelling_while_the_body_goes_from_await_to_await_ends_it_once() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            List<CompletableFuture<Integer>> stages = stages(4);
            AtomicInteger ends = new AtomicInteger();
            CompletableFuture<Integer> result = counting(stages, ends);
            race(() -> result.cancel(true), () -> stages.subList(0, 3).forEach(it -> it.complete(1)));
            // the last stage never completes by itself: the cancel must have been thrown at one of the awaits
            assertTrue(result.isCancelled());
            assertEquals(1, ends.get());
        }
    }

    @Test
    void two_cancels_at_once_end_the_body_once() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            AtomicInteger ends = new AtomicInteger();
            CompletableFuture<Integer> result = counting(stages(1), ends);
            race(() -> result.cancel(true), () -> result.cancel(false));
            assertTrue(result.isCancelled());
            assertEquals(1, ends.get());
        }
    }

    @Test
    void a_loop_that_awaits_stages_of_other_threads_loses_none() {
        int sum = run(() -> {
            int total = 0;
            for (int round = 0; round < ROUNDS; round++) {
                CompletableFuture<Integer> stage = new CompletableFuture<>();
                CompletableFuture<Integer> other = CompletableFuture.supplyAsync(() -> 1);
                CompletableFuture<Integer> hot = doubled(other);
                CompletableFuture.runAsync(() -> stage.complete(1));
                total += await(stage) + await(hot);
            }
            return done(total);
        });
        assertEquals(3 * ROUNDS, sum);
    }

    @Test
    void a_failure_keeps_its_wrapper_only_for_those_who_join() {
        CompletableFuture<String> future = failsAtOnce(new IllegalStateException("x"));
        CompletionException thrown = assertThrows(CompletionException.class, future::join);
        assertInstanceOf(IllegalStateException.class, thrown.getCause());
    }
}
