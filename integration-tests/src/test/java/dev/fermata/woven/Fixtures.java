package dev.fermata.woven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A test class whose {@link Fixture} methods are its tests. */
interface Fixtures {
    /** One test for each fixture. */
    @TestFactory
    default Stream<DynamicTest> fixtures() {
        return Arrays.stream(getClass().getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Fixture.class))
                .sorted(Comparator.comparing(Method::getName))
                .map(method -> DynamicTest.dynamicTest(method.getName(), () -> check(method)));
    }

    private static void check(Method fixture) throws ReflectiveOperationException {
        Map.Entry<String, Integer> plain = Twins.run(fixture, Scenario.PLAIN);
        String expected = fixture.getAnnotation(Fixture.class).value();
        assertEquals(expected, plain.getKey(), "the twin, which is not woven");
        int steps = plain.getValue();
        assertTrue(steps > 0, "a fixture without a step shows nothing");

        List<String> differences = new ArrayList<>();
        int scenarios = compare(fixture, expected, Scenario.passing(steps), differences);
        for (Scenario.Failing failing : Scenario.Failing.values()) {
            if (failing == Scenario.Failing.CANCELLED
                    && !fixture.getAnnotation(Fixture.class).twinKnowsCancels()) {
                continue;
            }
            for (int step = 1; step <= steps; step++) {
                Scenario twin = new Scenario(0, Scenario.How.TWIN, step, failing);
                String failed = Twins.run(fixture, twin).getKey();
                scenarios += compare(fixture, failed, Scenario.failing(steps, step, failing), differences);
            }
        }
        if (!differences.isEmpty()) {
            fail(differences.size() + " of " + scenarios + " scenarios differ from the twin, the first of them:\n"
                    + String.join("\n", differences.subList(0, Math.min(6, differences.size()))));
        }
    }

    private static int compare(Method fixture, String expected, List<Scenario> scenarios, List<String> differences)
            throws ReflectiveOperationException {
        for (Scenario scenario : scenarios) {
            String ended = woven(fixture, scenario);
            if (!ended.equals(expected)) {
                differences.add(scenario + "\n    expected: " + expected + "\n    but was:  " + ended);
            }
        }
        return scenarios.size();
    }

    private static String woven(Method fixture, Scenario scenario) throws ReflectiveOperationException {
        return FixtureRun.run(
                        fixture.getDeclaringClass(),
                        fixture.getName(),
                        scenario.suspended(),
                        scenario.how().name(),
                        scenario.failsAt(),
                        scenario.failing().name())
                .getKey();
    }
}
