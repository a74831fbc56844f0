package dev.fermata.semantics;

import static dev.fermata.Asyncio.FOREVER;
import static dev.fermata.Asyncio.asCompleted;
import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitUntil;
import static dev.fermata.harness.VirtualTime.virtually;
import static dev.fermata.semantics.Attempt.failureOf;
import static java.util.stream.Collectors.toList;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.Handle;
import dev.fermata.Promise;
import dev.fermata.ReturnWhen;
import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import dev.fermata.TimerHandle;
import dev.fermata.testing.AsyncTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** In which order things run. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class SchedulingTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final List<Object> log = new ArrayList<>();

    @Async
    private Coroutine<Void> note(Object what) {
        log.add(what);
        return done();
    }

    @Async
    private Coroutine<Void> noteTwice(String what) {
        log.add(what + 1);
        await(sleep(Duration.ZERO));
        log.add(what + 2);
        return done();
    }

    @AsyncTest
    void tasks_and_callbacks_run_in_the_order_in_which_they_were_added() {
        EventLoop loop = EventLoop.running();
        loop.callSoon(() -> log.add("a"));
        createTask(note("b"));
        loop.callSoon(() -> log.add("c"));
        createTask(() -> note("d"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("a", "b", "c", "d"), log);
    }

    @AsyncTest
    void a_threadsafe_call_from_the_own_thread_keeps_its_place() {
        EventLoop loop = EventLoop.running();
        loop.callSoon(() -> log.add("a"));
        loop.callSoonThreadsafe(() -> log.add("b"));
        loop.callSoon(() -> log.add("c"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("a", "b", "c"), log);
    }

    @AsyncTest
    void what_is_added_during_an_iteration_runs_in_the_next_one() {
        EventLoop loop = EventLoop.running();
        loop.callSoon(() -> {
            log.add("first");
            loop.callSoon(() -> log.add("added"));
        });
        loop.callSoon(() -> log.add("second"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("first", "second"), log);
        await(sleep(Duration.ZERO));
        assertEquals(List.of("first", "second", "added"), log);
    }

    @Test
    void a_callback_that_adds_itself_does_not_starve_timers() {
        run(() -> {
            EventLoop loop = EventLoop.running();
            Runnable[] again = new Runnable[1];
            boolean[] stop = new boolean[1];
            again[0] = () -> {
                if (!stop[0]) {
                    loop.callSoon(again[0]);
                }
            };
            loop.callSoon(again[0]);
            await(sleep(Duration.ofMillis(1)));
            stop[0] = true;
            return done();
        });
    }

    @AsyncTest
    void a_cancelled_callback_does_not_run() {
        Handle handle = EventLoop.running().callSoon(() -> log.add("cancelled"));
        assertFalse(handle.cancelled());
        handle.cancel();
        assertTrue(handle.cancelled());
        await(sleep(Duration.ZERO));
        assertEquals(List.of(), log);
    }

    @Test
    void a_threadsafe_call_is_cancelled_by_the_thread_that_handed_it_over() throws Exception {
        virtually(() -> {
            EventLoop loop = EventLoop.running();
            loop.setDebug(true);
            Foreign.run(() -> {
                Handle cancelled = loop.callSoonThreadsafe(() -> log.add("cancelled"));
                loop.callSoonThreadsafe(() -> log.add("not cancelled"));
                cancelled.cancel();
                log.add(cancelled.cancelled());
            });
            await(sleep(SECOND));
            return done();
        });
        assertEquals(List.of(true, "not cancelled"), log);
    }

    @AsyncTest
    void a_callback_is_cancelled_by_an_earlier_one_of_its_iteration() {
        EventLoop loop = EventLoop.running();
        Handle[] second = new Handle[1];
        loop.callSoon(() -> second[0].cancel());
        second[0] = loop.callSoon(() -> log.add("cancelled"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void timers_that_fall_due_together_fire_in_the_order_in_which_they_were_set() {
        EventLoop loop = EventLoop.running();
        for (int i = 0; i < 100; i++) {
            int number = i;
            loop.callLater(SECOND, () -> log.add(number));
        }
        await(sleep(SECOND.multipliedBy(2)));
        assertEquals(IntStream.range(0, 100).boxed().collect(toList()), log);
    }

    @AsyncTest
    void timers_fire_in_the_order_of_their_times() {
        EventLoop loop = EventLoop.running();
        for (int i : new int[] {5, 1, 4, 2, 3}) {
            loop.callLater(SECOND.multipliedBy(i), () -> log.add(i));
        }
        await(sleep(SECOND.multipliedBy(6)));
        assertEquals(List.of(1, 2, 3, 4, 5), log);
    }

    @AsyncTest
    void sleeps_that_end_together_end_in_the_order_in_which_they_began() {
        for (int i = 0; i < 20; i++) {
            int number = i;
            createTask(() -> {
                await(sleep(SECOND));
                log.add(number);
                return done();
            });
        }
        await(sleep(SECOND.multipliedBy(2)));
        assertEquals(IntStream.range(0, 20).boxed().collect(toList()), log);
    }

    @AsyncTest
    void a_timer_of_the_past_fires_in_the_next_iteration() {
        EventLoop loop = EventLoop.running();
        loop.callAt(loop.time() - 1, () -> log.add("past"));
        loop.callSoon(() -> loop.callSoon(() -> log.add("next but one")));
        await(sleep(Duration.ZERO));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("past", "next but one"), log);
    }

    @AsyncTest
    void a_negative_delay_is_over_before_none() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ZERO, () -> log.add("zero"));
        loop.callLater(Duration.ofNanos(-1), () -> log.add("a little less"));
        loop.callLater(Duration.ofSeconds(-1), () -> log.add("less"));
        loop.callLater(FOREVER.negated(), () -> log.add("least"));
        await(sleep(SECOND));
        assertEquals(
                -SECOND.toNanos(),
                loop.callLater(SECOND.multipliedBy(-2), () -> {}).when());
        assertEquals(List.of("least", "less", "a little less", "zero"), log);
    }

    @AsyncTest
    void a_negative_limit_is_over_before_none() {
        Promise<Void> never = createPromise();
        Duration[] limits = {Duration.ZERO, SECOND.negated()};
        for (Duration limit : limits) {
            createTask(() -> {
                await(waitUntil(ReturnWhen.ALL_COMPLETED, List.of(never), limit));
                log.add("waited " + limit);
                return done();
            });
        }
        await(sleep(SECOND));
        for (Duration limit : limits) {
            var next = asCompleted(List.of(never), limit).next();
            createTask(() -> {
                log.add(await(failureOf(next)).getMessage() + " " + limit);
                return done();
            });
        }
        await(sleep(SECOND));
        assertEquals(
                List.of(
                        "waited PT-1S",
                        "waited PT0S",
                        "timed out: not all tasks ended within the limit PT-1S",
                        "timed out: not all tasks ended within the limit PT0S"),
                log);
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // what is wrong here waits for ever
    void a_timer_of_the_farthest_past_does_not_stop_a_loop_in_real_time() {
        run(() -> {
            Promise<Void> due = createPromise();
            EventLoop.running().callAt(Long.MIN_VALUE, () -> due.setResult(null));
            await(due);
            return done();
        });
    }

    @AsyncTest
    void a_timer_that_is_due_runs_behind_what_was_ready_before() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ZERO, () -> log.add("timer"));
        loop.callSoon(() -> log.add("soon"));
        await(sleep(Duration.ZERO));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("soon", "timer"), log);
    }

    @AsyncTest
    void a_cancelled_timer_does_not_fire() {
        EventLoop loop = EventLoop.running();
        Handle timer = loop.callLater(SECOND, () -> log.add("cancelled"));
        loop.callLater(SECOND, () -> log.add("kept"));
        timer.cancel();
        timer.cancel();
        await(sleep(SECOND.multipliedBy(2)));
        assertEquals(List.of("kept"), log);
    }

    @AsyncTest
    void a_timer_is_cancelled_by_one_that_fires_together_with_it() {
        EventLoop loop = EventLoop.running();
        Handle[] second = new Handle[1];
        loop.callLater(SECOND, () -> second[0].cancel());
        second[0] = loop.callLater(SECOND, () -> log.add("cancelled"));
        await(sleep(SECOND.multipliedBy(2)));
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void a_timer_tells_when_it_is_due() {
        EventLoop loop = EventLoop.running();
        assertEquals(
                loop.time() + 1_000_000_000, loop.callLater(SECOND, () -> {}).when());
    }

    @AsyncTest
    void awaiting_a_promise_that_is_done_does_not_yield() {
        Promise<String> promise = createPromise();
        promise.setResult("there");
        EventLoop.running().callSoon(() -> log.add("other"));
        assertEquals("there", await(promise));
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void awaiting_a_task_that_is_done_does_not_yield() {
        Task<String> task = createTask(() -> done("there"));
        await(sleep(Duration.ZERO));
        EventLoop.running().callSoon(() -> log.add("other"));
        assertEquals("there", await(task));
        assertEquals("there", await(task));
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void awaiting_a_coroutine_does_not_by_itself_suspend() {
        EventLoop.running().callSoon(() -> log.add("other"));
        await(note("coroutine"));
        await(done());
        assertEquals(List.of("coroutine"), log);
    }

    @AsyncTest
    void a_coroutine_runs_in_the_task_that_awaits_it() {
        Task<?> self = currentTask();
        Coroutine<Void> coroutine = noteTask();
        await(coroutine);
        assertEquals(List.of(self, self), log);
    }

    @Async
    private Coroutine<Void> noteTask() {
        log.add(currentTask());
        await(sleep(Duration.ZERO));
        log.add(currentTask());
        return done();
    }

    @AsyncTest
    void calling_an_async_method_runs_nothing() {
        Coroutine<Void> coroutine = note("ran");
        await(sleep(SECOND));
        assertEquals(List.of(), log);
        coroutine.close();
    }

    @AsyncTest
    void sleep_of_zero_yields_exactly_one_iteration() {
        createTask(noteTwice("a"));
        createTask(noteTwice("b"));
        EventLoop.running().callSoon(() -> log.add("c"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("a1", "b1", "c"), log);
        await(sleep(Duration.ZERO));
        assertEquals(List.of("a1", "b1", "c", "a2", "b2"), log);
    }

    @AsyncTest
    void sleep_of_a_negative_time_is_one_of_zero() {
        EventLoop loop = EventLoop.running();
        long before = loop.time();
        loop.callSoon(() -> log.add("other"));
        await(sleep(Duration.ofSeconds(-1)));
        assertEquals(List.of("other"), log);
        assertEquals(before, loop.time());
    }

    @AsyncTest
    void a_sleep_takes_one_iteration_more_than_its_timer() {
        EventLoop loop = EventLoop.running();
        loop.callLater(SECOND, () -> {
            log.add("timer");
            loop.callSoon(() -> log.add("after the timer"));
        });
        await(sleep(SECOND));
        // As asyncio's: its timer sets a future, whose waiter is woken in the iteration after.
        assertEquals(List.of("timer", "after the timer"), log);
    }

    @AsyncTest
    void sleep_gives_its_result() {
        assertEquals("result", await(sleep(SECOND, "result")));
        assertEquals("result", await(sleep(Duration.ZERO, "result")));
        assertNull(await(sleep(SECOND)));
    }

    @AsyncTest
    void tasks_take_turns() {
        await(gather(createTask(noteTwice("a")), createTask(noteTwice("b")), createTask(noteTwice("c"))));
        assertEquals(List.of("a1", "b1", "c1", "a2", "b2", "c2"), log);
    }

    @AsyncTest
    void awaiters_of_a_promise_go_on_in_the_order_in_which_they_came() {
        Promise<String> promise = createPromise();
        for (int i = 0; i < 5; i++) {
            int number = i;
            createTask(() -> {
                log.add(number + await(promise));
                return done();
            });
        }
        await(sleep(Duration.ZERO));
        promise.setResult("!");
        assertEquals(List.of(), log); // nobody runs inside the call that completes
        await(sleep(Duration.ZERO));
        assertEquals(List.of("0!", "1!", "2!", "3!", "4!"), log);
    }

    @AsyncTest
    void awaiters_and_done_callbacks_are_told_in_one_order() {
        Promise<Void> promise = createPromise();
        promise.addDoneCallback(it -> log.add("callback 1"));
        createTask(() -> {
            await(promise);
            log.add("task");
            return done();
        });
        await(sleep(Duration.ZERO));
        promise.addDoneCallback(it -> log.add("callback 2"));
        promise.setResult(null);
        await(sleep(Duration.ZERO));
        assertEquals(List.of("callback 1", "task", "callback 2"), log);
    }

    @AsyncTest
    void the_awaiter_of_a_task_goes_on_in_the_iteration_after_its_end() {
        EventLoop loop = EventLoop.running();
        Task<String> task = createTask(() -> {
            loop.callSoon(() -> log.add("added by the task"));
            return done("result");
        });
        loop.callSoon(() -> log.add("added before"));
        assertEquals("result", await(task));
        assertEquals(List.of("added before", "added by the task"), log);
    }

    @AsyncTest
    void an_eager_task_makes_its_first_step_inside_the_call() {
        Task<?> self = currentTask();
        Task<Void> eager = EventLoop.running().createTask(noteTwice("e"), "eager", true);
        assertEquals(List.of("e1"), log);
        assertSame(self, currentTask());
        assertFalse(eager.done());
        await(eager);
        assertEquals(List.of("e1", "e2"), log);
        Task<Void> short_ = EventLoop.running().createTask(note("s"), "short", true);
        assertTrue(short_.done());
        assertFalse(EventLoop.running().allTasks().contains(short_));
    }

    @AsyncTest
    void a_callback_has_no_current_task() {
        EventLoop.running().callSoon(() -> log.add(currentTask() == null));
        await(sleep(Duration.ZERO));
        assertEquals(List.of(true), log);
    }

    @AsyncTest
    void a_callback_that_throws_goes_to_the_exception_handler_and_the_loop_goes_on() {
        EventLoop loop = EventLoop.running();
        List<ExceptionHandler.Context> reported = new ArrayList<>();
        loop.setExceptionHandler((where, context) -> reported.add(context));
        IllegalArgumentException failure = new IllegalArgumentException("callback");
        Handle handle = loop.callSoon(() -> {
            throw failure;
        });
        loop.callSoon(() -> log.add("next"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("next"), log);
        assertEquals(1, reported.size());
        assertSame(failure, reported.get(0).exception());
        assertSame(handle, reported.get(0).source());
    }

    @AsyncTest
    void a_timer_that_throws_goes_to_the_exception_handler() {
        EventLoop loop = EventLoop.running();
        loop.setExceptionHandler((where, context) -> log.add(context.exception()));
        AssertionError failure = new AssertionError("an Error, but none of the machine's");
        loop.callLater(SECOND, () -> {
            throw failure;
        });
        await(sleep(SECOND));
        assertEquals(List.of(failure), log);
    }

    @AsyncTest
    void an_exception_handler_that_throws_does_not_stop_the_loop() {
        EventLoop loop = EventLoop.running();
        loop.setExceptionHandler((where, context) -> {
            log.add("handled");
            throw new IllegalStateException("the handler of a test fails on purpose");
        });
        loop.callSoon(() -> {
            throw new IllegalArgumentException();
        });
        loop.callSoon(() -> log.add("next"));
        await(sleep(Duration.ZERO));
        assertEquals(List.of("handled", "next"), log);
    }

    @AsyncTest
    void a_policy_chooses_among_what_is_ready() {
        EventLoop loop = EventLoop.running();
        loop.setSchedulePolicy(new SchedulePolicy() {
            @Override
            public int next(int ready) {
                return ready - 1;
            }
        });
        for (String name : List.of("a", "b", "c")) {
            loop.callSoon(() -> {
                log.add(name);
                loop.callSoon(() -> log.add(name + " next"));
            });
        }
        await(sleep(SECOND));
        assertEquals(List.of("c", "b", "a", "a next", "b next", "c next"), log);
    }

    @AsyncTest
    void a_policy_may_leave_what_is_ready_for_the_next_iteration() {
        EventLoop loop = EventLoop.running();
        loop.setSchedulePolicy(new SchedulePolicy() {
            private int asked;

            @Override
            public int next(int ready) {
                asked++;
                return asked == 2 ? LATER : asked == 3 ? 2 : 0;
            }
        });
        for (String name : List.of("a", "b", "c")) {
            loop.callSoon(() -> {
                log.add(name);
                loop.callSoon(() -> log.add(name + " next"));
            });
        }
        await(sleep(SECOND));
        assertEquals(List.of("a", "a next", "b", "c", "b next", "c next"), log);
    }

    @Test
    void a_policy_that_chooses_nothing_there_is_told_so() {
        assertThrows(
                IndexOutOfBoundsException.class,
                () -> virtually(() -> {
                    EventLoop.running().setSchedulePolicy(new SchedulePolicy() {
                        @Override
                        public int next(int ready) {
                            EventLoop.running().setSchedulePolicy(null);
                            return ready;
                        }
                    });
                    await(sleep(Duration.ZERO));
                    return done();
                }));
    }

    @Test
    void tasks_are_listed_in_the_order_of_their_creation_until_they_end() {
        virtually(() -> {
            Task<?> main = currentTask();
            Task<Void> first = createTask(sleep(SECOND), "first");
            Task<Void> second = createTask(sleep(SECOND.multipliedBy(2)), "second");
            EventLoop loop = EventLoop.running();
            assertEquals(List.of(main, first, second), loop.allTasks());
            await(first);
            assertEquals(List.of(main, second), loop.allTasks());
            return done();
        });
    }

    @Test
    void the_loop_holds_a_task_that_nobody_else_does() {
        virtually(() -> {
            createTask(
                    () -> {
                        await(createPromise()); // which only the task itself refers to
                        return done();
                    },
                    "forgotten");
            await(sleep(Duration.ZERO));
            System.gc();
            assertEquals("forgotten", EventLoop.running().allTasks().get(1).getName());
            return done();
        });
    }

    @Test
    void a_task_is_named_by_its_number_or_as_it_is_told() {
        virtually(() -> {
            assertEquals("Task-1", currentTask().getName());
            Task<Void> second = createTask(note("x"));
            assertEquals("Task-2", second.getName());
            second.setName("renamed");
            assertEquals("renamed", second.getName());
            assertEquals("task renamed (pending)", second.toString());
            await(second);
            assertEquals("task renamed (done)", second.toString());
            return done();
        });
    }

    @Test
    void a_timer_can_be_cancelled_after_its_loop_was_closed() {
        EventLoop loop = EventLoop.virtualTime();
        TimerHandle timer = loop.callLater(SECOND, () -> log.add("fired"));
        Task<Void> sleeper = loop.createTask(sleep(SECOND));
        loop.runUntilComplete(sleep(Duration.ZERO));
        loop.close();
        timer.cancel();
        assertTrue(timer.cancelled());
        assertTrue(sleeper.cancel());
        assertEquals(List.of(), log);
    }

    @AsyncTest
    void done_callbacks_never_run_inside_the_call_that_completes() {
        Promise<String> promise = createPromise();
        promise.addDoneCallback(it -> log.add(it.result()));
        promise.setResult("told");
        promise.addDoneCallback(it -> log.add("told late"));
        assertEquals(List.of(), log);
        await(sleep(Duration.ZERO));
        assertEquals(List.of("told", "told late"), log);
    }

    @AsyncTest
    void a_done_callback_that_throws_goes_to_the_exception_handler_and_the_next_one_runs() {
        EventLoop.running().setExceptionHandler((loop, context) -> log.add(context.exception()));
        Promise<String> promise = createPromise();
        StackOverflowError failure = new StackOverflowError("pretended");
        promise.addDoneCallback(it -> {
            throw failure;
        });
        promise.addDoneCallback(it -> log.add("next"));
        promise.setResult("x");
        await(sleep(Duration.ZERO));
        assertEquals(List.of(failure, "next"), log);
    }

    @AsyncTest
    void a_done_callback_that_was_removed_is_not_called_however_often_it_was_added() {
        Promise<String> promise = createPromise();
        Consumer<Deferred<String>> callback = it -> log.add("removed");
        promise.addDoneCallback(callback);
        assertEquals(1, promise.removeDoneCallback(callback));
        promise.addDoneCallback(callback);
        promise.addDoneCallback(it -> log.add("kept"));
        promise.addDoneCallback(callback);
        assertEquals(2, promise.removeDoneCallback(callback));
        assertEquals(0, promise.removeDoneCallback(callback));
        promise.setResult("x");
        await(sleep(Duration.ZERO));
        assertEquals(List.of("kept"), log);
    }

    @Test
    void what_is_added_during_an_iteration_runs_after_channels_were_polled() throws IOException {
        Pipe pipe = Pipe.open();
        pipe.source().configureBlocking(false);
        run(
                () -> {
                    EventLoop loop = EventLoop.running();
                    loop.addReader(pipe.source(), () -> {
                        log.add("readable");
                        loop.removeReader(pipe.source());
                    });
                    loop.callSoon(() -> {
                        write(pipe.sink());
                        loop.callSoon(() -> log.add("added"));
                    });
                    await(sleep(Duration.ZERO));
                    await(sleep(Duration.ZERO));
                    await(sleep(Duration.ZERO));
                    return done();
                },
                EventLoop::create);
        // asyncio too puts what its poll has found behind what is ready
        assertEquals(List.of("added", "readable"), log);
        pipe.sink().close();
        pipe.source().close();
    }

    private static void write(Pipe.SinkChannel sink) {
        try {
            sink.write(ByteBuffer.allocate(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AsyncTest
    void the_most_negative_delay_is_over_first() {
        EventLoop loop = EventLoop.running();
        loop.callLater(Duration.ZERO, () -> log.add("none"));
        loop.callLater(Duration.ofSeconds(-1), () -> log.add("a second ago"));
        loop.callLater(Duration.ofSeconds(Long.MIN_VALUE), () -> log.add("farthest"));
        await(sleep(Duration.ofMillis(1)));
        assertEquals(List.of("farthest", "a second ago", "none"), log);
    }
}
