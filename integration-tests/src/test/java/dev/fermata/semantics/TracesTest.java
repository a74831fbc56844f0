package dev.fermata.semantics;

import static dev.fermata.Asyncio.*;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncCallable;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionGroup;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.testing.AsyncTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which frames a stack trace shows, where tasks, threads and exceptions of an odd kind come in. */
@Timeout(60)
class TracesTest extends Traced {
    /** The methods of this class that a trace names, but for lambdas and the test itself. */
    private static List<String> methods(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(it -> Ways.isOf(it, TracesTest.class))
                .map(StackTraceElement::getMethodName)
                .filter(it -> !it.startsWith("lambda$") && !it.contains("_") && !it.equals("failure"))
                .toList();
    }

    private static List<String> ofFermata(Throwable thrown) {
        return Arrays.stream(thrown.getStackTrace())
                .filter(it -> it.getClassName().matches("dev\\.fermata\\.((abi|lowlevel|internal\\.\\w+)\\.)?[^.]*")
                        || it.getClassName().contains("$async$"))
                .map(it -> it.getClassName() + "." + it.getMethodName())
                .toList();
    }

    private static void pause() {}

    @Async
    private static Coroutine<Void> failing(RuntimeException failure) {
        await(sleep(MS));
        throw failure;
    }

    @Async
    private static Coroutine<Void> outer() {
        await(sleep(MS));
        await(middle());
        return done();
    }

    @Async
    private static Coroutine<Void> atOnce() {
        await(failingAtOnce());
        return done();
    }

    @Async
    private static Coroutine<Void> failingAtOnce() {
        if (EventLoop.runningOrNull() != null) {
            throw new IllegalStateException("at once");
        }
        await(sleep(MS));
        return done();
    }

    @Test
    void of_fermata_only_the_call_of_run_is_left() {
        for (AsyncCallable<Void> main : List.<AsyncCallable<Void>>of(() -> outer(), () -> atOnce())) {
            Throwable thrown = failure(main);
            assertEquals(List.of("dev.fermata.Asyncio.run"), ofFermata(thrown));
            List<String> all = Arrays.stream(thrown.getStackTrace())
                    .map(StackTraceElement::getMethodName)
                    .toList();
            assertTrue(all.contains("of_fermata_only_the_call_of_run_is_left"), all::toString);
            assertTrue(all.indexOf("run") < all.indexOf("virtually"), all::toString);
        }
        assertEquals(List.of("leaf", "middle", "outer"), methods(failure(() -> outer())));
        assertEquals(List.of("failingAtOnce", "atOnce"), methods(failure(() -> atOnce())));
    }

    @Async
    private static Coroutine<Throwable> catching(Task<?> task) {
        try {
            await(awaiting(task));
        } catch (IllegalStateException thrown) {
            await(sleep(MS));
            try {
                await(again(thrown));
            } catch (IllegalStateException same) {
                return done(same);
            }
        }
        return done(null);
    }

    @Async
    private static Coroutine<Void> again(RuntimeException thrown) {
        await(sleep(MS));
        throw thrown;
    }

    @Test
    void the_awaiter_s_methods_stand_below_those_of_the_awaited_task() {
        Throwable thrown = failure(() -> catchingNothing(createTask(outer(), "outer")));
        assertEquals(List.of("leaf", "middle", "outer", "<task outer>", "awaiting", "catchingNothing"), ways(thrown));
        assertEquals(List.of("dev.fermata.Asyncio.await", "dev.fermata.Asyncio.run"), ofFermata(thrown));
    }

    @Async
    private static Coroutine<Void> catchingNothing(Task<?> task) {
        await(awaiting(task));
        return done();
    }

    @AsyncTest
    void an_exception_keeps_its_way_when_it_is_caught_and_thrown_again() {
        Throwable thrown = await(createTask(catching(createTask(outer(), "outer"))));
        assertEquals(List.of("leaf", "middle", "outer", "<task outer>", "awaiting", "catching"), ways(thrown));
    }

    @Test
    void a_gathered_task_shows_who_gathers() {
        Throwable thrown = failure(() -> gathering());
        assertEquals(List.of("leaf", "middle", "outer", "<task Task-2 in gather>", "gathering"), ways(thrown));
        assertEquals(List.of("dev.fermata.Asyncio.await", "dev.fermata.Asyncio.run"), ofFermata(thrown));
    }

    @Async
    private static Coroutine<Void> gathering() {
        await(sleep(MS));
        await(gather(outer(), sleep(Duration.ofSeconds(1))));
        return done();
    }

    @Async
    private static Coroutine<Void> grouped() {
        await(sleep(MS));
        try (TaskGroup group = new TaskGroup()) {
            group.createTask(outer());
            group.createTask(sleep(Duration.ofSeconds(1)));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> groupedTwice() {
        await(grouped());
        return done();
    }

    @Test
    void a_group_s_failure_shows_the_block_and_its_children_themselves() {
        ExceptionGroup thrown = (ExceptionGroup) failure(() -> groupedTwice());
        assertEquals(List.of("grouped", "groupedTwice"), methods(thrown));
        assertEquals(
                List.of("leaf", "middle", "outer", "<task Task-2>", "grouped", "groupedTwice"),
                ways(thrown.exceptions().get(0)));
    }

    @Test
    void an_exception_from_another_thread_shows_that_thread_and_who_awaits() {
        CompletableFuture<Void> future =
                CompletableFuture.runAsync(() -> pause()).thenRun(() -> elsewhere());
        Throwable ofStage = failure(() -> staged(future));
        assertEquals(List.of("elsewhere", "<stage>", "staged"), ways(ofStage));
        Throwable ofCall = failure(() -> onThread());
        assertEquals(List.of("elsewhere", "<call in an executor>", "onThread"), ways(ofCall));
        for (Throwable thrown : List.of(ofStage, ofCall)) {
            assertEquals(List.of("dev.fermata.Asyncio.await", "dev.fermata.Asyncio.run"), ofFermata(thrown));
            assertTrue(Arrays.stream(thrown.getStackTrace())
                    .anyMatch(it -> it.getClassName().startsWith("java.util.concurrent.")));
        }
    }

    private static void elsewhere() {
        throw new IllegalStateException("elsewhere");
    }

    @Async
    private static Coroutine<Void> onThread() {
        await(sleep(MS));
        await(toThread(() -> {
            elsewhere();
            return null;
        }));
        return done();
    }

    @Async
    private static Coroutine<Void> staged(CompletionStage<?> stage) {
        await(stage);
        return done();
    }

    @Test
    void a_singleton_keeps_its_trace_however_often_it_is_thrown_where_nobody_awaits_it() {
        IllegalStateException singleton = new IllegalStateException("singleton");
        StackTraceElement[] before = singleton.getStackTrace();
        for (int i = 0; i < 2; i++) {
            assertSame(singleton, failure(() -> failing(singleton)));
            assertArrayEquals(before, singleton.getStackTrace());
        }
    }

    private static final class Unwritable extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unwritable() {
            super("unwritable", null, false, false);
        }
    }

    private static final class Stubborn extends RuntimeException {
        private static final long serialVersionUID = 1;

        @Override
        public void setStackTrace(StackTraceElement[] trace) {
            throw new UnsupportedOperationException();
        }

        @Override
        public synchronized Throwable getCause() {
            throw new UnsupportedOperationException();
        }
    }

    @Async
    private static Coroutine<Void> throwing(boolean stubborn) {
        await(sleep(MS));
        throw stubborn ? new Stubborn() : new Unwritable();
    }

    @Async
    private static Coroutine<String> caught(boolean stubborn) {
        try {
            await(throwing(stubborn));
            return done("nothing");
        } catch (Unwritable | Stubborn e) {
            return done(e.getClass().getSimpleName());
        }
    }

    @Test
    void exceptions_whose_trace_cannot_be_written_are_left_alone() {
        assertEquals("Unwritable", virtually(() -> caught(false)));
        assertEquals("Stubborn", virtually(() -> caught(true)));
    }

    @Async
    private static CompletableFuture<Void> hot(CompletionStage<?> stage) {
        await(stage);
        await(hotInner(stage));
        return CompletableFuture.completedFuture(null);
    }

    @Async
    private static Coroutine<Void> hotInner(CompletionStage<?> first) {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        new Thread(() -> stage.complete(null)).start();
        await(stage);
        await(stage);
        throw new IllegalStateException("made");
    }

    @Test
    void a_hot_method_shows_its_chain_on_a_loop_and_on_foreign_threads() throws Exception {
        CompletableFuture<Void> stage = new CompletableFuture<>();
        CompletableFuture<Void> detached = hot(stage);
        new Thread(() -> stage.complete(null)).start();
        Throwable thrown = assertThrows(ExecutionException.class, detached::get).getCause();
        assertEquals(List.of("hotInner", "hot"), methods(thrown));
        assertEquals(List.of(), ofFermata(thrown));

        CompletableFuture<Void> other = new CompletableFuture<>();
        Throwable onLoop = assertThrows(
                IllegalStateException.class,
                () -> run(() -> {
                    EventLoop.running().callSoon(() -> other.complete(null));
                    await(hot(other));
                    return done();
                }));
        assertEquals(List.of("hotInner", "hot", "<stage>"), ways(onLoop));
        assertEquals(List.of("dev.fermata.Asyncio.await", "dev.fermata.Asyncio.run"), ofFermata(onLoop));
    }

    @Async
    private static CompletableFuture<Void> hotAtOnce() {
        if (Thread.currentThread().isAlive()) {
            throw new IllegalStateException("made");
        }
        await(CompletableFuture.runAsync(() -> pause()));
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void a_hot_method_that_fails_at_once_stands_in_its_trace_once() {
        CompletableFuture<Void> future = hotAtOnce();
        Throwable thrown = assertThrows(CompletionException.class, future::join).getCause();
        assertEquals(List.of("hotAtOnce"), methods(thrown));
        assertEquals(List.of(), ofFermata(thrown));
    }

    @Async
    private static Coroutine<Void> parkedBelow() {
        await(parked());
        return done();
    }

    @Async
    private static Coroutine<Void> parkedOn(Promise<Void> promise) {
        await(promise);
        return done();
    }

    @AsyncTest
    void a_cancel_shows_where_the_task_was_parked() {
        Task<Void> asleep = createTask(parkedBelow());
        Task<Void> waiting = createTask(parkedOn(EventLoop.running().createPromise()));
        await(sleep(MS));
        asleep.cancel();
        waiting.cancel();
        assertEquals(List.of("parked", "parkedBelow"), methods(await(failureOf(asleep))));
        assertEquals(List.of("parkedOn"), methods(await(failureOf(waiting))));
    }

    @Async
    private static Coroutine<Void> impatient() {
        await(waitFor(parked(), MS));
        return done();
    }

    @Test
    void a_timeout_shows_who_waited_and_its_cause_where() {
        Throwable thrown = failure(() -> impatient());
        assertTrue(thrown instanceof TimeoutException, thrown::toString);
        assertEquals(List.of("impatient"), methods(thrown));
        assertEquals(List.of("parked", "impatient"), methods(thrown.getCause()));
    }

    /** A frame by hand, which counts how often it is resumed. */
    private static final class Counting extends Frame<Void> {
        private final Coroutine<Void> inner;
        private final boolean catches;
        private int resumed;

        Counting(Coroutine<Void> inner, boolean catches) {
            this.inner = inner;
            this.catches = catches;
        }

        @Override
        protected Object start(Carrier carrier) throws Throwable {
            Object result = Abi.await(inner, carrier);
            if (result == Abi.SUSPENDED) {
                state = 1;
                carrier.suspended(this);
            }
            return result;
        }

        @Override
        protected Object resume(Object value, Throwable thrown, Carrier carrier) throws Throwable {
            resumed++;
            if (thrown != null) {
                throw thrown;
            }
            return value;
        }

        @Override
        protected boolean catches() {
            return catches;
        }
    }

    @Test
    void an_exception_passes_frames_that_cannot_catch_without_resuming_them() {
        Counting inner = new Counting(outer(), false);
        Counting catching = new Counting(inner, true);
        Counting outermost = new Counting(catching, false);
        Throwable thrown = failure(() -> outermost);
        assertEquals(List.of("leaf", "middle", "outer"), methods(thrown));
        assertEquals(List.of(0, 1, 0), List.of(inner.resumed, catching.resumed, outermost.resumed));

        Counting withResult = new Counting(sleepOnly(), false);
        virtually(() -> withResult);
        assertEquals(1, withResult.resumed);
    }

    @Async
    private static Coroutine<Void> sleepOnly() {
        await(sleep(MS));
        return done();
    }

    @Async
    private static Coroutine<Void> deep(int depth) {
        if (depth == 0) {
            await(leaf());
            return done();
        }
        await(deep(depth - 1));
        return done();
    }

    @Test
    void a_trace_is_cut_where_the_jvm_cuts_its_own() {
        Throwable thrown = failure(() -> deep(1_500));
        assertEquals(1_024, thrown.getStackTrace().length);
        assertEquals("leaf", methods(thrown).get(0));
        assertFalse(ofFermata(thrown).contains("dev.fermata.Asyncio.run"));
    }
}
