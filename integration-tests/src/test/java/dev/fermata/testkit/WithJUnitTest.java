package dev.fermata.testkit;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createPromise;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.testkit.Launched.all;
import static dev.fermata.testkit.Launched.only;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.EventLoop;
import dev.fermata.testing.AsyncAfterEach;
import dev.fermata.testing.AsyncBeforeEach;
import dev.fermata.testing.AsyncTest;
import dev.fermata.testing.AsyncTests;
import dev.fermata.testing.Explore;
import dev.fermata.testkit.Launched.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.platform.engine.TestExecutionResult.Status;

/** Async tests with what else JUnit has: each fixture is a class of tests, run by JUnit itself. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WithJUnitTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final List<String> LOG = new CopyOnWriteArrayList<>();

    @BeforeEach
    void clear() {
        LOG.clear();
    }

    private static void assertPassed(List<Outcome> outcomes) {
        outcomes.forEach(it -> assertTrue(it.passed(), it.name() + ": " + it.failure()));
    }

    // ---- other templates

    static class Parameterized {
        @AsyncTest
        @ParameterizedTest
        @CsvSource({"1, one", "2, two"})
        void test(int number, String name) {
            await(sleep(HOUR));
            LOG.add(number + " " + name + " at " + EventLoop.running().time() / HOUR.toNanos());
        }
    }

    @Test
    void a_parameterized_test_runs_once_for_each_set_of_parameters() {
        List<Outcome> outcomes = all(Parameterized.class);
        assertPassed(outcomes);
        assertEquals(
                List.of("[1] \"1\", \"one\"", "[2] \"2\", \"two\""),
                outcomes.stream().map(it -> it.name().replaceAll("\\w+ = ", "")).toList());
        assertEquals(List.of("1 one at 1", "2 two at 1"), LOG);
    }

    static class Repeated {
        @AsyncTest
        @RepeatedTest(3)
        void test(RepetitionInfo repetition) {
            await(sleep(HOUR));
            LOG.add("" + repetition.getCurrentRepetition());
        }
    }

    @Test
    void a_repeated_test_runs_that_often() {
        assertPassed(all(Repeated.class));
        assertEquals(List.of("1", "2", "3"), LOG);
    }

    static class Thrice implements TestTemplateInvocationContextProvider {
        @Override
        public boolean supportsTestTemplate(ExtensionContext context) {
            return true;
        }

        @Override
        public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(ExtensionContext context) {
            TestTemplateInvocationContext any = new TestTemplateInvocationContext() {};
            return Stream.of(any, any, any);
        }
    }

    static class OwnTemplate {
        @AsyncTest
        @TestTemplate
        @ExtendWith(Thrice.class)
        void test() {
            await(sleep(HOUR));
            LOG.add("ran");
        }
    }

    @Test
    void a_template_of_ones_own_decides_how_often() {
        assertPassed(all(OwnTemplate.class));
        assertEquals(3, LOG.size());
    }

    static class ParameterizedLeavingOver {
        @SuppressWarnings("fermata:task-dropped") // the task only has to run
        @AsyncTest
        @ParameterizedTest
        @CsvSource({"1", "2"})
        void test(int number) {
            if (number == 1) {
                dev.fermata.Asyncio.createTask(sleep(HOUR), "sleeper");
            }
            await(sleep(Duration.ZERO));
        }
    }

    @Test
    void each_run_of_a_parameterized_test_is_as_strict_as_a_test() {
        List<Outcome> outcomes = all(ParameterizedLeavingOver.class);
        assertEquals(2, outcomes.size());
        assertTrue(outcomes.get(0).message().contains("task sleeper waits for a sleep"), outcomes.get(0)::message);
        assertTrue(outcomes.get(1).passed());
    }

    // ---- parameters, names, conditions

    static class Answer implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == long.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return 42L;
        }
    }

    @ExtendWith(Answer.class)
    static class Injected {
        @TempDir
        Path folder;

        @AsyncBeforeEach
        void before(TestInfo info, long answer) {
            await(sleep(HOUR));
            LOG.add("before " + info.getDisplayName() + " " + answer);
        }

        @AsyncTest
        @DisplayName("a name of its own")
        @Tag("tagged")
        void test(TestInfo info, long answer, @TempDir Path other) {
            await(sleep(HOUR));
            LOG.add(info.getDisplayName() + " " + info.getTags() + " "
                    + info.getTestMethod().orElseThrow().getName() + " " + answer);
            assertTrue(Files.isDirectory(folder) && Files.isDirectory(other));
        }
    }

    @Test
    void parameters_are_injected_and_the_display_name_is_kept() {
        Outcome outcome = only(Injected.class);
        assertTrue(outcome.passed(), outcome::message);
        assertEquals("a name of its own", outcome.name());
        assertEquals(List.of("before a name of its own 42", "a name of its own [tagged] test 42"), LOG);
    }

    static class Switched {
        @AsyncTest
        @Disabled("so that the test sees that it is left out")
        void off() {
            LOG.add("off");
        }

        @AsyncTest
        void on() {
            LOG.add("on");
        }
    }

    @Test
    void a_disabled_test_does_not_run() {
        assertPassed(all(Switched.class));
        assertEquals(List.of("on"), LOG);
    }

    // ---- nesting, inheritance, lifecycle

    static class Outer {
        int value = 1;

        @BeforeEach
        void outerBefore() {
            LOG.add("outer before");
        }

        @AsyncTest
        void outer() {
            await(sleep(HOUR));
            LOG.add("outer");
        }

        @Nested
        class Inner {
            @AsyncBeforeEach
            void innerBefore() {
                await(sleep(HOUR));
                value++;
                LOG.add("inner before");
            }

            @AsyncTest
            void inner() {
                await(sleep(HOUR));
                LOG.add("inner " + value);
            }
        }
    }

    @Test
    void tests_may_be_nested() {
        assertPassed(all(Outer.class));
        assertEquals(List.of("outer before", "outer", "outer before", "inner before", "inner 2"), LOG);
    }

    interface Contract {
        String made();

        @AsyncTest
        default void contract() {
            await(sleep(HOUR));
            LOG.add("contract " + made());
        }
    }

    abstract static class Base {
        @AsyncBeforeEach
        void before() {
            await(sleep(HOUR));
            LOG.add("base before");
        }

        @AsyncTest
        void inherited() {
            await(sleep(HOUR));
            LOG.add("inherited " + getClass().getSimpleName());
        }

        @AsyncTest
        void overridden() {
            LOG.add("not this one");
        }
    }

    @TestMethodOrder(MethodOrderer.MethodName.class)
    static class Sub extends Base implements Contract {
        @Override
        public String made() {
            return "kept";
        }

        @Override
        @AsyncTest
        void overridden() {
            await(sleep(HOUR));
            LOG.add("overridden");
        }
    }

    @Test
    void tests_are_inherited_from_classes_and_interfaces_and_overridden() {
        assertPassed(all(Sub.class));
        assertEquals(
                List.of("base before", "contract kept", "base before", "inherited Sub", "base before", "overridden"),
                LOG);
    }

    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class PerClass {
        private int count;

        @BeforeAll
        void once() {
            count = 10;
        }

        @AsyncTest
        @Order(1)
        void first() {
            await(sleep(HOUR));
            count++;
        }

        @AsyncTest
        @Order(2)
        void second() {
            await(sleep(HOUR));
            LOG.add("" + ++count);
        }
    }

    @Test
    void tests_may_share_an_instance() {
        assertPassed(all(PerClass.class));
        assertEquals(List.of("12"), LOG);
    }

    static class Concurrent {
        @AsyncTest
        void first() {
            await(sleep(HOUR));
            LOG.add("ran");
        }

        @AsyncTest
        void second() {
            await(sleep(HOUR));
            LOG.add("ran");
        }

        @AsyncTest
        @ParameterizedTest
        @CsvSource({"1", "2", "3"})
        void third(int number) {
            await(sleep(HOUR));
            LOG.add("ran");
        }
    }

    @Test
    void tests_may_run_in_parallel() {
        assertPassed(all(
                Concurrent.class,
                "junit.jupiter.execution.parallel.enabled=true",
                "junit.jupiter.execution.parallel.mode.default=concurrent"));
        assertEquals(5, LOG.size());
    }

    static class RunningBefore {
        private EventLoop loop;

        @BeforeEach
        void before() {
            AsyncTests.run(() -> {
                await(sleep(HOUR));
                loop = EventLoop.running();
                return done();
            });
        }

        @AsyncTest
        void test() {
            assertEquals(loop, EventLoop.running());
            await(sleep(HOUR));
            LOG.add("at " + loop.time() / HOUR.toNanos());
        }

        @AfterEach
        void after() {
            AsyncTests.run(sleep(HOUR));
            LOG.add("at " + loop.time() / HOUR.toNanos());
        }
    }

    @Test
    void ordinary_methods_before_and_after_reach_the_tests_loop_by_run() {
        Outcome outcome = only(RunningBefore.class);
        assertTrue(outcome.passed(), outcome::message);
        assertEquals(List.of("at 2", "at 3"), LOG);
    }

    // ---- timeouts

    static class TimedOut {
        @AsyncTest(realTime = true)
        @Timeout(value = 100, unit = TimeUnit.MILLISECONDS)
        void same_thread() {
            try {
                await(createPromise());
            } finally {
                LOG.add("finally");
            }
        }

        @AsyncTest(realTime = true)
        @Timeout(value = 100, unit = TimeUnit.MILLISECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void separate_thread() {
            try {
                await(createPromise());
            } finally {
                LOG.add("finally");
            }
        }
    }

    static class TimedOutBeforeMore {
        @AsyncTest(realTime = true)
        @Timeout(value = 100, unit = TimeUnit.MILLISECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void separate_thread() {
            try {
                await(createPromise());
            } finally {
                await(sleep(Duration.ofMillis(200)));
                LOG.add("finally");
            }
        }

        @AsyncAfterEach
        void after() {
            await(sleep(Duration.ZERO));
            LOG.add("after");
        }
    }

    @Test
    void what_comes_after_a_test_that_was_given_up_waits_for_its_end() {
        assertInstanceOf(TimeoutException.class, only(TimedOutBeforeMore.class).failure());
        assertEquals(List.of("finally", "after"), LOG);
    }

    @Test
    void a_test_that_takes_too_long_is_cancelled_and_the_next_one_runs() {
        List<Outcome> outcomes = all(TimedOut.class);
        assertEquals(2, outcomes.size());
        for (Outcome outcome : outcomes) {
            assertInstanceOf(TimeoutException.class, outcome.failure(), outcome::name);
            assertEquals(Status.FAILED, outcome.status());
        }
        assertEquals(List.of("finally", "finally"), LOG);
    }

    static class InTime {
        @AsyncTest
        @Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void separate_thread() {
            await(sleep(HOUR));
            LOG.add("ran");
        }

        @AsyncTest
        @Timeout(30)
        void same_thread() {
            await(sleep(HOUR));
            LOG.add("ran");
        }
    }

    @Test
    void a_timeout_counts_real_time_only() {
        assertPassed(all(InTime.class));
        assertEquals(List.of("ran", "ran"), LOG);
    }

    // ---- misuse

    static class ExploredAndRepeated {
        @AsyncTest
        @Explore
        @RepeatedTest(2)
        void test() {
            LOG.add("ran");
        }
    }

    @Test
    void two_annotations_that_say_how_often_are_an_error() {
        Outcome outcome = only(ExploredAndRepeated.class);
        assertTrue(outcome.message().startsWith("@Explore says how often"), outcome::message);
        assertEquals(List.of(), LOG);
    }

    static class Elsewhere implements InvocationInterceptor {
        @Override
        public void interceptTestTemplateMethod(
                Invocation<Void> invocation,
                ReflectiveInvocationContext<java.lang.reflect.Method> call,
                ExtensionContext context)
                throws Throwable {
            Throwable[] thrown = new Throwable[1];
            Thread thread = new Thread(() -> {
                try {
                    invocation.proceed();
                } catch (Throwable e) {
                    thrown[0] = e;
                }
            });
            thread.start();
            thread.join();
            if (thrown[0] != null) {
                throw thrown[0];
            }
        }
    }

    static class CalledElsewhere {
        @AsyncTest
        @ExtendWith(Elsewhere.class)
        void test() {
            await(sleep(HOUR));
        }
    }

    @Test
    void a_test_that_another_extension_calls_on_another_thread_does_not_seem_to_pass() {
        Outcome outcome = only(CalledElsewhere.class);
        assertTrue(outcome.message().contains("Put that extension before @AsyncTest"), outcome.message());
    }

    static class CalledElsewhereFirst {
        @ExtendWith(Elsewhere.class)
        @AsyncTest
        void test() {
            await(sleep(HOUR));
            LOG.add("ran");
        }
    }

    @Test
    void an_extension_before_it_may_choose_the_thread() {
        assertTrue(only(CalledElsewhereFirst.class).passed());
        assertEquals(List.of("ran"), LOG);
    }
}
