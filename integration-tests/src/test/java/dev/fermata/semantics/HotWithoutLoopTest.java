package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.timeout;
import static dev.fermata.harness.VirtualTime.ms;
import static dev.fermata.harness.VirtualTime.virtually;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.GuestHost;
import dev.fermata.Task;
import dev.fermata.TaskLocal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hot methods that were called outside of any loop: where they go on, and what the code that makes them go on notices. */
@Timeout(60)
class HotWithoutLoopTest {
    private static final TaskLocal<String> USER = TaskLocal.withDefault("user", "nobody");

    private final List<String> log = new ArrayList<>();
    private final CompletableFuture<String> gate = new CompletableFuture<>();

    /** Goes on with {@code body} where {@code stage} is completed. */
    @Async
    private static <T> CompletableFuture<T> after(CompletableFuture<?> stage, Supplier<T> body) {
        await(stage);
        return CompletableFuture.completedFuture(body.get());
    }

    private static Throwable causeOf(CompletableFuture<?> future) {
        return assertThrows(ExecutionException.class, () -> future.get(10, TimeUnit.SECONDS))
                .getCause();
    }

    // ---- inside the step of a task that completes the stage

    @Async
    private Coroutine<Void> completing(Runnable afterwards) {
        USER.set("ada");
        Task<?> completer = currentTask();
        gate.complete("go");
        assertSame(completer, currentTask());
        assertEquals("ada", USER.get());
        afterwards.run();
        await(sleep(ms(300)));
        assertEquals("ada", USER.get());
        assertEquals(0, completer.cancelling());
        return done();
    }

    @Test
    void the_body_neither_reads_nor_writes_the_task_locals_of_the_task_that_makes_it_go_on() {
        try (var ofThread = USER.set("of the thread")) {
            CompletableFuture<String> hot = after(gate, () -> {
                String read = USER.get();
                USER.set("mallory");
                return read;
            });
            virtually(() -> completing(() -> {}));
            assertEquals("of the thread", hot.getNow(null));
            assertEquals("mallory", USER.get());
        }
    }

    @Test
    void the_body_has_no_current_task_and_no_running_loop() {
        CompletableFuture<EventLoop> hot = after(gate, EventLoop::runningOrNull);
        CompletableFuture<Task<?>> current = after(gate, () -> currentTask());
        virtually(() -> completing(() -> {}));
        assertTrue(hot.isDone());
        assertNull(hot.join());
        assertTrue(causeOf(current).getMessage().contains("was called where none ran"), () -> "" + causeOf(current));
    }

    @Test
    void the_loop_s_own_methods_name_no_current_task_to_the_body() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            CompletableFuture<CompletableFuture<Task<?>>> made =
                    CompletableFuture.supplyAsync(() -> after(gate, () -> loop.currentTask()));
            CompletableFuture<Task<?>> hot = await(made);
            await(completing(() -> {}));
            assertTrue(hot.isDone());
            assertNull(hot.join());
            return done();
        });
    }

    @Async
    private CompletableFuture<String> sleepingAfter(CompletableFuture<?> stage) {
        await(stage);
        await(sleep(ms(10)));
        return CompletableFuture.completedFuture("slept");
    }

    @Test
    void what_needs_a_loop_fails_in_the_body_as_it_does_on_other_threads() {
        CompletableFuture<String> sleeping = sleepingAfter(gate);
        CompletableFuture<Object> limited = after(gate, () -> timeout(ms(50)));
        virtually(() -> completing(() -> {}));
        String message = causeOf(sleeping).getMessage();
        assertTrue(
                message.startsWith("sleep needs an event loop, and none ran where this hot method was called"),
                message);
        assertTrue(causeOf(limited).getMessage().contains("was called where none ran"), () -> "" + causeOf(limited));
    }

    @Test
    void whatever_the_body_throws_the_step_goes_on_as_before() {
        CompletableFuture<Void> failing = after(gate, () -> {
            throw new AssertionError("x");
        });
        virtually(() -> completing(() -> log.add("went on")));
        assertInstanceOf(AssertionError.class, causeOf(failing));
        assertEquals(List.of("went on"), log);
    }

    @Test
    void a_callback_that_completes_the_stage_has_its_task_locals_afterwards() {
        CompletableFuture<String> hot = after(gate, () -> USER.get());
        virtually(() -> {
            USER.set("ada");
            EventLoop.running().callSoon(() -> {
                gate.complete("go");
                log.add(USER.get());
            });
            await(sleep(ms(1)));
            return done();
        });
        assertEquals("nobody", hot.getNow(null));
        assertEquals(List.of("ada"), log);
    }

    @Test
    void a_cancel_by_a_task_runs_the_body_outside_of_that_task() {
        CompletableFuture<Void> hot = noting(gate);
        virtually(() -> {
            USER.set("ada");
            hot.cancel(true);
            log.add(USER.get());
            return done();
        });
        assertEquals(List.of("ends as nobody", "ada"), log);
    }

    @Async
    private CompletableFuture<Void> noting(CompletableFuture<?> stage) {
        try {
            await(stage);
        } finally {
            log.add("ends as " + USER.get());
        }
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void a_body_that_makes_another_one_go_on_still_has_no_loop_afterwards() {
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<String> inner = after(second, () -> "inner " + EventLoop.runningOrNull());
        CompletableFuture<String> outer = after(gate, () -> {
            second.complete("go");
            return "outer " + EventLoop.runningOrNull();
        });
        virtually(() -> completing(() -> {}));
        assertEquals("inner null", inner.getNow(null));
        assertEquals("outer null", outer.getNow(null));
    }

    @Test
    void a_hot_method_that_the_body_calls_is_outside_of_the_loop_too() {
        CompletableFuture<String> second = new CompletableFuture<>();
        CompletableFuture<CompletableFuture<String>> hot = after(gate, () -> sleepingAfter(second));
        virtually(() -> completing(() -> second.complete("go")));
        assertTrue(causeOf(hot.join()).getMessage().startsWith("sleep needs an event loop"));
    }

    @Test
    void what_is_chained_to_the_future_runs_in_the_completing_task_as_with_any_future() {
        CompletableFuture<String> chained = after(gate, () -> "x").thenApply(it -> it + " of " + USER.get());
        virtually(() -> completing(() -> {}));
        assertEquals("x of ada", chained.getNow(null));
    }

    @Test
    void the_body_may_complete_what_a_task_of_the_loop_awaits() {
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> hot = after(gate, () -> answer.complete("answer"));
        virtually(() -> {
            Task<String> awaiting = createTask(() -> done(await(answer)));
            await(sleep(Duration.ZERO));
            gate.complete("go");
            assertEquals("answer", await(awaiting));
            return done();
        });
        assertTrue(hot.join());
    }

    @Test
    void a_task_that_the_body_starts_eagerly_is_one_of_the_loop() {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            Task<?> completer = currentTask();
            CompletableFuture<CompletableFuture<Task<Task<?>>>> made =
                    CompletableFuture.supplyAsync(() -> after(gate, () -> {
                        Task<Task<?>> eager = loop.createTask(() -> done(currentTask()), null, true);
                        assertNull(EventLoop.runningOrNull());
                        return eager;
                    }));
            CompletableFuture<Task<Task<?>>> hot = await(made);
            gate.complete("go");
            assertSame(completer, currentTask());
            Task<Task<?>> eager = hot.join();
            assertSame(eager, await(eager));
            return done();
        });
    }

    @Test
    void a_second_loop_in_the_body_would_block_the_first_and_is_refused() {
        CompletableFuture<String> hot = after(gate, () -> run(() -> done("ran")));
        virtually(() -> completing(() -> {}));
        assertTrue(causeOf(hot).getMessage().contains("running a second one inside it would block the first"));
    }

    @Test
    void waiting_in_the_body_for_what_only_the_loop_can_complete_is_refused() {
        virtually(() -> {
            CompletableFuture<Void> later = createTask(sleep(ms(1))).toCompletableFuture();
            CompletableFuture<CompletableFuture<Void>> made =
                    CompletableFuture.supplyAsync(() -> after(gate, later::join));
            CompletableFuture<Void> hot = await(made);
            gate.complete("go");
            assertTrue(causeOf(hot).getMessage().contains("own thread would wait for ever"));
            return done();
        });
    }

    /** A host whose ticks the test makes. */
    private static final class Host implements GuestHost {
        private final Thread thread = Thread.currentThread();
        final Deque<Runnable> ticks = new ArrayDeque<>();

        @Override
        public void execute(Runnable tick) {
            ticks.add(tick);
        }

        @Override
        public void executeLater(Runnable tick, long nanos) {
            throw new AssertionError("nothing waits for time here");
        }

        @Override
        public boolean isHostThread() {
            return Thread.currentThread() == thread;
        }
    }

    @Test
    void a_tick_inside_of_the_body_has_its_loop_and_the_body_has_none_behind_it() {
        Host host = new Host();
        CompletableFuture<String> hot = after(gate, () -> {
            host.ticks.remove().run();
            return log + " " + EventLoop.runningOrNull();
        });
        EventLoop guest = EventLoop.guest(host);
        Task<Void> completing = guest.createTask(() -> {
            Task<?> completer = currentTask();
            EventLoop.running().callSoon(() -> log.add("in its loop: " + (EventLoop.runningOrNull() == guest)));
            gate.complete("go");
            assertSame(completer, currentTask());
            return done();
        });
        try {
            host.ticks.remove().run();
            assertNull(completing.result());
            assertEquals("[in its loop: true] null", hot.getNow(null));
            assertSame(guest, EventLoop.runningOrNull());
        } finally {
            guest.close();
        }
    }

    // ---- long chains

    private static final int LONG = 20_000;

    @Async
    private CompletableFuture<Integer> handled(CompletableFuture<Integer> before, int item) {
        int sum;
        try {
            sum = await(before);
        } finally {
            ends.add(item);
        }
        return CompletableFuture.completedFuture(sum + 1);
    }

    private final List<Integer> ends = new ArrayList<>();

    private CompletableFuture<Integer> chain(CompletableFuture<Integer> first, int length) {
        CompletableFuture<Integer> tail = first;
        for (int item = 0; item < length; item++) {
            tail = handled(tail, item);
        }
        return tail;
    }

    private void assertEndedInOrder(int length) {
        assertEquals(IntStream.range(0, length).boxed().toList(), ends);
    }

    @Test
    void the_bodies_of_a_long_chain_have_all_ended_when_its_first_stage_is_complete() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> last = chain(first, LONG);
        first.complete(0);
        assertEquals(LONG, last.getNow(-1));
        assertEndedInOrder(LONG);
    }

    @Test
    void a_failure_goes_through_a_long_chain() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> last = chain(first, 2_000);
        RuntimeException failure = new IllegalStateException("x");
        first.completeExceptionally(failure);
        assertTrue(last.isDone());
        assertSame(failure, causeOf(last));
        assertEndedInOrder(2_000);
    }

    @Test
    void a_cancel_goes_through_a_long_chain_to_its_first_stage() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> last = chain(first, LONG);
        assertTrue(last.cancel(true));
        assertTrue(first.isCancelled());
        assertEndedInOrder(LONG);
    }

    @Test
    void a_task_may_complete_the_first_stage_of_a_long_chain() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> last = chain(first, LONG);
        virtually(() -> {
            first.complete(0);
            assertEquals(LONG, last.getNow(-1));
            return done();
        });
    }

    /** Hands on what it has to the next, as the owners of a lock do. */
    @Async
    private CompletableFuture<Integer> handingOn(CompletableFuture<Integer> mine, CompletableFuture<Integer> next) {
        int number = await(mine);
        next.complete(number + 1);
        ends.add(number);
        return CompletableFuture.completedFuture(number);
    }

    @Test
    void bodies_may_complete_what_the_next_awaits_for_as_long_as_they_like() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> end = first;
        List<CompletableFuture<Integer>> bodies = new ArrayList<>();
        for (int i = 0; i < LONG; i++) {
            CompletableFuture<Integer> next = new CompletableFuture<>();
            bodies.add(handingOn(end, next));
            end = next;
        }
        first.complete(0);
        assertEquals(LONG, end.getNow(-1));
        assertEquals(LONG - 1, bodies.get(LONG - 1).getNow(-1));
        assertEquals(LONG, ends.size());
    }

    @Test
    void what_a_body_completes_makes_others_go_on_at_once() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> second = new CompletableFuture<>();
        CompletableFuture<Integer> inner = handingOn(second, new CompletableFuture<>());
        CompletableFuture<Boolean> sees = after(first, () -> second.complete(7) && inner.isDone());
        first.complete(0);
        assertTrue(sees.getNow(false));
    }

    @Test
    void what_is_chained_to_a_future_finds_the_bodies_that_came_later_ended() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> hot = handled(first, 0);
        List<CompletableFuture<Integer>> later = new ArrayList<>();
        CompletableFuture<Boolean> sees = hot.thenApply(it -> later.get(0).isDone());
        later.add(handled(hot, 1)); // a future calls what was chained last first
        first.complete(0);
        assertTrue(sees.getNow(false));
    }

    @Test
    void a_body_that_fails_keeps_no_other_from_going_on() {
        CompletableFuture<Integer> first = new CompletableFuture<>();
        CompletableFuture<Integer> last = chain(first, LONG);
        List<CompletableFuture<Object>> failing = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            failing.add(after(last, () -> {
                throw new StackOverflowError("x");
            }));
        }
        CompletableFuture<Integer> behind = handled(last, LONG);
        first.complete(0);
        assertEquals(LONG + 1, behind.getNow(-1));
        failing.forEach(it -> assertInstanceOf(StackOverflowError.class, causeOf(it)));
    }

    // ---- stages whose cancel throws

    private static final class Uncancellable extends CompletableFuture<String> {
        private final RuntimeException refusal = new IllegalStateException("the connection is closed");

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            throw refusal;
        }
    }

    @Async
    private <T> CompletableFuture<T> passingOn(CompletableFuture<T> stage, String name) {
        try {
            return CompletableFuture.completedFuture(await(stage));
        } catch (CancelledError cancel) {
            log.add(name + " cancelled");
            throw cancel;
        } finally {
            log.add(name + " ended");
        }
    }

    @Test
    void a_cancel_that_the_stage_refuses_is_thrown_into_the_body_and_the_refusal_to_the_caller() {
        Uncancellable stage = new Uncancellable();
        CompletableFuture<String> hot = passingOn(stage, "body");
        assertSame(stage.refusal, assertThrows(IllegalStateException.class, () -> hot.cancel(true)));
        assertEquals(List.of("body cancelled", "body ended"), log);
        assertTrue(hot.isCancelled());
    }

    @Test
    void all_bodies_of_a_chain_end_although_its_first_stage_refuses_the_cancel() {
        Uncancellable stage = new Uncancellable();
        CompletableFuture<String> outer = passingOn(passingOn(stage, "inner"), "outer");
        assertSame(stage.refusal, assertThrows(IllegalStateException.class, () -> outer.cancel(true)));
        assertEquals(List.of("inner cancelled", "inner ended", "outer cancelled", "outer ended"), log);
    }

    @Test
    void on_a_loop_the_same_happens() {
        Uncancellable stage = new Uncancellable();
        virtually(() -> {
            CompletableFuture<String> hot = passingOn(stage, "body");
            assertSame(stage.refusal, assertThrows(IllegalStateException.class, () -> hot.cancel(true)));
            await(sleep(Duration.ZERO));
            return done();
        });
        assertEquals(List.of("body cancelled", "body ended"), log);
    }

    /** Cancels itself through {@code itself}, so that the cancel is pending at the next await. */
    @Async
    private CompletableFuture<String> cancellingItself(
            CompletableFuture<?> first, List<CompletableFuture<String>> itself, CompletableFuture<String> second) {
        await(first);
        itself.get(0).cancel(true);
        try {
            return CompletableFuture.completedFuture(await(second));
        } catch (CancelledError cancel) {
            log.add("cancelled, " + List.of(cancel.getSuppressed()));
            throw cancel;
        }
    }

    @Test
    void a_pending_cancel_is_thrown_at_the_await_and_carries_the_refusal() {
        Uncancellable stage = new Uncancellable();
        List<CompletableFuture<String>> itself = new ArrayList<>();
        itself.add(cancellingItself(gate, itself, stage));
        gate.complete("go");
        assertEquals(List.of("cancelled, [" + stage.refusal + "]"), log);
    }
}
