package dev.fermata.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** What the weaver and the processor refuse fails here too, where neither has looked: these classes are not woven. */
class MisuseTest {
    private static List<String> failuresOf(Class<?> fixture) {
        List<String> failures = new ArrayList<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(fixture))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                result.getThrowable().ifPresent(it -> failures.add(it.getMessage()));
                            }
                        });
        return failures;
    }

    private static void assertFails(Class<?> fixture, String... beginnings) {
        List<String> failures = failuresOf(fixture);
        assertEquals(beginnings.length, failures.size(), failures::toString);
        for (String beginning : beginnings) {
            assertTrue(failures.stream().anyMatch(it -> it.startsWith(beginning)), failures::toString);
        }
    }

    static class NotWoven {
        @AsyncTest
        void test() {}
    }

    @Test
    void a_test_that_is_not_woven() {
        assertFails(NotWoven.class, Rule.NOT_WOVEN.messageAt("dev.fermata.testing.MisuseTest$NotWoven.test", ""));
    }

    static class NotWovenBefore {
        @AsyncBeforeEach
        void before() {}

        @AsyncAfterEach
        void after() {}

        @AsyncTest
        void test() {}
    }

    @Test
    void what_runs_before_one_that_is_not_woven() {
        assertFails(
                NotWovenBefore.class,
                Rule.NOT_WOVEN.messageAt("dev.fermata.testing.MisuseTest$NotWovenBefore.before", ""));
    }

    static class Twice {
        @AsyncTest
        @Test
        void test() {}
    }

    @Test
    void a_test_that_is_one_twice() {
        String place = "dev.fermata.testing.MisuseTest$Twice.test";
        assertFails(Twice.class, Rule.ASYNC_TEST_TWICE.messageAt(place, ""), Rule.NOT_WOVEN.messageAt(place, ""));
    }

    static class ExploredOnly {
        @Explore
        @Test
        void test() {}

        @Explore
        @RepeatedTest(1)
        void repeated() {}
    }

    @Test
    void exploring_what_is_no_async_test() {
        String place = "dev.fermata.testing.MisuseTest$ExploredOnly.";
        assertFails(
                ExploredOnly.class,
                Rule.EXPLORE_WITHOUT_ASYNC_TEST.messageAt(place + "test", ""),
                Rule.EXPLORE_WITHOUT_ASYNC_TEST.messageAt(place + "repeated", ""));
    }

    static class Overlapping {
        @AsyncTest
        @Explore
        @RepeatedTest(2)
        void test() {}
    }

    @Test
    void exploring_what_another_annotation_repeats() {
        assertFails(Overlapping.class, "@Explore says how often ");
    }
}
