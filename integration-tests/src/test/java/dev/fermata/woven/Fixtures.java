package dev.fermata.woven;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
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
        List<String> plain = Twins.run(fixture, Scenario.PLAIN);
        String expected = fixture.getAnnotation(Fixture.class).value();
        assertEquals(expected, plain.get(0), "the twin, which is not woven");
        int steps = Integer.parseInt(plain.get(2));
        assertTrue(steps > 0, "a fixture without a step shows nothing");

        List<String> differences = new ArrayList<>();
        int scenarios = compare(fixture, plain, Scenario.passing(steps), differences);
        for (Scenario.Failing failing : Scenario.Failing.values()) {
            if (failing == Scenario.Failing.CANCELLED
                    && !fixture.getAnnotation(Fixture.class).twinKnowsCancels()) {
                continue;
            }
            for (int step = 1; step <= steps; step++) {
                Scenario twin = new Scenario(0, Scenario.How.TWIN, step, failing);
                List<String> failed = Twins.run(fixture, twin);
                scenarios += compare(fixture, failed, Scenario.failing(steps, step, failing), differences);
            }
        }
        if (!differences.isEmpty()) {
            fail(differences.size() + " of " + scenarios + " scenarios differ from the twin, the first of them:\n"
                    + String.join("\n", differences.subList(0, Math.min(6, differences.size()))));
        }
    }

    private static int compare(
            Method fixture, List<String> expected, List<Scenario> scenarios, List<String> differences)
            throws ReflectiveOperationException {
        for (Scenario scenario : scenarios) {
            List<String> ended = woven(fixture, scenario);
            int end = ended.get(0).equals(expected.get(0)) && isTraced(fixture, scenario) ? 1 : 0;
            if (!ended.get(end).equals(expected.get(end))) {
                differences.add(
                        scenario + "\n    expected: " + expected.get(end) + "\n    but was:  " + ended.get(end));
            }
        }
        return scenarios.size();
    }

    /** A promise's failure was made elsewhere, and keeps its trace. */
    private static boolean isTraced(Method fixture, Scenario scenario) {
        return fixture.getAnnotation(Fixture.class).twinKnowsTraces()
                && (scenario.failsAt() == 0 || scenario.how() == Scenario.How.COROUTINE);
    }

    private static List<String> woven(Method fixture, Scenario scenario) throws ReflectiveOperationException {
        return FixtureRun.run(
                fixture.getDeclaringClass(),
                fixture.getName(),
                scenario.suspended(),
                scenario.how().name(),
                scenario.failsAt(),
                scenario.failing().name());
    }
}
