package dev.fermata.testkit;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.ArrayList;
import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Fixtures, run by JUnit itself, and how they ended. */
public final class Launched {
    private Launched() {}

    /**
     * How one test, or one container that failed, ended.
     *
     * @param name as it is displayed
     * @param failure null if there is none
     */
    public record Outcome(String name, Status status, Throwable failure) {
        public boolean passed() {
            return status == Status.SUCCESSFUL;
        }

        public String message() {
            return failure == null ? "" : String.valueOf(failure.getMessage());
        }
    }

    /**
     * Runs all tests of a class.
     *
     * @param parameters of JUnit's configuration, as {@code "name=value"}
     * @return in the order of their ends
     */
    public static List<Outcome> all(Class<?> fixture, String... parameters) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(fixture))
                .configurationParameter("junit.jupiter.extensions.autodetection.enabled", "false");
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            request.configurationParameter(parameter.substring(0, equals), parameter.substring(equals + 1));
        }
        return run(request.build());
    }

    /** The outcome of a class's only test, which runs only once. */
    static Outcome only(Class<?> fixture, String... parameters) {
        List<Outcome> outcomes = all(fixture, parameters);
        if (outcomes.size() != 1) {
            throw new AssertionError("not one outcome: " + outcomes);
        }
        return outcomes.get(0);
    }

    private static List<Outcome> run(LauncherDiscoveryRequest request) {
        List<Outcome> outcomes = new ArrayList<>();
        LauncherConfig config = LauncherConfig.builder()
                .enableLauncherSessionListenerAutoRegistration(false)
                .enableLauncherDiscoveryListenerAutoRegistration(false)
                .enablePostDiscoveryFilterAutoRegistration(false)
                .enableTestExecutionListenerAutoRegistration(false)
                .build();
        LauncherFactory.create(config).execute(request, new TestExecutionListener() {
            @Override
            public synchronized void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() || result.getStatus() != Status.SUCCESSFUL) {
                    outcomes.add(new Outcome(
                            test.getDisplayName(),
                            result.getStatus(),
                            result.getThrowable().orElse(null)));
                }
            }
        });
        return outcomes;
    }
}
