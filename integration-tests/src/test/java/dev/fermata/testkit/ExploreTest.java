package dev.fermata.testkit;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.testkit.Launched.all;
import static dev.fermata.testkit.Launched.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Async;
import dev.fermata.AsyncSemaphore;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.DeadlockException;
import dev.fermata.Promise;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.testing.AsyncAfterEach;
import dev.fermata.testing.AsyncBeforeEach;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.Explore;
import dev.fermata.testing.Explorer;
import dev.fermata.testkit.Launched.Outcome;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** Other orders and cancels: each fixture is a class of tests, run by JUnit itself. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ExploreTest {
    private static final Duration ZERO = Duration.ZERO;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final List<String> LOG = new ArrayList<>();

    @BeforeEach
    void clear() {
        LOG.clear();
    }

    private static String last(List<Outcome> outcomes) {
        return outcomes.get(outcomes.size() - 1).message();
    }

    /** The properties that a failure says to set, as {@link Launched} takes them. */
    private static String[] replay(String message) {
        Matcher found = Pattern.compile("-D(fermata\\.\\w+=\\d+)").matcher(message);
        List<String> properties = new ArrayList<>();
        while (found.find()) {
            properties.add(found.group(1));
        }
        return properties.toArray(String[]::new);
    }

    // ---- orders

    /** Loses an update if somebody else pays between its two awaits. */
    static class Account {
        int balance;

        @Async
        Coroutine<Void> pay(int amount) {
            int before = balance;
            await(sleep(ZERO)); // the bank is asked
            balance = before + amount;
            return done();
        }

        @Async
        Coroutine<Void> payLater(int amount) {
            await(sleep(ZERO));
            await(sleep(ZERO));
            await(pay(amount));
            return done();
        }
    }

    static class Racing {
        @AsyncTest
        @Explore
        void payments_add_up() {
            Account account = new Account();
            await(gather(account.pay(1), account.payLater(10)));
            assertEquals(11, account.balance);
        }
    }

    @Test
    void a_race_that_the_loops_own_order_hides_is_found_and_its_seed_finds_it_again() {
        List<Outcome> outcomes = all(Racing.class);
        assertTrue(outcomes.get(0).passed(), "the loop's own order");
        assertEquals("the loop's own order", outcomes.get(0).name());
        Outcome found = outcomes.get(outcomes.size() - 1);
        assertEquals(Status.FAILED, found.status());
        assertTrue(outcomes.size() < 50, "found early and the last: " + outcomes.size());
        assertEquals(1, outcomes.stream().filter(it -> !it.passed()).count());
        long seed = Long.parseLong(found.name().substring("seed ".length()));
        Object lost = ((AssertionFailedError) found.failure()).getActual().getValue();
        assertEquals(
                "With seed " + seed + ": expected: <11> but was: <" + lost
                        + ">\nTo repeat only this run: mvn test -Dtest='"
                        + Racing.class.getName() + "#payments_add_up' -Dfermata.seed=" + seed
                        + ", or @Explore(schedules = 1, seed = " + seed + ")",
                found.message().replaceFirst("(?s)\nThe (last|steps).*", ""));

        Outcome again = only(Racing.class, replay(found.message()));
        assertEquals(found.name(), again.name());
        assertEquals(found.message(), again.message());
    }

    @Test
    void the_failure_is_replaced_and_an_ide_can_compare_as_ever() {
        List<Outcome> outcomes = all(Racing.class);
        AssertionFailedError failure = assertInstanceOf(
                AssertionFailedError.class, outcomes.get(outcomes.size() - 1).failure());
        assertEquals(11, failure.getExpected().getValue());
        assertNotEquals(11, failure.getActual().getValue());
        assertNull(failure.getCause(), "the message says it all");
        assertTrue(Arrays.stream(failure.getStackTrace())
                .anyMatch(it -> it.getMethodName().equals("payments_add_up")));
    }

    /** Adds a name to an order. */
    @Async
    private static Coroutine<Void> note(List<String> order, String name) {
        order.add(name);
        return done();
    }

    static class Seeded {
        @AsyncTest
        @Explore(schedules = 100, seed = 1000)
        void notes_an_order() {
            List<String> order = new ArrayList<>();
            await(gather(note(order, "a"), note(order, "b"), note(order, "c")));
            LOG.add(String.join("", order));
        }
    }

    @Test
    void the_seeds_begin_where_the_annotation_says_and_are_as_many_as_it_says() {
        List<Outcome> outcomes = all(Seeded.class);
        assertEquals(101, outcomes.size());
        assertEquals("seed 1000", outcomes.get(1).name());
        assertEquals("seed 1099", outcomes.get(100).name());
        assertEquals(6, new HashSet<>(LOG).size(), "orders differ: " + LOG);
        List<String> first = List.copyOf(LOG);
        LOG.clear();
        all(Seeded.class);
        assertEquals(first, LOG, "and are the same each time");
    }

    @Test
    void more_of_them_can_be_asked_for() {
        assertEquals(301, all(Seeded.class, "fermata.schedules=300").size());
    }

    @Test
    void the_loops_own_order_is_the_first() {
        all(Seeded.class);
        assertEquals("abc", LOG.get(0));
    }

    static class Fresh {
        private int runs;

        @AsyncBeforeEach
        void before() {
            await(sleep(HOUR));
            LOG.add("before");
        }

        @AsyncTest
        @Explore(schedules = 2)
        void runs_once_an_instance() {
            await(sleep(HOUR));
            LOG.add("run " + ++runs);
        }

        @AsyncAfterEach
        void after() {
            await(sleep(HOUR));
            LOG.add("after");
        }
    }

    @Test
    void each_run_has_its_own_instance_and_what_runs_before_and_after_it() {
        assertEquals(3, all(Fresh.class).size());
        List<String> each = List.of("before", "run 1", "after");
        assertEquals(List.of(each, each, each), List.of(LOG.subList(0, 3), LOG.subList(3, 6), LOG.subList(6, 9)));
    }

    static class Wrong {
        @AsyncTest
        @Explore(cancels = true)
        void is_wrong_in_any_order() {
            await(sleep(HOUR));
            Assertions.fail("always");
        }
    }

    @Test
    void a_failure_in_the_loops_own_order_has_its_steps_and_is_the_only_run() {
        assertEquals(
                List.of(
                        "In the loop's own order: always",
                        "The steps:",
                        "  0 s: is_wrong_in_any_order waits for a sleep, at ExploreTest.java:N",
                        "  3600 s: the end of a sleep; wakes is_wrong_in_any_order",
                        "  3600 s: is_wrong_in_any_order failed with org.opentest4j.AssertionFailedError"),
                only(Wrong.class)
                        .message()
                        .replaceAll("java:\\d+", "java:N")
                        .lines()
                        .toList());
    }

    static class BrokenConstructor {
        BrokenConstructor() {
            throw new IllegalStateException("constructor");
        }

        @AsyncTest
        @Explore
        void never_runs() {}
    }

    @Test
    void a_run_that_does_not_even_begin_is_the_last() {
        assertEquals("constructor", only(BrokenConstructor.class).message());
    }

    static class FailingAfter {
        private final List<String> order = new ArrayList<>();

        @AsyncTest
        @Explore
        void test() {
            await(gather(note(order, "a"), note(order, "b")));
        }

        @AsyncAfterEach
        void after() {
            assertEquals(List.of("a", "b"), order);
        }
    }

    @Test
    void a_failure_after_the_test_is_explained_too() {
        List<Outcome> outcomes = all(FailingAfter.class);
        assertTrue(last(outcomes).contains("To repeat only this run: "), last(outcomes));
        assertFalse(only(FailingAfter.class, replay(last(outcomes))).passed());
    }

    static class Assuming {
        @AsyncTest
        @Explore(schedules = 3)
        void test() {
            Assumptions.assumeTrue(LOG.isEmpty());
            LOG.add("ran");
        }
    }

    @Test
    void an_assumption_that_does_not_hold_is_no_failure() {
        List<Outcome> outcomes = all(Assuming.class);
        assertEquals(
                List.of(Status.SUCCESSFUL, Status.ABORTED),
                outcomes.stream().map(Outcome::status).toList());
        assertFalse(last(outcomes).contains("To run just this again"), last(outcomes));
    }

    @Retention(RetentionPolicy.RUNTIME)
    @Explore(schedules = 5)
    @interface Thorough {}

    static class Composed {
        @AsyncTest
        @Thorough
        void test() {
            await(sleep(HOUR));
        }
    }

    @Test
    void it_may_stand_on_an_annotation_of_ones_own() {
        assertEquals(6, all(Composed.class).size());
    }

    @Test
    void tests_that_run_in_parallel_are_explored_one_run_after_the_other() {
        String[] parallel = {
            "junit.jupiter.execution.parallel.enabled=true", "junit.jupiter.execution.parallel.mode.default=concurrent"
        };
        assertEquals(101, all(Seeded.class, parallel).size());
        assertNotEquals(
                0,
                all(Racing.class, parallel).stream().filter(it -> !it.passed()).count());
    }

    // ---- cancels

    static class Leaky {
        private final AsyncSemaphore desks = new AsyncSemaphore(1);

        @Async
        private Coroutine<Void> work() {
            await(sleep(HOUR));
            await(desks.acquire());
            await(sleep(HOUR));
            desks.release();
            return done();
        }

        @AsyncTest
        @Explore(schedules = 0, cancels = true)
        void the_desk_is_free_again() {
            try {
                await(work());
            } finally {
                assertFalse(desks.locked(), "somebody still has the desk");
            }
        }
    }

    @Test
    void a_missing_finally_is_found_by_a_cancel_and_its_number_finds_it_again() {
        List<Outcome> outcomes = all(Leaky.class);
        assertEquals(
                List.of("the loop's own order", "cancel at await 1", "cancel at await 2"),
                outcomes.stream().map(Outcome::name).toList());
        assertTrue(outcomes.get(1).passed(), "a cancel that leaves the body is no failure");
        String message = last(outcomes);
        assertTrue(message.startsWith("With cancel at await 2: somebody still has the desk"), message);
        assertTrue(message.contains("#the_desk_is_free_again' -Dfermata.cancel=2\n"), message);
        assertEquals(
                List.of(
                        "The steps:",
                        "  0 s: the_desk_is_free_again waits for a sleep, at ExploreTest.java:N",
                        "  3600 s: the end of a sleep; wakes the_desk_is_free_again",
                        "  3600 s: the_desk_is_free_again waits for the delivery of its cancel, at ExploreTest.java:N",
                        "    here the exploration cancels the_desk_is_free_again (await 2)",
                        "  3600 s: the_desk_is_free_again failed with org.opentest4j.AssertionFailedError"),
                message.replaceAll("java:\\d+", "java:N").lines().skip(2).toList());
        assertEquals(message, only(Leaky.class, replay(message)).message());
    }

    static class Crowded {
        @Async
        private Coroutine<Void> turn() {
            while (true) {
                await(sleep(Duration.ZERO));
            }
        }

        @AsyncTest
        @Explore(schedules = 1)
        void fails() {
            List<Task<Void>> others = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                others.add(createTask(turn(), i + "x".repeat(1_000)));
            }
            await(sleep(Duration.ZERO));
            await(sleep(Duration.ZERO));
            throw new IllegalStateException("in the test, beside " + others.size());
        }
    }

    @Test
    void the_steps_end_with_the_failure_of_the_test_and_names_are_cut_off() {
        List<String> lines =
                only(Crowded.class, "fermata.seed=1").message().lines().skip(2).toList();
        assertEquals(31, lines.size());
        assertTrue(lines.get(0).startsWith("The last 30 of "), lines.get(0));
        assertTrue(lines.get(30).contains("fails failed with java.lang.IllegalStateException"), lines.get(30));
        assertTrue(lines.stream().allMatch(it -> it.length() < 200), lines::toString);
    }

    static class Tidy {
        private final AsyncSemaphore desks = new AsyncSemaphore(1);

        @Async
        private Coroutine<Void> work() {
            try (var desk = await(desks.acquire())) {
                await(sleep(HOUR));
            }
            return done();
        }

        @AsyncTest
        @Explore(schedules = 3, cancels = true)
        void everything_is_given_back() {
            try {
                await(gather(work(), work(), work()));
                LOG.add("whole");
            } catch (CancelledError cancel) {
                LOG.add("cancelled");
                throw cancel;
            } finally {
                assertFalse(desks.locked());
            }
        }
    }

    @Test
    void code_that_cleans_up_passes_with_a_cancel_at_each_of_its_awaits() {
        List<Outcome> outcomes = all(Tidy.class);
        outcomes.forEach(it -> assertTrue(it.passed(), it.name() + ": " + it.failure()));
        assertEquals("cancel at await 1", outcomes.get(4).name());
        long cancels = outcomes.size() - 4;
        assertTrue(cancels > 3, outcomes::toString);
        assertEquals(4, LOG.stream().filter(it -> it.equals("whole")).count());
        assertEquals(cancels, LOG.stream().filter(it -> it.equals("cancelled")).count());
    }

    static class Abandoning {
        @AsyncTest
        @Explore(schedules = 0, cancels = true)
        void stops_its_clock_but_not_when_it_is_cancelled() {
            Task<Void> clock = createTask(sleep(HOUR.multipliedBy(100)), "clock");
            await(sleep(HOUR));
            clock.cancel();
        }
    }

    @Test
    void what_is_left_over_after_a_cancel_is_a_failure() {
        List<Outcome> outcomes = all(Abandoning.class);
        assertTrue(outcomes.get(0).passed());
        assertTrue(last(outcomes).contains("1 task was left over"), last(outcomes));
        assertTrue(last(outcomes).contains("task clock waits for a sleep"), last(outcomes));
        assertTrue(last(outcomes).contains("-Dfermata.cancel=1"), last(outcomes));
    }

    static class Swallowing {
        @AsyncTest
        @Explore(schedules = 0, cancels = true)
        void goes_on_and_cancels_nothing_else() {
            int cancels = 0;
            for (int i = 0; i < 3; i++) {
                try {
                    await(sleep(HOUR));
                } catch (CancelledError cancel) {
                    cancels++;
                }
            }
            LOG.add("" + cancels);
        }
    }

    @Test
    void there_is_one_cancel_a_run_and_a_run_for_each_await() {
        List<Outcome> outcomes = all(Swallowing.class);
        assertEquals(4, outcomes.size());
        assertEquals(List.of("0", "1", "1", "1"), LOG);
    }

    static class CancelledItself {
        @AsyncTest
        @Explore(schedules = 1)
        void is_cancelled_by_itself_under_a_seed() {
            await(sleep(ZERO));
            if (!LOG.isEmpty()) {
                throw new CancelledError("by itself");
            }
            LOG.add("first");
        }
    }

    @Test
    void a_cancel_that_was_not_injected_is_a_failure() {
        assertTrue(last(all(CancelledItself.class)).contains("CancelledError: by itself"));
    }

    static class Handlers {
        private final AsyncSemaphore desk = new AsyncSemaphore(1);

        @Async
        private Coroutine<Void> handle() {
            await(desk.acquire());
            await(sleep(HOUR));
            desk.release();
            return done();
        }

        @AsyncTest
        @Explore(schedules = 0, cancelsAnyTask = true)
        void the_others_are_served() {
            try (TaskGroup group = new TaskGroup()) {
                for (int i = 0; i < 3; i++) {
                    group.createTask(handle(), "handler " + i);
                }
            }
        }
    }

    @Test
    void a_cancel_of_any_one_task_shows_what_it_takes_from_the_others() {
        List<Outcome> outcomes = all(Handlers.class);
        Outcome found = outcomes.get(outcomes.size() - 1);
        assertTrue(found.message().startsWith("With cancel at await "), found::message);
        assertInstanceOf(DeadlockException.class, found.failure().getCause());
        assertTrue(
                found.failure().getCause().getMessage().contains("task handler 1 waits for a permit"), found::message);
        assertEquals(
                found.message(), only(Handlers.class, replay(found.message())).message());
    }

    static class Both {
        @AsyncTest
        @Explore
        void fails_only_under_a_seed_with_a_cancel() {
            List<String> order = new ArrayList<>();
            try {
                await(gather(note(order, "a"), note(order, "b")));
                await(sleep(HOUR));
            } catch (CancelledError cancel) {
                assertEquals(List.of("a", "b"), order);
            }
        }
    }

    @Test
    void a_seed_and_a_cancel_may_be_asked_for_together() {
        long failing = IntStream.range(0, 20)
                .filter(it -> {
                    Outcome outcome = only(Both.class, "fermata.seed=" + it, "fermata.cancel=2");
                    assertEquals("seed " + it + ", cancel at await 2", outcome.name());
                    assertTrue(
                            outcome.passed()
                                    || outcome.message().contains("-Dfermata.seed=" + it + " -Dfermata.cancel=2"),
                            outcome::message);
                    return !outcome.passed();
                })
                .count();
        assertTrue(failing > 0 && failing < 20, "failing: " + failing);
    }

    @Test
    void what_is_no_number_is_said_to_be_none() {
        assertTrue(only(Both.class, "fermata.seed=x").message().contains("-Dfermata.seed=x is not a number"));
        assertTrue(only(Both.class, "fermata.cancel=0").message().contains("-Dfermata.cancel=0 is less than 1"));
    }

    // ---- without JUnit

    private static final class Plain {
        int total;

        @Async
        Coroutine<Void> add() {
            await(sleep(ZERO));
            total++;
            return done();
        }

        @Async
        Coroutine<Void> doubled() {
            await(sleep(ZERO));
            total *= 2;
            return done();
        }
    }

    @Async
    private static Coroutine<Void> racing() {
        Plain plain = new Plain();
        await(gather(plain.add(), plain.doubled()));
        assertEquals(2, plain.total);
        return done();
    }

    @Test
    void an_explorer_does_the_same_without_junit() {
        AssertionError found = assertThrows(AssertionError.class, () -> new Explorer().run(ExploreTest::racing));
        Matcher seed = Pattern.compile(
                        "(?s)With seed (\\d+): expected: <2> but was: <1>\nTo repeat only this run: -Dfermata.seed=\\1\n"
                                + "The steps:\n.*")
                .matcher(found.getMessage());
        assertTrue(seed.matches(), found.getMessage());
        AssertionError again = assertThrows(
                AssertionError.class,
                () -> new Explorer()
                        .schedules(1)
                        .seed(Long.parseLong(seed.group(1)))
                        .run(ExploreTest::racing));
        assertEquals(found.getMessage(), again.getMessage());
    }

    @Test
    void an_explorer_keeps_what_an_ide_compares() {
        AssertionFailedError found =
                assertThrows(AssertionFailedError.class, () -> new Explorer().run(ExploreTest::racing));
        assertEquals(2, found.getExpected().getValue());
        assertEquals(1, found.getActual().getValue());
        assertNull(found.getCause(), "the message says it all");
    }

    @Test
    void an_assumption_that_does_not_hold_in_an_explorer_is_no_failure() {
        AtomicInteger runs = new AtomicInteger();
        TestAbortedException aborted = assertThrows(
                TestAbortedException.class,
                () -> new Explorer().run(() -> {
                    Assumptions.assumeTrue(runs.incrementAndGet() < 3, "only twice");
                    return done();
                }));
        assertEquals("Assumption failed: only twice", aborted.getMessage());
        assertEquals(3, runs.get(), "in the second order after the loop's own");
    }

    @SuppressWarnings("fermata:task-dropped") // the task only has to run
    @Test
    void an_explorer_cancels_too() {
        List<String> ends = new ArrayList<>();
        new Explorer().schedules(0).cancels(true).run(() -> {
            String end = "cancelled";
            try {
                await(sleep(HOUR));
                await(sleep(HOUR));
                end = "whole";
            } finally {
                ends.add(end);
            }
            return done();
        });
        assertEquals(List.of("whole", "cancelled", "cancelled"), ends);
        Promise<?>[] leaked = new Promise<?>[1];
        AssertionError left = assertThrows(
                AssertionError.class,
                () -> new Explorer().schedules(0).cancelsAnyTask(true).run(() -> {
                    leaked[0] = createPromise();
                    createTask(sleep(HOUR.multipliedBy(2)), "sleeper");
                    await(sleep(HOUR));
                    return done();
                }));
        assertTrue(left.getMessage().contains("task sleeper waits for a sleep"), left.getMessage());
    }
}
