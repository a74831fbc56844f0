package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.AsyncQueue;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.Timeout;
import dev.fermata.TimeoutException;
import dev.fermata.testing.AsyncTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

/** An exception that reaches an awaiter shows where it was awaited, and its trace does not grow by that. */
@org.junit.jupiter.api.Timeout(120)
class AwaitTracesTest extends Traced {
    @Async
    private static Coroutine<Void> atOnce() {
        if (EventLoop.runningOrNull() != null) {
            throw new IllegalStateException("at once");
        }
        await(sleep(MS));
        return done();
    }

    @Async
    private static Coroutine<Void> handlerA(Task<?> task) {
        await(awaiting(task));
        return done();
    }

    @Async
    private static Coroutine<Void> handlerB(Task<?> task) {
        await(awaiting(task));
        return done();
    }

    @Async
    private static Coroutine<Void> both() {
        Task<Void> shared = createTask(leaf(), "shared");
        Task<Void> a = createTask(handlerA(shared), "a");
        Task<Void> b = createTask(handlerB(shared), "b");
        await(gather(a, b));
        return done();
    }

    @Test
    void who_awaits_an_awaiter_sees_that_one_s_way_whoever_got_the_same_exception_meanwhile() {
        assertEquals(
                List.of("leaf", "<task shared>", "awaiting", "handlerA", "<task a in gather>", "both"),
                ways(failure(() -> both())));
    }

    @Test
    void a_line_break_in_a_name_makes_no_line_of_its_own() {
        Throwable thrown = failure(() -> {
            await(createTask(leaf(), "x)\n\tat forged.Line.of(Forged.java:1"));
            return done();
        });
        StringWriter printed = new StringWriter();
        thrown.printStackTrace(new PrintWriter(printed));
        assertFalse(printed.toString().lines().anyMatch(it -> it.startsWith("\tat forged")), printed::toString);
        assertTrue(
                printed.toString().contains("Asyncio.await(task x)\\n\\tat forged.Line.of(Forged.java:1)"),
                printed::toString);
    }

    @AsyncTest
    void each_awaiter_reads_its_own_way_when_it_gets_the_exception() {
        Task<Void> shared = createTask(leaf(), "shared");
        List<List<String>> seen = new ArrayList<>();
        Task<Void> a = createTask(seeing(shared, seen));
        Task<Void> b = createTask(seeing(createTask(handlerB(shared), "b"), seen));
        await(gather(a, b));
        assertEquals(List.of("leaf", "<task shared>", "seeing"), seen.get(0));
        assertEquals(List.of("leaf", "<task shared>", "awaiting", "handlerB", "<task b>", "seeing"), seen.get(1));
    }

    @Async
    private Coroutine<Void> seeing(Task<?> task, List<List<String>> seen) {
        try {
            await(task);
        } catch (IllegalStateException e) {
            seen.add(ways(e));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> late() {
        Task<Void> task = createTask(leaf(), "early");
        await(sleep(MS.multipliedBy(10)));
        await(inside(task));
        return done();
    }

    @Async
    private static Coroutine<Void> inside(Task<?> task) {
        await(task);
        return done();
    }

    @Async
    private static Coroutine<Void> lateOuter() {
        await(sleep(MS));
        await(late());
        return done();
    }

    @Test
    void a_task_that_had_failed_before_shows_who_awaited_it_then() {
        Throwable thrown = failure(() -> lateOuter());
        assertEquals(List.of("leaf", "<task early>", "inside", "late", "lateOuter"), ways(thrown));
        assertEquals(List.of(), Ways.own(thrown));
    }

    @Async
    private static Coroutine<Throwable> caughtThere() {
        Task<Void> task = createTask(leaf(), "early");
        await(sleep(MS.multipliedBy(10)));
        try {
            await(inside(task));
            return done(null);
        } catch (IllegalStateException e) {
            return done(e);
        }
    }

    @Async
    private static Coroutine<Throwable> caughtThereOuter() {
        await(sleep(MS));
        return done(await(caughtThere()));
    }

    @Test
    void one_that_is_caught_where_it_was_awaited_says_that_callers_are_missing() {
        Throwable thrown = virtually(() -> caughtThereOuter());
        assertEquals(List.of("leaf", "<task early>", "inside", "caughtThere", "<suspended callers>"), ways(thrown));
        assertEquals(List.of(), Ways.own(thrown));
    }

    @Async
    private static Coroutine<Void> caughtHeldAndThrown() {
        Task<Void> task = createTask(leaf(), "early");
        await(sleep(MS.multipliedBy(10)));
        try {
            await(inside(task));
        } finally {
            await(sleep(MS));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> caughtHeldAndThrownOuter() {
        await(sleep(MS));
        await(caughtHeldAndThrown());
        return done();
    }

    @Async
    private static Coroutine<Void> caughtInside() {
        Task<Void> task = createTask(leaf(), "early");
        await(sleep(MS.multipliedBy(10)));
        await(holding(task));
        return done();
    }

    @Async
    private static Coroutine<Void> holding(Task<?> task) {
        try {
            await(inside(task));
        } finally {
            await(sleep(MS));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> caughtInsideOuter() {
        await(caughtInside());
        return done();
    }

    @Test
    void one_that_a_handler_holds_while_it_suspends_shows_each_caller_once() {
        assertEquals(
                List.of("leaf", "<task early>", "inside", "caughtHeldAndThrown", "caughtHeldAndThrownOuter"),
                ways(failure(() -> caughtHeldAndThrownOuter())));
        assertEquals(
                List.of("leaf", "<task early>", "inside", "holding", "caughtInside", "caughtInsideOuter"),
                ways(failure(() -> caughtInsideOuter())));
    }

    @Async
    private static Coroutine<Integer> walk(int depth) {
        if (depth == 0) {
            await(leaf());
            return done(0);
        }
        return done(await(createTask(walk(depth - 1), "walk " + depth)));
    }

    @Test
    void a_recursion_of_tasks_shows_each_level() {
        assertEquals(
                List.of("leaf", "walk", "<task walk 1>", "walk", "<task walk 2>", "walk", "<task walk 3>", "walk"),
                ways(failure(() -> walk(3))));
    }

    @Test
    void a_long_chain_of_tasks_is_cut_where_the_jvm_cuts_its_own() {
        Throwable thrown = failure(() -> walk(3_000));
        assertEquals(1_024, thrown.getStackTrace().length);
        assertEquals(
                List.of("leaf", "walk", "<task walk 1>", "walk"), ways(thrown).subList(0, 4));
    }

    @Async
    private static Coroutine<Void> shielded() {
        await(shield(createTask(leaf(), "inner")));
        return done();
    }

    @Async
    private static Coroutine<Void> completed() {
        for (Coroutine<Void> next : asCompleted(List.of(createTask(leaf(), "first")))) {
            await(next);
        }
        return done();
    }

    @Async
    private static Coroutine<Void> inTime() {
        await(waitFor(createTask(leaf(), "limited"), Duration.ofDays(1)));
        return done();
    }

    @Async
    private static Coroutine<Void> starting() {
        try (TaskGroup group = new TaskGroup()) {
            await(group.start(status -> leaf(), "server"));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> worker(AsyncQueue<Promise<Void>> queue) {
        while (true) {
            Promise<Void> result = await(queue.get());
            try {
                await(createTask(leaf(), "job"));
                result.setResult(null);
            } catch (IllegalStateException e) {
                result.setException(e);
            }
        }
    }

    @Async
    private static Coroutine<Void> client() {
        AsyncQueue<Promise<Void>> queue = new AsyncQueue<>();
        Task<Void> worker = createTask(worker(queue));
        Promise<Void> result = createPromise();
        queue.putNowait(result);
        try {
            await(result);
        } finally {
            worker.cancel();
        }
        return done();
    }

    @Async
    private static Coroutine<Void> awaitingCancelled() {
        Task<Void> task = createTask(parked(), "cancelled");
        await(sleep(MS));
        task.cancel();
        await(task);
        return done();
    }

    @Async
    private static CompletableFuture<Void> hot() {
        await(createTask(leaf(), "inner"));
        return CompletableFuture.completedFuture(null);
    }

    @Async
    private static Coroutine<Void> callingHot() {
        await(hot());
        return done();
    }

    @Async
    private static CompletableFuture<Void> hotAtOnce() {
        await(atOnce());
        return CompletableFuture.completedFuture(null);
    }

    @Async
    private static Coroutine<Void> callingHotAtOnce() {
        await(sleep(MS));
        await(hotAtOnce());
        return done();
    }

    @Async
    private static Coroutine<Void> callingHotElsewhere() {
        await(sleep(MS));
        await(awaitingStage(hotAtOnce()));
        return done();
    }

    @Async
    private static Coroutine<Void> awaitingStage(CompletableFuture<Void> stage) {
        await(stage);
        return done();
    }

    @Test
    void every_way_to_await_shows_both_sides() {
        assertEquals(List.of("leaf", "<task inner in shield>", "shielded"), ways(failure(() -> shielded())));
        assertEquals(List.of("leaf", "<task first>", "completed"), ways(failure(() -> completed())));
        assertEquals(List.of("leaf", "<task limited>", "inTime"), ways(failure(() -> inTime())));
        assertEquals(List.of("leaf", "<task server>", "starting"), ways(failure(() -> starting())));
        assertEquals(List.of("leaf", "<task job>", "worker", "<promise>", "client"), ways(failure(() -> client())));
        assertEquals(
                List.of("parked", "<task cancelled>", "awaitingCancelled"), ways(failure(() -> awaitingCancelled())));
        assertEquals(
                List.of("leaf", "<task inner>", "hot", "<stage>", "callingHot"), ways(failure(() -> callingHot())));
        assertEquals(
                List.of("atOnce", "hotAtOnce", "<stage>", "callingHotAtOnce"), ways(failure(() -> callingHotAtOnce())));
        assertEquals(
                List.of("atOnce", "hotAtOnce", "<stage>", "awaitingStage", "callingHotElsewhere"),
                ways(failure(() -> callingHotElsewhere())));
    }

    @Async
    private static CompletableFuture<Void> detachedInner(CompletableFuture<Void> stage) {
        await(stage);
        return CompletableFuture.completedFuture(null);
    }

    @Async
    private static CompletableFuture<Void> detachedOuter(CompletableFuture<Void> stage) {
        await(detachedInner(stage));
        return CompletableFuture.completedFuture(null);
    }

    @Async
    private static CompletableFuture<Void> detachedThrowing(CompletableFuture<Void> stage) {
        await(stage);
        throw new IllegalStateException("made");
    }

    @Async
    private static CompletableFuture<Void> detachedAwaiting(CompletableFuture<Void> stage) {
        await(detachedThrowing(stage));
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void hot_methods_outside_of_a_loop_show_one_another() {
        CompletableFuture<Void> failing = new CompletableFuture<>();
        CompletableFuture<Void> outer = detachedOuter(failing);
        failing.completeExceptionally(new IllegalStateException("elsewhere"));
        Throwable thrown = assertThrows(ExecutionException.class, outer::get).getCause();
        assertEquals(List.of("<stage>", "detachedInner", "<stage>", "detachedOuter"), ways(thrown));

        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Void> awaiting = detachedAwaiting(stage);
        stage.complete(null);
        Throwable made = assertThrows(ExecutionException.class, awaiting::get).getCause();
        assertEquals(List.of("detachedThrowing", "<stage>", "detachedAwaiting"), ways(made));
        assertEquals(List.of(), Ways.own(made));
    }

    @Test
    void a_stage_s_cancel_shows_who_awaited_it() {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        CompletableFuture<Void> derived = cancelled.thenApply(it -> it);
        CompletableFuture<Void> ofAnotherClass = new CompletableFuture<>() {};
        ofAnotherClass.cancel(true);
        for (CompletableFuture<Void> stage : List.of(cancelled, derived, ofAnotherClass)) {
            Throwable thrown = failure(() -> awaitingLate(stage));
            assertEquals(List.of("awaitingStage", "awaitingLate"), ways(thrown));
            assertEquals(List.of(), Ways.own(thrown));
        }
        CompletableFuture<Void> stage = new CompletableFuture<>();
        AsyncCallable<Void> main = () -> {
            EventLoop.running().callLater(Duration.ofMillis(5), () -> stage.cancel(true));
            return awaitingLate(stage);
        };
        Throwable pending = assertThrows(CancelledError.class, () -> run(main)); // in real time: a stage is of outside
        assertEquals(List.of("awaitingStage", "awaitingLate"), ways(pending));
        assertEquals(List.of(), Ways.own(pending));
    }

    @Async
    private static Coroutine<Void> awaitingLate(CompletableFuture<Void> stage) {
        await(sleep(Duration.ofNanos(1)));
        await(awaitingStage(stage));
        return done();
    }

    private static final IllegalStateException CONSTANT = new IllegalStateException("constant");

    @Async
    private static Coroutine<Void> throwing(RuntimeException failure) {
        await(sleep(MS));
        throw failure;
    }

    @AsyncTest
    void a_constant_that_is_thrown_and_awaited_for_ever_does_not_grow() {
        int before = CONSTANT.getStackTrace().length;
        int length = 0;
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            Task<Void> task = createTask(throwing(CONSTANT), "task " + number);
            assertSame(CONSTANT, await(failureOf(createTask(handlerA(task)))));
            assertSame(CONSTANT, await(failureOf(gather(createTask(throwing(CONSTANT)), sleep(MS)))));
            CompletableFuture<Void> stage = CompletableFuture.failedFuture(CONSTANT);
            assertSame(CONSTANT, await(failureOf(() -> awaitingStage(stage))));
            assertSame(CONSTANT, await(failureOf(createTask(handlerB(createTask(throwing(CONSTANT), "last"))))));
            length = i == 0 ? CONSTANT.getStackTrace().length : length;
            assertEquals(length, CONSTANT.getStackTrace().length);
        }
        assertTrue(length > before && length < before + 200, "from " + before + " to " + length);
    }

    @AsyncTest
    void one_task_that_is_awaited_again_and_again_does_not_grow() {
        Task<Void> task = createTask(leaf(), "failed");
        Throwable first = await(failureOf(task));
        StackTraceElement[] before = null;
        for (int i = 0; i < 10_000; i++) {
            assertSame(first, await(failureOf(() -> awaiting(task))));
            before = i == 0 ? first.getStackTrace() : before;
        }
        assertArrayEquals(before, first.getStackTrace());
        assertEquals(List.of("leaf", "<task failed>", "awaiting"), ways(first).subList(0, 3));
    }

    private static final class Stackless extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    @Test
    void an_exception_without_a_trace_stays_without() {
        assertEquals(
                0,
                failure(() -> handlerA(createTask(throwing(new Stackless())))).getStackTrace().length);
        IllegalStateException emptied = new IllegalStateException("emptied");
        emptied.setStackTrace(new StackTraceElement[0]);
        assertEquals(0, failure(() -> handlerA(createTask(throwing(emptied)))).getStackTrace().length);
    }

    @Test
    void nothing_is_added_to_what_an_exception_suppresses() {
        assertEquals(0, failure(() -> both()).getSuppressed().length);
    }

    @Test
    void one_exception_that_reaches_two_threads_shows_one_way_as_a_whole() throws Exception {
        CompletableFuture<Void> shared = new CompletableFuture<>();
        IllegalStateException failure = new IllegalStateException("shared");
        CountDownLatch start = new CountDownLatch(2);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            threads.add(new Thread(() -> run(() -> {
                start.countDown();
                for (int k = 0; k < 2_000; k++) {
                    assertSame(failure, await(failureOf(() -> awaitingStage(shared))));
                }
                return done();
            })));
        }
        threads.forEach(Thread::start);
        start.await();
        shared.completeExceptionally(failure);
        boolean alive = true;
        while (alive) {
            alive = threads.stream().anyMatch(Thread::isAlive);
            List<String> seen = ways(failure);
            assertTrue(
                    seen.isEmpty() || seen.subList(0, 2).equals(List.of("<stage>", "awaitingStage")), seen::toString);
            assertTrue(seen.stream().filter(it -> it.equals("<stage>")).count() <= 1, seen::toString);
        }
    }

    // ---- Fermata's own exceptions

    @Async
    private static Coroutine<Throwable> groupCaughtThere(boolean inBlock) {
        await(sleep(MS));
        try (TaskGroup group = new TaskGroup()) {
            group.createTask(leaf());
            if (inBlock) {
                await(sleep(Duration.ofDays(1)));
            }
        } catch (ExceptionGroup e) {
            return done(e);
        }
        return done(null);
    }

    @Async
    private static Coroutine<Throwable> timeoutCaughtThere() {
        await(sleep(MS));
        try (Timeout limit = timeout(MS)) {
            await(parked());
        } catch (TimeoutException e) {
            return done(e);
        }
        return done(null);
    }

    @Async
    private static Coroutine<Throwable> waitForCaughtThere(Duration limit) {
        await(sleep(MS));
        try {
            await(waitFor(createTask(parked()), limit));
        } catch (TimeoutException e) {
            return done(e);
        }
        return done(null);
    }

    @Async
    private static Coroutine<Throwable> cancelCaughtThere() {
        await(sleep(MS));
        Promise<Void> promise = createPromise();
        promise.cancel("gone");
        try {
            await(promise);
        } catch (CancelledError e) {
            return done(e);
        }
        return done(null);
    }

    @Async
    private static Coroutine<Throwable> outside(AsyncCallable<Throwable> inner) throws Exception {
        Throwable thrown = await(inner.call());
        await(sleep(MS));
        return done(thrown);
    }

    @Async
    private static Coroutine<Void> rethrowing(AsyncCallable<Throwable> inner) throws Exception {
        Throwable thrown = await(inner.call());
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (Exception) thrown;
    }

    @Test
    void what_fermata_throws_shows_none_of_fermata_s_frames() {
        for (AsyncCallable<Throwable> each : List.<AsyncCallable<Throwable>>of(
                () -> groupCaughtThere(true),
                () -> groupCaughtThere(false),
                () -> timeoutCaughtThere(),
                () -> waitForCaughtThere(MS),
                () -> waitForCaughtThere(Duration.ZERO),
                () -> cancelCaughtThere())) {
            for (AsyncCallable<Throwable> way : List.<AsyncCallable<Throwable>>of(
                    each, () -> outside(each), () -> failureOf(() -> rethrowing(each)))) {
                Throwable thrown = virtually(way);
                assertNotNull(thrown);
                assertEquals(List.of(), Ways.own(thrown));
                assertTrue(
                        ways(thrown).get(0).endsWith("CaughtThere"),
                        () -> ways(thrown).toString());
                for (Throwable other : thrown.getSuppressed()) {
                    assertEquals(List.of(), Ways.own(other));
                }
                if (thrown.getCause() != null) {
                    assertEquals(List.of(), Ways.own(thrown.getCause()));
                }
            }
        }
    }
}
