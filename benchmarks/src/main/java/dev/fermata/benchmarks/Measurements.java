package dev.fermata.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What one run found out, as its JSON file has it. Nothing in it tells the machine: times of two machines are not
 * compared.
 *
 * @param jdk the version of the JDK of all forks
 * @param collector their garbage collector
 * @param all the results
 */
record Measurements(String jdk, String collector, List<Measured> all) {
    private static final JsonMapper JSON = new JsonMapper();

    /** The options that choose a collector, and the names of the collectors' beans where none of them is given. */
    private static final Map<String, String> COLLECTORS = Map.of(
            "-XX:+UseSerialGC", "Serial",
            "-XX:+UseParallelGC", "Parallel",
            "-XX:+UseG1GC", "G1",
            "-XX:+UseZGC", "Z",
            "Copy", "Serial",
            "PS Scavenge", "Parallel",
            "G1 Young Generation", "G1");

    /** Those of this JDK, which runs the forks too. */
    static Measurements here(List<String> optionsOfForks, List<Measured> all) {
        String collector = null;
        for (String option : optionsOfForks) {
            collector = option.startsWith("-XX:+Use") ? COLLECTORS.getOrDefault(option, collector) : collector;
        }
        return new Measurements(Runtime.version().toString(), collector == null ? ownCollector() : collector, all);
    }

    private static String ownCollector() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .flatMap(bean -> Optional.ofNullable(COLLECTORS.get(bean.getName())).stream())
                .findFirst()
                .orElse("unknown");
    }

    static Measurements read(Path file) {
        return JSON.readValue(file.toFile(), Measurements.class);
    }

    /** Writes them to {@code folder}, and returns the file. */
    Path write(Path folder, String set) throws IOException {
        Files.createDirectories(folder);
        String name =
                String.join("-", set, String.valueOf(feature()), collector).toLowerCase(Locale.ROOT) + ".json";
        Path file = folder.resolve(name);
        JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), this);
        return file;
    }

    int feature() {
        return Runtime.Version.parse(jdk).feature();
    }

    /** What tells it from other runs, for readers: {@code "JDK 25, G1"}. */
    String title() {
        return "JDK " + feature() + ", " + collector;
    }

    int forks() {
        return all.stream().mapToInt(Measured::forks).min().orElse(0);
    }

    @Nullable
    Measured find(String work, String form) {
        for (Measured measured : all) {
            if (measured.work().equals(work) && measured.form().equals(form)) {
                return measured;
            }
        }
        return null;
    }

    /** The forms of a work in all the runs, the fastest first. A form that several runs have stands where the first put it. */
    static List<String> forms(List<Measurements> runs, String work) {
        return runs.stream()
                .flatMap(run -> run.all.stream()
                        .filter(each -> each.work().equals(work))
                        .sorted(Comparator.comparing(Measured::nanos)))
                .map(Measured::form)
                .distinct()
                .toList();
    }
}
