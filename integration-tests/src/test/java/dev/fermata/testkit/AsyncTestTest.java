package dev.fermata.testkit;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.testkit.Launched.all;
import static dev.fermata.testkit.Launched.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.Deferred;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import dev.fermata.TaskGroup;
import dev.fermata.alongside.Originals;
import dev.fermata.testing.AsyncAfterEach;
import dev.fermata.testing.AsyncBeforeEach;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testkit.Launched.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult.Status;

/** What an async test does and what fails it: each fixture is a class of tests, run by JUnit itself. */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AsyncTestTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final List<String> LOG = new ArrayList<>();

    @BeforeEach
    void clear() {
        LOG.clear();
    }

    // ---- passing

    static class Passing {
        @AsyncTest
        void sleeps_for_an_hour() {
            EventLoop loop = EventLoop.running();
            await(sleep(HOUR));
            LOG.add("hours " + loop.time() / HOUR.toNanos());
        }
    }

    @Test
    void a_test_runs_once_in_virtual_time_and_has_the_name_of_its_method() {
        Outcome outcome = only(Passing.class);
        assertTrue(outcome.passed(), outcome::message);
        assertEquals("sleeps_for_an_hour()", outcome.name());
        assertEquals(List.of("hours 1"), LOG);
    }

    static class RealTime {
        /** Virtual time stands still while anything runs. */
        @AsyncTest(realTime = true)
        void time_goes_on_by_itself() {
            EventLoop loop = EventLoop.running();
            long start = loop.time();
            while (loop.time() == start) {
                Thread.onSpinWait();
            }
            await(sleep(Duration.ofNanos(1)));
            LOG.add("went on");
        }
    }

    @Test
    void time_is_real_where_the_annotation_says_so() {
        assertTrue(only(RealTime.class).passed());
        assertEquals(List.of("went on"), LOG);
    }

    static class Cleaning {
        @AsyncTest
        void starts_tasks_and_ends_them() {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(sleep(HOUR));
                group.createTask(sleep(HOUR));
            }
            Promise<String> promise = createPromise();
            var waiting = createTask(forEver(promise));
            await(sleep(HOUR));
            waiting.cancel();
        }
    }

    @Test
    void what_has_ended_or_was_told_to_end_is_not_left_over() {
        Outcome outcome = only(Cleaning.class);
        assertTrue(outcome.passed(), outcome::message);
    }

    // ---- failing

    static class Failing {
        @AsyncTest
        void compares() {
            await(sleep(HOUR));
            assertEquals(1, await(two()));
        }

        @Async
        private Coroutine<Integer> two() {
            await(sleep(HOUR));
            return done(2);
        }
    }

    @Test
    void a_failure_is_the_bodys_own_and_its_trace_is_that_of_an_ordinary_test() {
        Outcome outcome = only(Failing.class);
        assertEquals(Status.FAILED, outcome.status());
        assertEquals("expected: <1> but was: <2>", outcome.message());
        List<StackTraceElement> trace = Arrays.asList(outcome.failure().getStackTrace());
        StackTraceElement place = trace.stream()
                .filter(it -> it.getClassName().equals(Failing.class.getName()))
                .findFirst()
                .orElseThrow();
        assertEquals("compares", place.getMethodName());
        assertTrue(place.getLineNumber() > 0);
        assertEquals(
                1,
                trace.stream()
                        .filter(it -> it.getClassName().equals(Failing.class.getName()))
                        .count(),
                () -> "the starter shows in " + trace);
        assertTrue(
                trace.stream()
                        .noneMatch(it -> it.getClassName().startsWith("dev.fermata.testing.")
                                && !it.getClassName().startsWith("dev.fermata.testing.AsyncTestExtension")
                                && !it.getClassName().startsWith("dev.fermata.testing.TestRun")),
                trace::toString);
    }

    static class Throwing {
        @AsyncTest
        void throws_a_checked_exception() throws IOException {
            await(sleep(HOUR));
            throw new IOException("gone");
        }
    }

    @Test
    void a_checked_exception_arrives_as_it_is() {
        Outcome outcome = only(Throwing.class);
        assertInstanceOf(IOException.class, outcome.failure());
        assertEquals(Status.FAILED, outcome.status());
    }

    static class Assuming {
        @AsyncTest
        void assumes_what_is_not_so() {
            await(sleep(HOUR));
            Assumptions.assumeTrue(1 == 2, "not today");
        }
    }

    @Test
    void an_assumption_that_does_not_hold_aborts_the_test() {
        Outcome outcome = only(Assuming.class);
        assertEquals(Status.ABORTED, outcome.status());
        assertTrue(outcome.message().contains("not today"));
    }

    static class Cancelling {
        @AsyncTest
        void is_cancelled() {
            await(createTask(cancelled()));
        }

        @Async
        private Coroutine<Void> cancelled() {
            await(sleep(Duration.ZERO));
            throw new CancelledError("by somebody");
        }
    }

    @Test
    void a_cancel_that_leaves_the_body_fails_the_test() {
        Outcome outcome = only(Cancelling.class);
        assertInstanceOf(CancelledError.class, outcome.failure());
        assertEquals(Status.FAILED, outcome.status());
    }

    // ---- deadlock

    @Async
    private static Coroutine<String> forEver(Deferred<String> never) {
        return done(await(never));
    }

    static class Deadlocked {
        @AsyncTest
        void waits_for_what_never_comes() {
            Promise<String> promise = createPromise();
            try {
                await(createTask(forEver(promise), "worker"));
            } finally {
                LOG.add("finally");
            }
        }
    }

    @Test
    void a_deadlock_says_who_waits_for_whom_and_where_and_what_waits_is_cancelled() {
        Outcome outcome = only(Deadlocked.class);
        assertInstanceOf(DeadlockException.class, outcome.failure());
        List<String> lines = outcome.message().lines().map(String::strip).toList();
        assertTrue(lines.contains("task waits_for_what_never_comes waits for task worker"), outcome.message());
        assertTrue(lines.contains("task worker waits for a promise"), outcome.message());
        assertTrue(outcome.message().contains("AsyncTestTest.forEver(AsyncTestTest.java:"), outcome.message());
        assertEquals(List.of("finally"), LOG);
        assertEquals(0, outcome.failure().getSuppressed().length, "the same is not said twice");
    }

    // ---- left over

    @Async
    private static Coroutine<Void> ticking(String name) {
        try {
            while (true) {
                await(sleep(HOUR));
            }
        } finally {
            await(sleep(HOUR));
            LOG.add(name + " stopped");
        }
    }

    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class LeavingOver {
        @AsyncTest
        @Order(1)
        void leaves_two_tasks() {
            createTask(ticking("clock"), "clock");
            createTask(sleep(HOUR), "sleeper");
            await(sleep(Duration.ofMillis(1)));
            LOG.add("body ended");
        }

        @AsyncTest
        @Order(2)
        void is_not_disturbed() {
            LOG.add("next test: " + EventLoop.running().allTasks().size() + " task");
            await(sleep(HOUR.multipliedBy(10)));
        }
    }

    @Test
    void tasks_that_are_left_over_fail_the_test_with_name_and_place_and_are_cancelled_before_the_next() {
        List<Outcome> outcomes = all(LeavingOver.class);
        assertEquals(Status.FAILED, outcomes.get(0).status());
        String message = outcomes.get(0).message();
        List<String> lines = message.lines().map(String::strip).toList();
        assertEquals("2 tasks were left over at the end of the test, and were cancelled:", lines.get(0));
        assertEquals("task clock waits for a sleep", lines.get(1));
        assertTrue(
                lines.get(2).startsWith("at dev.fermata.testkit.AsyncTestTest.ticking(AsyncTestTest.java:"), message);
        assertEquals("task sleeper waits for a sleep", lines.get(3));
        assertTrue(outcomes.get(1).passed(), outcomes.get(1)::message);
        assertEquals(List.of("body ended", "clock stopped", "next test: 1 task"), LOG);
    }

    static class FailingAndLeavingOver {
        @AsyncTest
        void fails() {
            createTask(ticking("clock"));
            await(sleep(Duration.ofMillis(1)));
            Assertions.fail("first");
        }
    }

    @Test
    void what_a_failed_body_leaves_over_is_cancelled_and_not_mentioned() {
        Outcome outcome = only(FailingAndLeavingOver.class);
        assertEquals("first", outcome.message());
        assertEquals(0, outcome.failure().getSuppressed().length);
        assertEquals(List.of("clock stopped"), LOG);
    }

    static class Stubborn {
        @AsyncTest
        void leaves_what_cannot_end() {
            createTask(stubborn(createPromise()), "stubborn");
            await(sleep(HOUR));
        }

        @Async
        private Coroutine<Void> stubborn(Promise<Void> never) {
            try {
                await(sleep(HOUR.multipliedBy(2)));
            } finally {
                await(never);
            }
            return done();
        }
    }

    @Test
    void what_does_not_end_when_it_is_cancelled_is_said_too() {
        Outcome outcome = only(Stubborn.class);
        assertTrue(outcome.message().startsWith("1 task was left over"), outcome.message());
        Throwable other = outcome.failure().getSuppressed()[0];
        assertEquals("What was left over did not end", other.getMessage());
        assertInstanceOf(DeadlockException.class, other.getCause());
    }

    // ---- unread failures

    @Async
    private static Coroutine<Void> failing(String message) {
        await(sleep(Duration.ofMillis(1)));
        throw new IllegalStateException(message);
    }

    static class Unread {
        @AsyncTest
        void does_not_look() {
            createTask(failing("first"), "one");
            createTask(failing("second"), "two");
            await(sleep(Duration.ofMillis(10)));
        }
    }

    @Test
    void failures_that_nobody_read_fail_the_test() {
        Outcome outcome = only(Unread.class);
        assertEquals(Status.FAILED, outcome.status());
        assertEquals(
                "task one failed, and its failure was never read. Await it, or call result() or exception()",
                outcome.message());
        assertEquals("first", outcome.failure().getCause().getMessage());
        Throwable other = outcome.failure().getSuppressed()[0];
        assertTrue(other.getMessage().startsWith("task two failed, "), other::toString);
        assertEquals("second", other.getCause().getMessage());
    }

    static class UnreadAndFailing {
        @AsyncTest
        void fails_itself() {
            createTask(failing("unread"));
            await(sleep(HOUR));
            Assertions.fail("itself");
        }
    }

    @Test
    void they_are_suppressed_in_the_bodys_own_failure() {
        Outcome outcome = only(UnreadAndFailing.class);
        assertEquals("itself", outcome.message());
        assertEquals(1, outcome.failure().getSuppressed().length);
        assertEquals("unread", outcome.failure().getSuppressed()[0].getCause().getMessage());
    }

    static class FailingCallback {
        @AsyncTest
        void has_a_callback_that_fails() {
            EventLoop.running().callSoon(() -> {
                throw new IllegalStateException("in a callback");
            });
            await(sleep(Duration.ofMillis(1)));
        }
    }

    @Test
    void a_callback_that_fails_fails_the_test() {
        Outcome outcome = only(FailingCallback.class);
        assertEquals("in a callback", outcome.failure().getCause().getMessage());
    }

    static class FailingWhenCancelled {
        @AsyncTest
        void leaves_one_that_fails_when_it_is_cancelled() {
            createTask(failingLate());
            await(sleep(Duration.ofMillis(1)));
        }

        @Async
        private Coroutine<Void> failingLate() {
            try {
                await(sleep(HOUR));
            } finally {
                LOG.add("cancelled");
                if (!LOG.isEmpty()) {
                    throw new IllegalStateException("late");
                }
            }
            return done();
        }
    }

    @Test
    void what_fails_while_it_is_cancelled_at_the_end_is_said_too() {
        Outcome outcome = only(FailingWhenCancelled.class);
        assertTrue(outcome.message().startsWith("1 task was left over"), outcome.message());
        assertEquals("late", outcome.failure().getSuppressed()[0].getCause().getMessage());
    }

    // ---- before and after

    static class AroundAsync {
        private Promise<String> promise;

        @BeforeEach
        void before() {
            LOG.add("before");
        }

        @AsyncBeforeEach
        void asyncBefore() {
            promise = createPromise();
            createTask(setting(), "setter");
            await(sleep(HOUR));
            LOG.add("async before at " + EventLoop.running().time() / HOUR.toNanos());
        }

        @Async
        private Coroutine<Void> setting() {
            await(sleep(HOUR.multipliedBy(2)));
            promise.setResult("set");
            try {
                await(sleep(HOUR.multipliedBy(100)));
            } catch (CancelledError cancel) {
                LOG.add("setter cancelled");
                throw cancel;
            }
            return done();
        }

        @AsyncTest
        void test() {
            LOG.add(await(promise) + " at " + EventLoop.running().time() / HOUR.toNanos());
        }

        @AsyncAfterEach
        void asyncAfter() {
            EventLoop.running().allTasks().stream()
                    .filter(it -> it.getName().equals("setter"))
                    .forEach(it -> it.cancel());
            await(sleep(Duration.ZERO));
            LOG.add("async after at " + EventLoop.running().time() / HOUR.toNanos());
        }

        @AfterEach
        void after() {
            LOG.add("after");
        }
    }

    @Test
    void what_runs_before_and_after_shares_the_tests_loop() {
        Outcome outcome = only(AroundAsync.class);
        assertTrue(outcome.passed(), outcome::message);
        assertEquals(
                List.of("async before at 1", "set at 2", "setter cancelled", "async after at 2"),
                LOG.stream()
                        .filter(it -> !it.equals("before") && !it.equals("after"))
                        .toList());
        assertTrue(LOG.containsAll(List.of("before", "after")));
    }

    static class FailingBefore {
        @AsyncBeforeEach
        void before() {
            await(sleep(HOUR));
            Assertions.fail("before");
        }

        @AsyncTest
        void test() {
            LOG.add("test");
        }

        @AsyncAfterEach
        void after() {
            await(sleep(HOUR));
            LOG.add("after");
            Assertions.fail("after");
        }
    }

    @Test
    void a_failure_before_keeps_the_test_from_running_and_what_comes_after_runs() {
        Outcome outcome = only(FailingBefore.class);
        assertEquals("before", outcome.message());
        assertEquals("after", outcome.failure().getSuppressed()[0].getMessage());
        assertEquals(List.of("after"), LOG);
    }

    static class BeforeAnOrdinaryOne {
        @AsyncBeforeEach
        void before() {
            await(sleep(HOUR));
            LOG.add("before");
        }

        @Test
        void ordinary() {
            LOG.add("test");
        }
    }

    @Test
    void what_runs_before_an_ordinary_test_has_a_loop_of_its_own() {
        assertTrue(only(BeforeAnOrdinaryOne.class).passed());
        assertEquals(List.of("before", "test"), LOG);
    }

    // ---- misuse

    static class NotWoven {
        @AsyncTest
        void test() {
            LOG.add("ran");
        }
    }

    @Test
    void a_test_that_was_not_woven_fails_and_says_so_even_if_it_awaits_nothing() {
        Outcome outcome = only(Originals.of(NotWoven.class));
        assertEquals(Status.FAILED, outcome.status());
        assertTrue(outcome.message().startsWith(NotWoven.class.getName() + ".test: "), outcome.message());
        assertTrue(outcome.message().contains("test-weave"), outcome.message());
        assertTrue(outcome.message().contains("[fermata:not-woven, "), outcome.message());
        assertTrue(only(NotWoven.class).passed());
        assertEquals(List.of("ran"), LOG);
    }

    static class NotWovenBefore {
        @AsyncBeforeEach
        void before() {
            LOG.add("before");
        }

        @AsyncTest
        void test() {
            LOG.add("ran");
        }
    }

    @Test
    void what_runs_before_it_likewise() {
        Outcome outcome = only(Originals.of(NotWovenBefore.class));
        assertTrue(outcome.message().startsWith(NotWovenBefore.class.getName() + ".before: "), outcome.message());
        assertEquals(List.of(), LOG);
    }

    static class Base {
        @AsyncTest
        void test() {
            await(sleep(HOUR));
            LOG.add("base");
        }
    }

    static class CallingAnother extends Base {
        @Override
        @AsyncTest
        void test() {
            super.test();
        }
    }

    @Test
    void a_test_that_calls_another_is_told_what_to_do_instead() {
        Outcome outcome = only(CallingAnother.class);
        assertInstanceOf(IllegalStateException.class, outcome.failure());
        assertTrue(outcome.message().contains("into an @Async method, and await that"), outcome.message());
    }
}
