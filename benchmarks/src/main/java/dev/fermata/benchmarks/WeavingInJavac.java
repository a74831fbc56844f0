package dev.fermata.benchmarks;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * What the checks and the weaving cost in a javac that has run for a while, as in the process of a build tool or an IDE: a
 * tree of 1,000 classes of which 1 % of the methods are async, compiled again and again in one JVM. The class loader of the
 * processor path is kept between compilations, as such tools keep it.
 */
final class WeavingInJavac {
    private static final int WARM_UP = 8;
    private static final int ROUNDS = 15;
    private static final int CLASSES = 1_000;

    private final Path jar;
    private final ClassLoader loader;

    private WeavingInJavac(Path jar) throws MalformedURLException {
        this.jar = jar;
        // javac closes a loader that can be closed
        loader = new ClassLoader(new URLClassLoader(new URL[] {jar.toUri().toURL()})) {};
    }

    /** Takes the path of fermata-annotation-processor's jar, as it was packaged. */
    public static void main(String[] args) throws IOException {
        if (args.length != 1 || !Files.isRegularFile(Path.of(args[0]))) {
            System.err.println("Takes the jar: annotation-processor/target/fermata-annotation-processor-VERSION.jar");
            System.exit(2);
            return;
        }
        Path folder = Files.createTempDirectory("weaving-in-javac");
        try {
            new WeavingInJavac(Path.of(args[0])).measure(folder);
        } finally {
            delete(folder);
        }
    }

    private void measure(Path folder) throws IOException {
        List<Path> sources = new ArrayList<>();
        for (int i = 0; i < CLASSES; i++) {
            sources.add(Files.writeString(folder.resolve("C" + i + ".java"), WeavingCost.source(i)));
        }
        List<String> plain = List.of("-proc:none");
        List<String> checks = List.of("-processorpath", jar.toString(), "-Xplugin:Fermata no-weaving");
        List<String> weaving = List.of("-processorpath", jar.toString());
        List<Double> ofChecks = new ArrayList<>();
        List<Double> ofBoth = new ArrayList<>();
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < WARM_UP + ROUNDS; i++) {
            double without = compile(folder, sources, plain);
            double withChecks = compile(folder, sources, checks);
            double withBoth = compile(folder, sources, weaving);
            if (i >= WARM_UP) {
                millis.add(without);
                ofChecks.add(100 * (withChecks - without) / without);
                ofBoth.add(100 * (withBoth - without) / without);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%nweaving in a warm javac, %d classes, 1 %% of the methods async, JDK %s, %d rounds%n",
                CLASSES,
                Runtime.version(),
                ROUNDS);
        System.out.printf(Locale.ROOT, "javac                  %6.0f ms%n", median(millis));
        print("checks add", ofChecks);
        print("checks and weaving add", ofBoth);
    }

    private static void print(String what, List<Double> shares) {
        List<Double> sorted = shares.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%-22s %6.1f %% of javac's time (half of the rounds %.1f to %.1f)%n",
                what,
                median(shares),
                sorted.get(sorted.size() / 4),
                sorted.get(sorted.size() * 3 / 4));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** In milliseconds. Each compilation has a project folder of its own, so nothing is up to date. */
    private double compile(Path folder, List<Path> sources, List<String> options) throws IOException {
        Path project = Files.createTempDirectory(folder, "project");
        Path classes = Files.createDirectories(project.resolve("target/classes"));
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-g", "-d", classes.toString(), "-cp", System.getProperty("java.class.path")));
        JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
        long start;
        long end;
        try (StandardJavaFileManager standard = javac.getStandardFileManager(null, null, null)) {
            Kept files = new Kept(standard, loader);
            start = System.nanoTime();
            boolean good = javac.getTask(
                            null, files, null, arguments, null, standard.getJavaFileObjectsFromPaths(sources))
                    .call();
            end = System.nanoTime();
            if (!good) {
                throw new IllegalStateException("the tree does not compile");
            }
        }
        boolean woven = Files.exists(classes.resolve("C0$async$m0.class"));
        if (woven != !(options.contains("-proc:none") || options.contains("-Xplugin:Fermata no-weaving"))) {
            throw new IllegalStateException("with " + options + " the classes are " + (woven ? "" : "not ") + "woven");
        }
        delete(project);
        return (end - start) / 1e6;
    }

    /** Gives javac the same class loader each time. */
    private static final class Kept extends ForwardingJavaFileManager<StandardJavaFileManager> {
        private final ClassLoader loader;

        Kept(StandardJavaFileManager files, ClassLoader loader) {
            super(files);
            this.loader = loader;
        }

        @Override
        public @Nullable ClassLoader getClassLoader(Location location) {
            return location == StandardLocation.ANNOTATION_PROCESSOR_PATH ? loader : super.getClassLoader(location);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
