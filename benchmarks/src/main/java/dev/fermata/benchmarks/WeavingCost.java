package dev.fermata.benchmarks;

import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Weaver;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * What weaving costs a build, beside the compiler: a tree of 5,000 classes of which 1 % of the methods are async, and
 * methods of ever more awaits. Everything in JVMs of their own that have not run before, as in a build; medians of three.
 */
final class WeavingCost {
    private static final int FORKS = 3;
    private static final int CLASSES = 5_000;
    private static final int METHODS = 8;
    private static final int EVERY = 50; // class has four async methods: 1 % of all
    private static final int[] AWAITS = {125, 250, 500, 1_000};

    private final Map<String, Optional<ClassFacts.Fact>> facts = new HashMap<>();
    private final Weaver weaver = new Weaver(this::fact);

    private WeavingCost() {}

    /** Without arguments measures in JVMs of its own and reports; with one it is such a JVM, and the argument its folder. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            new WeavingCost().measure(Path.of(args[0]));
            return;
        }
        List<double[]> forks = new ArrayList<>();
        for (int fork = 0; fork < FORKS; fork++) {
            forks.add(inJvmOfItsOwn());
        }
        double javac = median(forks, 0);
        double scan = median(forks, 1);
        double weave = median(forks, 2);
        System.out.printf(
                Locale.ROOT,
                "%nweaving %d classes, 1 %% of the methods async, JDK %s, medians of %d%n",
                CLASSES,
                Runtime.version(),
                FORKS);
        System.out.printf(Locale.ROOT, "javac                       %8.0f ms%n", javac);
        System.out.printf(
                Locale.ROOT,
                "reading and scanning them   %8.0f ms  %.1f microseconds a class%n",
                scan,
                scan * 1000 / CLASSES);
        System.out.printf(Locale.ROOT, "weaving those that have any %8.0f ms%n", weave);
        double share = 100 * (scan + weave) / javac;
        System.out.printf(
                Locale.ROOT, "goal: at most 3 %% of javac's time: %.1f %%: %s%n", share, share <= 3 ? "met" : "MISSED");
        for (int i = 0; i < AWAITS.length; i++) {
            double time = median(forks, 3 + i);
            System.out.printf(
                    Locale.ROOT,
                    "a method of %,5d awaits     %8.1f ms  %.1f microseconds an await%n",
                    AWAITS[i],
                    time,
                    time * 1000 / AWAITS[i]);
        }
    }

    private static double median(List<double[]> forks, int column) {
        double[] values = forks.stream().mapToDouble(it -> it[column]).sorted().toArray();
        return values[values.length / 2];
    }

    private static double[] inJvmOfItsOwn() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("weaving");
        try {
            Process jvm = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xms1g",
                            "-Xmx1g",
                            "-XX:+AlwaysPreTouch",
                            "-cp",
                            System.getProperty("java.class.path"),
                            WeavingCost.class.getName(),
                            folder.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (jvm.waitFor() != 0) {
                throw new IllegalStateException("could not be measured: " + printed);
            }
            return Arrays.stream(printed.split(" "))
                    .mapToDouble(Double::parseDouble)
                    .toArray();
        } finally {
            delete(folder);
        }
    }

    private void measure(Path folder) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            sources.add(write(folder, "C" + i, source(i)));
        }
        List<Double> times = new ArrayList<>();
        Path classes = Files.createDirectories(folder.resolve("classes"));
        times.add(time(() -> compile(classes, sources)));

        List<Path> files = files(classes);
        List<ClassFile> concerned = new ArrayList<>();
        times.add(time(() -> {
            for (Path file : files) {
                byte[] bytes = Files.readAllBytes(file);
                if (Weaver.concerns(bytes)) {
                    concerned.add(new ClassFile(nameOf(classes, file), bytes));
                }
            }
        }));
        times.add(time(() -> {
            for (ClassFile one : concerned) {
                for (ClassFile written : weave(one)) {
                    Files.write(classes.resolve(written.name() + ".class"), written.bytes());
                }
            }
        }));
        for (int awaits : AWAITS) {
            Path out = Files.createDirectories(folder.resolve("long" + awaits));
            compile(out, List.of(write(folder, "Long" + awaits, longMethod(awaits))));
            Path file = out.resolve("Long" + awaits + ".class");
            ClassFile one = new ClassFile(nameOf(out, file), Files.readAllBytes(file));
            times.add(time(() -> weave(one)));
        }
        System.out.println(String.join(" ", times.stream().map(String::valueOf).toList()));
    }

    private List<ClassFile> weave(ClassFile one) {
        if (weaver.weave(List.of(one)) instanceof Result.Woven woven) {
            List<ClassFile> written = new ArrayList<>(woven.frames());
            written.addAll(woven.changed());
            return written;
        }
        throw new IllegalStateException("was not woven: " + one.name());
    }

    /** Ordinary code, and four async methods in every fiftieth class. */
    static String source(int number) {
        StringBuilder text = new StringBuilder("import static dev.fermata.Asyncio.*;\nimport java.util.*;\n");
        text.append("class C").append(number).append(" {\n");
        for (int i = 0; i < METHODS; i++) {
            if (number % EVERY == 0 && i < 4) {
                text.append(String.format("""
                          @dev.fermata.Async static dev.fermata.Coroutine<Integer> m%d(int n, String name) {
                            int sum = 0;
                            for (int i = 0; i < n; i++) {
                              try { sum += await(m%d(i, name + i)); } catch (IllegalStateException e) { sum--; }
                            }
                            return done(sum + name.length());
                          }
                        """, i, i));
            } else {
                text.append(String.format("""
                          static int m%d(List<String> names, Map<String, Integer> known) {
                            int sum = 0;
                            for (String name : names) {
                              Integer value = known.get(name.trim().toLowerCase(Locale.ROOT));
                              if (value == null) { value = name.length(); known.put(name, value); }
                              sum += names.stream().filter(it -> it.startsWith(name)).mapToInt(String::length).sum() + value;
                            }
                            return sum * %d;
                          }
                        """, i, number));
            }
        }
        return text.append("}\n").toString();
    }

    private static String longMethod(int awaits) {
        return "import static dev.fermata.Asyncio.*;\nclass Long" + awaits
                + " {\n  @dev.fermata.Async static dev.fermata.Coroutine<Integer> one(int i) { return done(i); }\n"
                + "  @dev.fermata.Async static dev.fermata.Coroutine<Integer> all() {\n    int sum = 0;\n"
                + "    sum += await(one(sum));\n".repeat(awaits) + "    return done(sum);\n  }\n}\n";
    }

    private static Path write(Path folder, String name, String source) throws IOException {
        return Files.writeString(folder.resolve(name + ".java"), source);
    }

    private static void compile(Path out, List<Path> sources) throws IOException {
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        List<String> arguments = new ArrayList<>(List.of("-g", "-proc:none", "-d", out.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        sources.forEach(it -> arguments.add(it.toString()));
        if (javac.run(null, System.err, System.err, arguments.toArray(String[]::new)) != 0) {
            throw new IllegalStateException("the tree does not compile");
        }
    }

    private static String nameOf(Path root, Path file) {
        String name = root.relativize(file).toString().replace('\\', '/');
        return name.substring(0, name.length() - ".class".length());
    }

    private static List<Path> files(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Work that reads and writes files. */
    private interface Work {
        void run() throws IOException;
    }

    /** In milliseconds. */
    private static double time(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e6;
    }

    private ClassFacts.@Nullable Fact fact(String name) {
        return facts.computeIfAbsent(name, WeavingCost::read).orElse(null);
    }

    private static Optional<ClassFacts.Fact> read(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (in == null) {
                return Optional.empty();
            }
            ClassReader reader = new ClassReader(in);
            boolean isInterface = (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0;
            return Optional.of(
                    new ClassFacts.Fact(reader.getSuperName(), List.of(reader.getInterfaces()), isInterface));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
