package dev.fermata.semantics;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.currentTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.run;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A loop on a thread that is somebody else's: here the test's, which makes each call itself. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SAME_THREAD) // with what is before and after each
class GuestLoopsTest {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Does what it is asked for when the test says so. Delayed calls are kept and never made by time. */
    private static final class Host implements GuestHost {
        private final Thread thread = Thread.currentThread();
        final ConcurrentLinkedQueue<Runnable> calls = new ConcurrentLinkedQueue<>();
        final List<Runnable> delayed = new ArrayList<>();

        /** Thrown by a host that has taken a call; null if it throws nothing. */
        @Nullable
        RuntimeException refusal;

        @Override
        public void execute(Runnable tick) {
            calls.add(tick);
            if (refusal != null) {
                throw refusal;
            }
        }

        @Override
        public void executeLater(Runnable tick, long nanos) {
            assertTrue(nanos > 0);
            delayed.add(tick);
        }

        @Override
        public boolean isHostThread() {
            return Thread.currentThread() == thread;
        }

        void makeCall() {
            calls.remove().run();
        }

        void makeCalls() {
            while (!calls.isEmpty()) {
                makeCall();
            }
        }
    }

    private final List<Object> log = new ArrayList<>();
    private final Host host = new Host();
    private final EventLoop loop = EventLoop.guest(host);

    @AfterEach
    void a_closed_guest_loop_runs_no_more() {
        loop.close();
        host.makeCalls();
        assertTrue(loop.isClosed());
        assertNull(EventLoop.runningOrNull());
    }

    @Async
    private Coroutine<Void> noteTwice(String what) {
        log.add(what + 1);
        await(sleep(Duration.ZERO));
        log.add(what + 2);
        return done();
    }

    /** Sleeps, and sleeps again before it lets a cancel go. */
    @Async
    private Coroutine<Void> cleaningUp() {
        try {
            await(sleep(HOUR));
        } catch (CancelledError cancel) {
            await(sleep(Duration.ZERO));
            await(sleep(Duration.ZERO));
            log.add("cleaned up");
            throw cancel;
        }
        return done();
    }

    // ---- iterations

    @Test
    void each_iteration_is_a_call_of_the_host() {
        host.makeCalls();
        loop.createTask(noteTwice("a"));
        loop.createTask(noteTwice("b"));
        assertEquals(1, host.calls.size()); // asked for once
        host.makeCall();
        assertEquals(List.of("a1", "b1"), log);
        host.makeCall();
        assertEquals(List.of("a1", "b1", "a2", "b2"), log);
        assertEquals(1, host.calls.size()); // asked for in case that the step of a does not come back
        host.makeCall();
        assertEquals(0, host.calls.size()); // nothing is left to be done
    }

    @Test
    void a_loop_with_one_task_makes_no_call_too_many() {
        host.makeCalls();
        loop.createTask(noteTwice("a"));
        host.makeCall();
        host.makeCall();
        assertEquals(List.of("a1", "a2"), log);
        assertEquals(0, host.calls.size());
    }

    @Test
    void a_timer_has_a_delayed_call_asked_for_and_one_that_comes_early_does_no_harm() {
        loop.callLater(HOUR, () -> log.add("late"));
        assertEquals(1, host.delayed.size());
        host.makeCalls();
        host.delayed.remove(0).run();
        assertEquals(List.of(), log);
        assertEquals(1, host.delayed.size()); // asked for again
    }

    @Test
    void a_timer_that_is_due_needs_no_delayed_call() {
        loop.callAt(loop.time() - 1, () -> log.add("due"));
        assertEquals(List.of(), host.delayed);
        host.makeCalls();
        assertEquals(List.of("due"), log);
    }

    @Test
    void an_unread_failure_has_its_report_asked_for() {
        loop.setExceptionHandler((where, context) -> log.add(context.exception().getMessage()));
        loop.createTask(() -> {
            throw new IllegalStateException("unread");
        });
        host.makeCalls();
        assertEquals(1, host.delayed.size());
    }

    @Test
    void another_thread_asks_the_host_for_a_call() throws Exception {
        host.makeCalls();
        Foreign.run(() -> loop.callSoonThreadsafe(() -> log.add(Thread.currentThread())));
        assertEquals(1, host.calls.size());
        host.makeCall();
        assertEquals(List.of(Thread.currentThread()), log);
    }

    @Test
    void an_error_that_leaves_a_call_strands_nothing_that_is_ready() {
        OutOfMemoryError failure = new OutOfMemoryError("pretended");
        loop.createTask(() -> {
            throw failure;
        });
        loop.createTask(noteTwice("a"));
        assertSame(failure, assertThrows(OutOfMemoryError.class, host::makeCall));
        host.makeCalls();
        assertEquals(List.of("a1", "a2"), log);
    }

    // ---- whose thread it is

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void a_guest_loop_runs_on_its_hosts_thread_from_the_beginning() {
        assertSame(loop, EventLoop.running());
        createTask(noteTwice("a"));
        host.makeCalls();
        assertEquals(List.of("a1", "a2"), log);
    }

    @Test
    void a_guest_loop_is_not_run_and_none_runs_beside_it() {
        assertThrows(IllegalStateException.class, () -> loop.runUntilComplete(noteTwice("a")));
        assertThrows(IllegalStateException.class, () -> run(noteTwice("a")));
        host.makeCalls();
        assertEquals(List.of(), log);
        assertFalse(loop.isClosed());
    }

    @Test
    void in_debug_mode_other_threads_are_refused() throws Exception {
        loop.setDebug(true);
        loop.callSoon(() -> log.add("own"));
        Foreign.run(() -> assertThrows(IllegalStateException.class, () -> loop.callSoon(() -> log.add("foreign"))));
        host.makeCalls();
        assertEquals(List.of("own"), log);
    }

    @Test
    void a_guest_loop_knows_no_channels() {
        assertThrows(UnsupportedOperationException.class, () -> loop.addReader(null, () -> {}));
    }

    // ---- a call inside of a step

    @Test
    void a_call_inside_of_a_step_runs_the_others_and_the_interrupted_one_stays_current_for_itself() {
        Task<Void> modal = loop.createTask(() -> {
            Task<?> self = currentTask();
            loop.callSoon(() -> log.add(loop.currentTask() == null));
            host.makeCalls(); // as a modal dialog does
            log.add("back");
            assertSame(self, currentTask());
            await(sleep(Duration.ZERO));
            assertSame(self, currentTask());
            return done();
        });
        loop.createTask(noteTwice("a"));
        host.makeCalls();
        assertEquals(List.of("a1", true, "a2", "back"), log);
        assertNull(modal.exception());
    }

    @Test
    void a_call_of_another_guest_inside_of_a_step_leaves_the_step_its_loop() {
        Host hostOfOther = new Host();
        EventLoop other = EventLoop.guest(hostOfOther);
        try {
            other.createTask(() -> done(log.add(EventLoop.running() == other)));
            Task<Void> modal = loop.createTask(() -> {
                Task<?> itself = currentTask();
                hostOfOther.makeCalls(); // as a modal dialog does, for all guests of its thread
                assertSame(loop, EventLoop.running());
                assertSame(itself, currentTask());
                await(createTask(() -> done(log.add("child"))));
                return done();
            });
            host.makeCalls();
            assertNull(modal.exception());
            assertEquals(List.of(true, "child"), log);
        } finally {
            other.close();
        }
        assertSame(loop, EventLoop.running()); // that of the first guest of the thread
    }

    @Test
    void what_is_ready_behind_a_step_that_does_not_come_back_runs_in_a_call_inside_of_it() {
        loop.createTask(() -> {
            host.makeCalls(); // as a modal dialog does; nothing has become ready since the step began
            log.add("back");
            return done();
        });
        loop.createTask(noteTwice("a"));
        host.makeCalls();
        assertEquals(List.of("a1", "a2", "back"), log);
    }

    /** Gives way or sleeps, and fails while the chain unwinds, as code that saves does when the stack overflows. */
    @Async
    private Coroutine<Void> caughtWhileParking(Duration time) {
        try {
            await(new Unlucky(sleep(time), new StackOverflowError("pretended")));
        } catch (StackOverflowError expected) {
            log.add("caught");
        }
        host.makeCalls(); // as a modal dialog does
        log.add("back");
        await(sleep(Duration.ZERO));
        return done();
    }

    @Test
    void a_call_inside_of_a_step_does_not_make_the_step_that_an_error_has_left_in_the_queue() {
        for (Duration time : List.of(Duration.ZERO, Duration.ofNanos(1))) {
            Task<Void> modal = loop.createTask(caughtWhileParking(time));
            loop.createTask(noteTwice("a"));
            host.makeCalls();
            assertEquals(List.of("caught", "a1", "a2", "back"), log);
            assertTrue(modal.done());
            assertNull(modal.exception());
            log.clear();
        }
    }

    @Test
    void timers_are_asked_for_before_a_step_that_does_not_come_back() {
        loop.createTask(sleep(HOUR));
        host.makeCalls();
        Runnable early = host.delayed.remove(0);
        loop.callSoon(() -> log.add(host.delayed.size()));
        early.run(); // what was asked for has come
        assertEquals(List.of(1), log); // and was asked for again while the callback runs
    }

    // ---- a host that fails

    @Async
    private Coroutine<Void> noteAfter(Task<?> task, String what) {
        await(task);
        log.add(what);
        return done();
    }

    @Test
    void a_host_that_refuses_a_call_at_the_end_of_a_task_fails_neither_it_nor_what_awaits_it() {
        Task<Void> task = loop.createTask(noteTwice("a"));
        List<Task<Void>> awaiting =
                List.of(loop.createTask(noteAfter(task, "b")), loop.createTask(noteAfter(task, "c")));
        host.makeCall();
        host.refusal = new IllegalStateException("the host is busy");
        assertSame(host.refusal, assertThrows(IllegalStateException.class, host::makeCall));
        assertNull(task.exception());
        host.refusal = null;
        host.makeCalls();
        assertEquals(List.of("a1", "a2", "b", "c"), log);
        for (Task<Void> each : awaiting) {
            assertNull(each.exception());
        }
    }

    // ---- the end

    @Test
    void closing_cancels_what_is_left_and_waits_for_it() {
        Task<Void> task = loop.createTask(cleaningUp());
        host.makeCalls();
        loop.close();
        assertFalse(loop.isClosed());
        host.makeCalls();
        assertTrue(loop.isClosed());
        assertTrue(task.cancelled());
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void closing_again_does_not_cancel_again() {
        loop.createTask(cleaningUp());
        host.makeCalls();
        loop.close();
        host.makeCall();
        loop.close();
        host.makeCalls();
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void a_close_that_is_refused_on_a_foreign_thread_changes_nothing() throws Exception {
        Task<Void> task = loop.createTask(cleaningUp());
        host.makeCalls();
        loop.setDebug(true);
        String message = Foreign.call(
                () -> assertThrows(IllegalStateException.class, loop::close).getMessage());
        assertTrue(
                message.startsWith("close was called on thread foreign, but the event loop runs on another thread"),
                message);
        assertFalse(task.done());
        loop.close();
        host.makeCalls();
        assertTrue(loop.isClosed());
        assertEquals(List.of("cleaned up"), log);
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void what_is_created_while_a_guest_loop_closes_is_cancelled_too() {
        loop.createTask(() -> {
            try {
                await(sleep(HOUR));
            } finally {
                createTask(cleaningUp());
                await(sleep(Duration.ZERO));
                await(sleep(Duration.ZERO));
            }
            return done();
        });
        host.makeCalls();
        loop.close();
        host.makeCalls();
        assertTrue(loop.isClosed());
        assertEquals(List.of("cleaned up"), log);
    }

    @Test
    void callbacks_of_what_closing_cancels_run() {
        Task<Void> task = loop.createTask(cleaningUp());
        task.addDoneCallback(it -> log.add("done"));
        CompletableFuture<Void> future = task.toCompletableFuture();
        host.makeCalls();
        loop.close();
        host.makeCalls();
        assertEquals(List.of("cleaned up", "done"), log);
        assertTrue(future.isCancelled());
    }

    /** Until {@code condition}, makes the calls that other threads bring. */
    private void makeCallsUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            host.makeCalls();
            Thread.onSpinWait();
        }
    }

    @Test
    void closing_waits_for_calls_in_the_executor_and_runs_what_they_hand_over() {
        CountDownLatch release = new CountDownLatch(1);
        loop.runInExecutor(null, () -> {
                    release.await();
                    return "result";
                })
                .addDoneCallback(it -> log.add(it.result()));
        loop.createTask(cleaningUp());
        host.makeCalls();
        loop.close();
        host.makeCalls();
        assertEquals(List.of("cleaned up"), log);
        assertFalse(loop.isClosed());
        release.countDown();
        makeCallsUntil(loop::isClosed);
        assertEquals(List.of("cleaned up", "result"), log);
    }

    @Test
    void closing_without_tasks_waits_for_calls_too_but_not_for_ever() {
        CountDownLatch never = new CountDownLatch(1);
        loop.setExceptionHandler((where, context) -> log.add(context.message()));
        loop.runInExecutor(null, () -> {
            never.await();
            return null;
        });
        host.makeCalls();
        loop.close();
        host.delayed.clear();
        host.makeCalls();
        loop.callSoon(() -> log.add("still running"));
        host.makeCalls();
        assertFalse(loop.isClosed());
        host.delayed.get(0).run(); // the time is up
        assertTrue(loop.isClosed());
        assertEquals(
                List.of("still running", "The event loop was closed while calls in its executor were still running"),
                log);
        never.countDown();
    }

    @Test
    void failures_of_what_closing_cancels_are_reported() {
        loop.setExceptionHandler((where, context) -> log.add(context.exception().getMessage()));
        loop.createTask(() -> {
            try {
                await(sleep(HOUR));
            } finally {
                throwing();
            }
            return done();
        });
        host.makeCalls();
        loop.close();
        host.makeCalls();
        assertEquals(List.of("in answer"), log);
    }

    private static void throwing() {
        throw new IllegalStateException("in answer");
    }

    @Test
    void a_task_may_close_the_loop_it_runs_on() {
        loop.createTask(() -> {
            loop.close();
            log.add("still here");
            await(sleep(Duration.ZERO));
            log.add("never");
            return done();
        });
        host.makeCalls();
        assertTrue(loop.isClosed());
        assertEquals(List.of("still here"), log);
    }

    @Test
    void calls_that_come_after_the_end_do_nothing() {
        loop.callLater(HOUR, () -> log.add("late"));
        host.makeCalls();
        loop.callSoon(() -> log.add("dropped"));
        loop.close();
        host.makeCalls();
        host.delayed.forEach(Runnable::run);
        assertEquals(List.of(), log);
    }
}
