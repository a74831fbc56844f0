package dev.fermata.benchmarks;

import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import dev.fermata.transformer.folder.WeaveSummary;
import dev.fermata.transformer.inspect.Inspection;
import dev.fermata.transformer.inspect.InspectionPages;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * What a build pays for its reports, and what {@code inspect} makes of them: 1,000 classes, of which 150 have two async
 * methods each, in loops, {@code try}, {@code catch} and {@code finally}. Each step is done by JVMs of its own that have not
 * run before, as in a build, in turn with those of the other steps; medians of five.
 */
final class InspectCost {
    private static final int FORKS = 5;
    private static final int CLASSES = 1_000;
    private static final int METHODS = 8;
    private static final int ASYNC_METHODS = 2;
    private static final int OF = 20; // of so many classes
    private static final int ASYNC_CLASSES = 3; // have async methods
    private static final int ALL_ASYNC_METHODS = CLASSES / OF * ASYNC_CLASSES * ASYNC_METHODS;

    /** What a JVM is started for. */
    private enum Step {
        /** Weaves, and writes of each class's report only what the next build needs. */
        WEAVE_UNEXPLAINED("weaving them, without what inspect reads"),
        WEAVE("weaving them"),
        WEAVE_AGAIN("a build with nothing to weave"),
        INSPECT("inspect");

        private final String words;

        Step(String words) {
            this.words = words;
        }
    }

    /** The time of a JVM from its start, in milliseconds; that of its processors has the compilers and collectors in it. */
    private record Times(double processor, double elapsed) {}

    private final Path sources;
    private final Path classes;
    private final Path fermata;

    private InspectCost(Path folder) {
        sources = folder.resolve("sources");
        classes = folder.resolve("classes");
        fermata = folder.resolve("fermata");
    }

    /** Without arguments measures in JVMs of its own and reports; with two it is such a JVM: its folder and its step. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 2) {
            new InspectCost(Path.of(args[0])).run(Step.valueOf(args[1]));
            ProcessHandle.Info self = ProcessHandle.current().info();
            System.out.println(self.totalCpuDuration().orElseThrow().toMillis());
            return;
        }
        Path folder = Files.createTempDirectory("inspecting");
        try {
            new InspectCost(folder).measure(folder);
        } finally {
            delete(folder);
        }
    }

    private void measure(Path folder) throws IOException, InterruptedException {
        compile();
        Map<Path, byte[]> compiled = read(classes);
        Map<Step, List<Times>> times = new EnumMap<>(Step.class);
        for (int fork = 0; fork < FORKS; fork++) {
            for (Step step : Step.values()) {
                if (step == Step.WEAVE_UNEXPLAINED || step == Step.WEAVE) {
                    delete(classes);
                    delete(fermata);
                    write(compiled);
                }
                times.computeIfAbsent(step, it -> new ArrayList<>()).add(inJvmOfItsOwn(folder, step));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%,d classes with %d async methods, JDK %s, medians of %d%n",
                CLASSES,
                ALL_ASYNC_METHODS,
                Runtime.version(),
                FORKS);
        times.forEach((step, all) -> System.out.printf(
                Locale.ROOT,
                "%-40s %6.0f ms of processor time, %6.0f ms%n",
                step.words,
                median(all.stream().map(Times::processor).toList()),
                median(all.stream().map(Times::elapsed).toList())));
        Path inspected = fermata.resolve("inspect");
        System.out.printf(Locale.ROOT, "reports         %8.2f MB%n", megabytes(fermata.resolve("reports"), ""));
        System.out.printf(Locale.ROOT, "pages           %8.2f MB%n", megabytes(inspected, ".html"));
        System.out.printf(Locale.ROOT, "inspection.json %8.2f MB%n", megabytes(inspected, ".json"));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double megabytes(Path folder, String suffix) throws IOException {
        long bytes = 0;
        for (Path file : files(folder)) {
            bytes += file.toString().endsWith(suffix) ? Files.size(file) : 0;
        }
        return bytes / 1e6;
    }

    private static Times inJvmOfItsOwn(Path folder, Step step) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        InspectCost.class.getName(),
                        folder.toString(),
                        step.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (jvm.waitFor() != 0) {
            throw new IllegalStateException(step + " could not be measured: " + printed);
        }
        return new Times(Double.parseDouble(printed), (System.nanoTime() - start) / 1e6);
    }

    private void run(Step step) throws IOException {
        switch (step) {
            case WEAVE_UNEXPLAINED -> weave(new Unexplained(NestWeaver.real()), 0);
            case WEAVE -> weave(NestWeaver.real(), ALL_ASYNC_METHODS);
            case WEAVE_AGAIN -> weave(NestWeaver.real(), 0);
            case INSPECT -> {
                Inspection inspection = Inspection.of(
                        classes, fermata, "classes", new Inspection.Sources(List.of(sources), StandardCharsets.UTF_8));
                InspectionPages.write(inspection.classes(), inspection.problems(), fermata);
            }
        }
    }

    private void weave(NestWeaver weaver, int methods) throws IOException {
        List<Path> classPath = new ArrayList<>(List.of(classes));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            classPath.add(Path.of(entry));
        }
        ClassNameFilter all = new ClassNameFilter(List.of(), List.of());
        WeaveSummary summary = WeaveRun.run(
                new WeaveRun.Request(classes, fermata, "classes", classPath, all, true), weaver, Disk.REAL, line -> {});
        boolean good = summary.violations().isEmpty() && summary.bugs().isEmpty();
        if (!good || summary.methods() != methods) {
            throw new IllegalStateException(summary.line());
        }
    }

    /** A weaver that keeps its explanations for itself. */
    private record Unexplained(NestWeaver real) implements NestWeaver {
        @Override
        public boolean concerns(byte[] classFile) {
            return real.concerns(classFile);
        }

        @Override
        public boolean isWoven(byte[] classFile) {
            return real.isWoven(classFile);
        }

        @Override
        public Result weave(Collection<ClassFile> nest, ClassFacts facts) {
            Result result = real.weave(nest, facts);
            return result instanceof Result.Woven woven
                    ? new Result.Woven(woven.changed(), woven.frames(), List.of())
                    : result;
        }

        @Override
        public String id() {
            return real.id();
        }
    }

    private void compile() throws IOException {
        Files.createDirectories(classes);
        Files.createDirectories(sources);
        List<String> arguments = new ArrayList<>(List.of("-g", "-proc:none", "-d", classes.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        for (int i = 0; i < CLASSES; i++) {
            Path file = sources.resolve("C" + i + ".java");
            arguments.add(Files.writeString(file, source(i)).toString());
        }
        String[] all = arguments.toArray(String[]::new);
        if (ToolProvider.getSystemJavaCompiler().run(null, System.err, System.err, all) != 0) {
            throw new IllegalStateException("the tree does not compile");
        }
    }

    private static String source(int number) {
        StringBuilder text = new StringBuilder("import static dev.fermata.Asyncio.*;\nimport java.util.*;\n");
        text.append("class C").append(number).append(" {\n");
        boolean hasAsync = number % OF < ASYNC_CLASSES;
        for (int i = 0; i < METHODS; i++) {
            text.append(hasAsync && i < ASYNC_METHODS ? asyncMethod(i) : method(i, number));
        }
        return text.append("}\n").toString();
    }

    private static String asyncMethod(int number) {
        return String.format(Locale.ROOT, """
                  @dev.fermata.Async static dev.fermata.Coroutine<Integer> m%1$d(int n, String name) {
                    int sum = 0;
                    List<Integer> seen = new ArrayList<>();
                    for (int i = 0; i < n; i++) {
                      try {
                        sum += await(m%1$d(i, name + i));
                        seen.add(sum);
                      } catch (IllegalStateException e) {
                        sum -= await(m%1$d(i / 2, e.getMessage()));
                      } finally {
                        await(sleep(java.time.Duration.ofMillis(i)));
                      }
                    }
                    return done(sum + name.length() + seen.size());
                  }
                """, number);
    }

    private static String method(int number, int factor) {
        return String.format(Locale.ROOT, """
                  static int m%d(List<String> names, Map<String, Integer> known) {
                    int sum = 0;
                    for (String name : names) {
                      Integer value = known.get(name.trim().toLowerCase(Locale.ROOT));
                      if (value == null) { value = name.length(); known.put(name, value); }
                      sum += names.stream().filter(it -> it.startsWith(name)).mapToInt(String::length).sum() + value;
                    }
                    return sum * %d;
                  }
                """, number, factor);
    }

    private static Map<Path, byte[]> read(Path folder) throws IOException {
        Map<Path, byte[]> content = new TreeMap<>();
        for (Path file : files(folder)) {
            content.put(file, Files.readAllBytes(file));
        }
        return content;
    }

    private void write(Map<Path, byte[]> content) throws IOException {
        Files.createDirectories(classes);
        for (Map.Entry<Path, byte[]> file : content.entrySet()) {
            Files.write(file.getKey(), file.getValue());
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
