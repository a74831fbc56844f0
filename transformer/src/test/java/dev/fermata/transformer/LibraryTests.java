package dev.fermata.transformer;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClasspathRoots;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.ClassNameFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs a library's own tests in this JVM and writes one line for each: {@code outcome⇥id⇥what it threw}. A program of its
 * own, because it is started on the library as it is and on the woven one.
 */
public final class LibraryTests {
    private LibraryTests() {}

    /**
     * Runs the tests.
     *
     * @param arguments the jar of the tests, the file of outcomes, and a pattern of the class names of tests
     */
    public static void main(String[] arguments) throws IOException {
        Path out = Path.of(arguments[1]);
        try (PrintWriter outcomes = new PrintWriter(Files.newBufferedWriter(out))) {
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectClasspathRoots(Set.of(Path.of(arguments[0]))))
                                    .filters(ClassNameFilter.includeClassNamePatterns(arguments[2]))
                                    .build(),
                            new Outcomes(outcomes));
        }
        // a test may have left threads behind
        System.exit(0);
    }

    private record Outcomes(PrintWriter out) implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            Throwable thrown = result.getThrowable().orElse(null);
            if (test.isTest() || thrown != null) {
                write(result.getStatus().name(), test, thrown == null ? "" : String.valueOf(thrown));
            }
        }

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            write("SKIPPED", test, reason);
        }

        private synchronized void write(String outcome, TestIdentifier test, String detail) {
            out.println(outcome + '\t' + oneLine(test.getUniqueId()) + '\t' + oneLine(detail));
            out.flush();
        }

        private static String oneLine(String text) {
            return text.replaceAll("\\s+", " ");
        }
    }
}
