package dev.fermata.processor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * In libraries that do not use Fermata nothing is found, though the runtime is on their class path. Their sources come with
 * {@code mvn test -Plibraries -pl annotation-processor -am -Dtest=LibrariesTest}, which also prints what the checks cost.
 */
class LibrariesTest {
    private static final String SOURCES = "-sources.jar";
    private static final int RUNS = Integer.getInteger("fermata.runs", 0);

    /** The jars of sources on the class path of the test; an empty path if there are none. */
    private static List<Path> libraries() {
        List<Path> jars = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(it -> it.endsWith(SOURCES))
                .map(Path::of)
                .toList();
        return jars.isEmpty() ? List.of(Path.of("")) : jars;
    }

    /** All classes. What says something of packages and modules needs more than the library itself. */
    private static Map<String, String> sourcesIn(Path jar) throws IOException {
        assumeFalse(jar.toString().isEmpty(), "only with the profile libraries");
        Map<String, String> sources = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (var entry : Collections.list(file.entries())) {
                String name = entry.getName();
                if (name.endsWith(".java") && !name.startsWith("META-INF") && !name.endsWith("-info.java")) {
                    String text = new String(file.getInputStream(entry).readAllBytes(), UTF_8);
                    sources.put(
                            name.substring(0, name.length() - ".java".length()).replace('/', '.'), text);
                }
            }
        }
        return sources;
    }

    @ParameterizedTest
    @MethodSource("libraries")
    void nothing_is_found_in_a_library_that_does_not_use_fermata(Path jar) throws IOException {
        Map<String, String> sources = sourcesIn(jar);
        assertTrue(sources.size() > 20, jar + " has " + sources.size() + " sources");
        // As arguments of the plugin: -A is for processors, and without an annotation of ours javac runs none.
        String asErrors = Settings.names().stream()
                .filter(it -> !it.equals("fermata.blocking") && !it.equals(Handover.STATE_OPTION))
                .map(it -> " " + it + "=error")
                .reduce("-Xplugin:Fermata", String::concat);
        Compiling compiled = Compiling.checked(sources, asErrors);
        assertTrue(compiled.good(), () -> compiled.said().toString());
        assertEquals(
                List.of(),
                compiled.said().stream()
                        .filter(it -> it.message().toLowerCase(Locale.ROOT).contains("fermata"))
                        .toList());
    }

    @Test
    void cost_is_printed_if_asked_for() throws IOException {
        assumeFalse(RUNS == 0, "only with -Dfermata.runs=n");
        for (Path jar : libraries()) {
            Map<String, String> sources = sourcesIn(jar);
            List<Long> with = new ArrayList<>();
            List<Long> without = new ArrayList<>();
            for (int i = 0; i < RUNS; i++) {
                without.add(time(() -> Compiling.unchecked(sources)));
                with.add(time(() -> Compiling.checked(sources)));
            }
            System.out.printf(
                    "%s: %d sources, without checks %d ms, with checks %d ms, ratio %.3f%n",
                    jar.getFileName(),
                    sources.size(),
                    median(without),
                    median(with),
                    (double) median(with) / median(without));
        }
    }

    private static long time(Runnable compilation) {
        long start = System.nanoTime();
        compilation.run();
        return (System.nanoTime() - start) / 1_000_000;
    }

    /** Of the second half, when the compiler is compiled. */
    private static long median(List<Long> times) {
        List<Long> warm = new ArrayList<>(times.subList(times.size() / 2, times.size()));
        Collections.sort(warm);
        return warm.get(warm.size() / 2);
    }
}
