package dev.fermata.testkit;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.ExceptionHandler;
import dev.fermata.ExceptionHandler.Kind;
import dev.fermata.Promise;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncAfterEach;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.AsyncTests;
import dev.fermata.testing.Explore;
import dev.fermata.testing.Explorer;
import dev.fermata.testkit.Launched.Outcome;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a failed test prints: each thing once, and nothing of Fermata's. Frames of JUnit and of the JDK, which JUnit trims
 * or not, are left out of the comparison, and so are line numbers.
 */
@SuppressWarnings("fermata:task-dropped") // these tasks only have to run
class FailureTextTest {
    private static final String UNREAD =
            " failed, and its failure was never read. Await it, or call result() or exception()\n";
    private static final String FAILING = "\tat dev.fermata.testkit.FailureTextTest.failing(FailureTextTest.java)\n";
    private static final Duration MOMENT = Duration.ofMillis(1);

    private static String printed(Class<?> fixture) {
        List<Outcome> outcomes = Launched.all(fixture);
        StringWriter text = new StringWriter();
        outcomes.get(outcomes.size() - 1).failure().printStackTrace(new PrintWriter(text));
        return text.toString()
                .lines()
                .filter(it -> !it.matches("\\s*(at java\\.base/.*|at org\\.junit\\..*|\\.\\.\\. \\d+ more)"))
                .map(it -> it.replaceAll("(FailureTextTest|AsyncTests|Explorer)\\.java:\\d+", "$1.java") + "\n")
                .collect(Collectors.joining())
                .replace(FailureTextTest.class.getName() + "$", "");
    }

    @Async
    private static Coroutine<Void> failing(String message) {
        await(sleep(MOMENT));
        throw new IllegalStateException(message);
    }

    // ---- failures that nobody has read

    static class Unread {
        @AsyncTest
        void test() {
            createTask(failing("first"), "one");
            createTask(failing("second"), "two");
            await(sleep(Duration.ofHours(1)));
        }
    }

    @Test
    void each_unread_failure_is_the_cause_of_a_sentence_without_frames() {
        assertEquals(
                "java.lang.AssertionError: task one" + UNREAD
                        + "\tSuppressed: java.lang.AssertionError: task two" + UNREAD
                        + "\tCaused by: java.lang.IllegalStateException: second\n\t" + FAILING
                        + "Caused by: java.lang.IllegalStateException: first\n" + FAILING,
                printed(Unread.class));
    }

    static class UnreadPromise {
        @AsyncTest
        void test() {
            await(sleep(MOMENT));
            createPromise().setException(new IOException("promised"));
            await(sleep(Duration.ofHours(1)));
        }
    }

    @Test
    void an_exception_that_was_never_thrown_has_no_frames_of_the_loop() {
        assertEquals("java.lang.AssertionError: a promise" + UNREAD + """
                Caused by: java.io.IOException: promised
                	at UnreadPromise.test(FailureTextTest.java)
                """, printed(UnreadPromise.class));
    }

    static class BodyAndTask {
        @AsyncTest
        void test() {
            createTask(failing("of the task"), "one");
            await(sleep(Duration.ofHours(1)));
            fail("of the body");
        }
    }

    @Test
    void what_else_has_failed_is_below_the_failure_of_the_body() {
        assertEquals(
                """
                org.opentest4j.AssertionFailedError: of the body
                	at BodyAndTask.test(FailureTextTest.java)
                	Suppressed: java.lang.AssertionError: task one""" + UNREAD + "\tCaused by: java.lang.IllegalStateException: of the task\n\t" + FAILING,
                printed(BodyAndTask.class));
    }

    @Async
    private static Coroutine<Void> passingOn(Promise<Void> promise) {
        return done(await(promise));
    }

    static class BodyAndTaskWithTheSame {
        @AsyncTest
        void test() throws Exception {
            Promise<Void> promise = createPromise();
            createTask(passingOn(promise), "one");
            await(sleep(MOMENT));
            promise.setException(new IllegalStateException("shared"));
            try {
                await(promise);
            } catch (IllegalStateException e) {
                throw new IOException("wrapped", e);
            }
        }
    }

    @Test
    void an_exception_that_the_body_has_thrown_is_not_told_again_as_that_of_a_task() {
        assertEquals("""
                java.io.IOException: wrapped
                	at BodyAndTaskWithTheSame.test(FailureTextTest.java)
                Caused by: java.lang.IllegalStateException: shared
                	at BodyAndTaskWithTheSame.test(FailureTextTest.java)
                """, printed(BodyAndTaskWithTheSame.class));
    }

    static class TasksWithTheSame {
        @AsyncTest
        void test() {
            Promise<Void> promise = createPromise();
            createTask(passingOn(promise), "one");
            createTask(passingOn(promise), "two");
            await(sleep(MOMENT));
            promise.setException(new IllegalStateException("shared"));
            await(sleep(Duration.ofHours(1)));
        }
    }

    @Test
    void an_exception_of_two_tasks_is_told_once() {
        String text = printed(TasksWithTheSame.class);
        assertEquals(1, text.split("IllegalStateException: shared", -1).length - 1, text);
        assertEquals(
                "\tSuppressed: java.lang.AssertionError: task two" + UNREAD.stripTrailing()
                        + ". It is the same exception as above",
                text.lines().filter(it -> it.contains("Suppressed")).collect(Collectors.joining()));
    }

    // ---- callbacks, coroutines, leftovers

    static class FailingCallback {
        @AsyncTest
        void test() {
            EventLoop.running().callSoon(() -> {
                throw new IllegalStateException("called");
            });
            await(sleep(MOMENT));
        }
    }

    @Test
    void a_callbacks_failure_has_no_frames_of_the_loop() {
        assertEquals("""
                java.lang.AssertionError: A callback failed
                Caused by: java.lang.IllegalStateException: called
                	at FailingCallback.lambda$test$0(FailureTextTest.java)
                """, printed(FailingCallback.class));
    }

    static class NeverAwaited {
        /** Reports what the loop reports in a JVM with {@code -Dfermata.debug=true}. */
        @AsyncTest
        void test() {
            EventLoop.running()
                    .callExceptionHandler(new ExceptionHandler.Context(
                            Kind.COROUTINE_NEVER_AWAITED,
                            "coroutine go was never awaited",
                            new Throwable("coroutine go was made here"),
                            null));
            await(sleep(MOMENT));
        }
    }

    @Test
    void a_coroutine_that_was_never_awaited_shows_where_it_was_made_and_says_so_once() {
        assertEquals("""
                java.lang.AssertionError: coroutine go was never awaited
                	at NeverAwaited.test(FailureTextTest.java)
                """, printed(NeverAwaited.class));
    }

    static class LeftOver {
        @AsyncTest
        void test() {
            createTask(late(), "late");
            await(sleep(MOMENT));
        }

        @Async
        private Coroutine<Void> late() {
            try {
                await(sleep(Duration.ofHours(1)));
            } catch (CancelledError cancel) {
                throw new IllegalStateException("late");
            }
            return done();
        }
    }

    @Test
    void a_task_that_is_left_over_and_fails_when_it_is_cancelled_shows_once_where_it_was() {
        assertEquals("""
                java.lang.AssertionError: 1 task was left over at the end of the test, and was cancelled:
                  task late waits for a sleep
                      at LeftOver.late(FailureTextTest.java)
                Await or cancel every task that a test starts, or start it in a TaskGroup.
                	Suppressed: java.lang.AssertionError: task late failed while it was cancelled at the end of the event loop
                	Caused by: java.lang.IllegalStateException: late
                		at LeftOver.late(FailureTextTest.java)
                """, printed(LeftOver.class));
    }

    static class Stubborn {
        @AsyncTest
        void test() {
            createTask(stubborn(createPromise()), "stubborn");
            await(sleep(MOMENT));
        }

        @Async
        private Coroutine<Void> stubborn(Promise<Void> never) {
            try {
                await(sleep(Duration.ofHours(1)));
            } finally {
                await(never);
            }
            return done();
        }
    }

    @Test
    void a_task_that_cannot_end_shows_once_why() {
        assertEquals("""
                java.lang.AssertionError: 1 task was left over at the end of the test, and was cancelled:
                  task stubborn waits for a sleep
                      at Stubborn.stubborn(FailureTextTest.java)
                Await or cancel every task that a test starts, or start it in a TaskGroup.
                	Suppressed: java.lang.AssertionError: What was left over did not end
                	Caused by: dev.fermata.DeadlockException: Deadlock: all tasks wait, no timer is set, and nothing outside of the loop is outstanding
                  task stubborn waits for a promise
                      at Stubborn.stubborn(FailureTextTest.java)
                """, printed(Stubborn.class));
    }

    // ---- the body, and what runs before and after it

    static class Deadlocked {
        @AsyncTest
        void test() {
            await(passingOn(createPromise()));
        }
    }

    @Test
    void a_deadlock_shows_where_tasks_wait_and_not_where_the_loop_has_noticed() {
        assertEquals("""
                dev.fermata.DeadlockException: Deadlock: all tasks wait, no timer is set, and nothing outside of the loop is outstanding
                  task test waits for a promise
                      at dev.fermata.testkit.FailureTextTest.passingOn(FailureTextTest.java)
                      at Deadlocked.test(FailureTextTest.java)
                """, printed(Deadlocked.class));
    }

    static class FailingAfterEach {
        @AsyncAfterEach
        void after() {
            await(failing("after"));
        }

        @AsyncTest
        void test() {
            await(failing("body"));
        }
    }

    @Test
    void a_method_after_the_test_that_fails_is_below_it() {
        assertEquals(
                "java.lang.IllegalStateException: body\n" + FAILING
                        + "\tat FailingAfterEach.test(FailureTextTest.java)\n"
                        + "\tSuppressed: java.lang.IllegalStateException: after\n\t" + FAILING
                        + "\t\tat FailingAfterEach.after(FailureTextTest.java)\n",
                printed(FailingAfterEach.class));
    }

    static class FailingPlainAfterEach {
        @AfterEach
        void after() {
            throw new IllegalStateException("after");
        }

        @AsyncTest
        void test() {
            createTask(failing("unread"), "one");
            await(sleep(Duration.ofHours(1)));
        }
    }

    @Test
    void a_plain_method_after_the_test_that_fails_has_none_of_our_frames() {
        assertEquals(
                "java.lang.IllegalStateException: after\n"
                        + "\tat FailingPlainAfterEach.after(FailureTextTest.java)\n"
                        + "\tSuppressed: java.lang.AssertionError: task one" + UNREAD
                        + "\tCaused by: java.lang.IllegalStateException: unread\n\t" + FAILING,
                printed(FailingPlainAfterEach.class));
    }

    static class ErrorInGroup {
        @AsyncTest
        void test() {
            try (TaskGroup group = new TaskGroup()) {
                group.createTask(bad(), "bad");
                group.createTask(failing("worse"), "worse");
            }
        }

        @Async
        private Coroutine<Void> bad() {
            await(sleep(MOMENT));
            throw new StackOverflowError("deep");
        }
    }

    @Test
    void an_error_in_a_group_is_the_failure_and_what_else_failed_is_below_it() {
        assertEquals(
                """
                java.lang.StackOverflowError: deep
                	at ErrorInGroup.bad(FailureTextTest.java)
                	at dev.fermata.Asyncio.await(task bad)
                	at ErrorInGroup.test(FailureTextTest.java)
                	Suppressed: java.lang.IllegalStateException: worse
                """ + "\t" + FAILING + "\t\tat dev.fermata.Asyncio.await(task worse)\n", printed(ErrorInGroup.class));
    }

    // ---- explored

    @Async
    private static Coroutine<Void> add(StringBuilder to, String what) {
        await(sleep(Duration.ZERO));
        to.append(what);
        return done();
    }

    @Async
    private static Coroutine<String> order() {
        StringBuilder order = new StringBuilder();
        try (TaskGroup group = new TaskGroup()) {
            group.createTask(add(order, "a"), "a");
            group.createTask(add(order, "b"), "b");
        }
        return done(order.toString());
    }

    /** Without the steps and how to repeat them, of which {@link ExploreTest} has the text. */
    private static String withoutSteps(String text) {
        return text.replaceAll("(?s)\nTo repeat.*\n  [0-9.]+ s: [^\n]*\n", "\n…\n");
    }

    static class Compared {
        @AsyncTest
        @Explore
        void test() {
            assertEquals("ab", await(order()));
        }
    }

    @Test
    void an_assertion_under_a_schedule_is_said_once() {
        assertEquals("""
                org.opentest4j.AssertionFailedError: With seed 0: expected: <ab> but was: <ba>
                …
                	at Compared.test(FailureTextTest.java)
                """, withoutSteps(printed(Compared.class)));
    }

    static class Thrown {
        @AsyncTest
        @Explore
        void test() throws IOException {
            if (await(order()).equals("ba")) {
                throw new IOException("first line\nand more");
            }
        }
    }

    @Test
    void another_exception_under_a_schedule_is_the_cause_and_named_in_one_line() {
        assertEquals("""
                org.opentest4j.AssertionFailedError: With seed 0: java.io.IOException: first line
                …
                	at Thrown.test(FailureTextTest.java)
                Caused by: java.io.IOException: first line
                and more
                """, withoutSteps(printed(Thrown.class)));
    }

    static class UnreadUnderSchedule {
        @AsyncTest
        @Explore
        void test() {
            if (await(order()).equals("ba")) {
                createTask(failing("unread"), "one");
                createTask(failing("too"), "two");
                await(sleep(Duration.ofHours(1)));
            }
        }
    }

    @Test
    void an_unread_failure_under_a_schedule_is_said_once() {
        assertEquals(
                "org.opentest4j.AssertionFailedError: With seed 0: task one" + UNREAD
                        + "…\n"
                        + "\tSuppressed: java.lang.AssertionError: task two" + UNREAD
                        + "\tCaused by: java.lang.IllegalStateException: too\n\t" + FAILING
                        + "Caused by: java.lang.IllegalStateException: unread\n" + FAILING,
                withoutSteps(printed(UnreadUnderSchedule.class)));
    }

    // ---- without the annotations

    static class PlainTest {
        @Test
        void test() {
            AsyncTests.run(this::body);
        }

        @Async
        private Coroutine<Void> body() {
            createTask(failing("unread"), "one");
            await(sleep(Duration.ofHours(1)));
            return done();
        }
    }

    @Test
    void a_plain_test_shows_the_call_that_ran_it() {
        assertEquals(
                "java.lang.AssertionError: task one" + UNREAD
                        + "\tat PlainTest.test(FailureTextTest.java)\n"
                        + "Caused by: java.lang.IllegalStateException: unread\n" + FAILING
                        + "\tat dev.fermata.testing.AsyncTests.run(AsyncTests.java)\n",
                printed(PlainTest.class));
    }

    static class PlainExplorer {
        @Test
        void test() {
            new Explorer().run(this::body);
        }

        @Async
        private Coroutine<Void> body() {
            if (await(order()).equals("ba")) {
                throw new AssertionError("wrong order");
            }
            return done();
        }
    }

    @Test
    void an_assertion_in_an_explorer_is_said_once() {
        assertEquals("""
                org.opentest4j.AssertionFailedError: With seed 0: wrong order
                …
                	at PlainExplorer.body(FailureTextTest.java)
                	at dev.fermata.testing.Explorer.run(Explorer.java)
                	at PlainExplorer.test(FailureTextTest.java)
                """, withoutSteps(printed(PlainExplorer.class)));
    }
}
