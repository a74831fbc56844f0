package dev.fermata.transformer;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Opcodes;

/**
 * A program: weaves a library of the class path so that it suspends before every call, has the JVM verify all of it, runs
 * something with the library as it is, and the same with the woven one under several masks. Both must have the same
 * outcome.
 */
public final class SuspendEverywhere {
    private static final List<String> MASKS = List.of("all", "every 3", "random 1");
    private static final List<String> OPENED = List.of(
            "java.lang",
            "java.lang.reflect",
            "java.util",
            "java.util.concurrent.atomic",
            "java.time",
            "java.time.chrono");

    private final Path work;
    private final List<Path> jars;
    private EverywhereWeaver.Library library;
    private boolean failed;

    private SuspendEverywhere(Path work, List<Path> jars) {
        this.work = work;
        this.jars = jars;
    }

    /**
     * Weaves and runs.
     *
     * @param arguments a directory to work in; the artifacts to weave, as {@code commons-lang3,other}; then either
     *     {@code tests}, the artifact with the library's tests, a pattern of their names and a file of those whose outcome
     *     may differ; or {@code main}, a main class and its arguments, in which {@code OUT} is a directory to write to and
     *     {@code LIBRARY} the first of the jars as it is
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> all = List.of(arguments);
        Path work = Files.createDirectories(Path.of(all.get(0)));
        List<Path> jars = Arrays.stream(all.get(1).split(","))
                .map(it -> ofClassPath(it + "-[0-9][0-9.]*[0-9]\\.jar"))
                .toList();
        SuspendEverywhere run = new SuspendEverywhere(work, jars);
        run.weave();
        run.verifyInJvm();
        if (all.get(2).equals("tests")) {
            run.tests(ofClassPath(all.get(3)), all.get(4), Path.of(all.get(5)));
        } else {
            run.program(all.subList(3, all.size()));
        }
        System.exit(run.failed ? 1 : 0);
    }

    private static Path ofClassPath(String fileName) {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(it -> it.getFileName().toString().matches(fileName))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not on the class path: " + fileName));
    }

    private void weave() throws IOException {
        Map<String, ClassFile> classes = new TreeMap<>();
        Path out = Files.createDirectories(woven());
        for (Path jar : jars) {
            try (JarFile file = new JarFile(jar.toFile())) {
                for (JarEntry entry :
                        file.stream().filter(it -> !it.isDirectory()).toList()) {
                    byte[] bytes = file.getInputStream(entry).readAllBytes();
                    String name = entry.getName();
                    if (name.endsWith(".class") && !name.startsWith("META-INF/")) {
                        ClassFile read = new ClassFile(name.substring(0, name.length() - ".class".length()), bytes);
                        classes.put(read.name(), read);
                    } else if (!name.endsWith("MANIFEST.MF")) {
                        write(out.resolve(name), bytes);
                    }
                }
            }
        }
        Map<String, Optional<ClassFacts.Fact>> facts = new ConcurrentHashMap<>();
        library = EverywhereWeaver.weave(
                classes.values(),
                name -> facts.computeIfAbsent(name, SuspendEverywhere::fact).orElse(null));
        for (ClassFile file : library.classes()) {
            write(out.resolve(file.name() + ".class"), file.bytes());
        }
        for (ClassFile file : library.frames()) {
            write(out.resolve(file.name() + ".class"), file.bytes());
        }
        System.out.println(jars.stream().map(it -> it.getFileName().toString()).collect(Collectors.joining(", ")) + ": "
                + library.classes().size() + " classes, " + library.methods() + " methods woven, " + library.points()
                + " points inserted");
        System.out.println("left as they were:");
        library.refused().forEach((reason, count) -> System.out.println("  " + count + "  " + reason));
        library.failures().forEach(this::fail);
    }

    private static Optional<ClassFacts.Fact> fact(String name) {
        try (InputStream in = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (in == null) {
                return Optional.empty();
            }
            ClassReader reader = new ClassReader(in);
            return Optional.of(new ClassFacts.Fact(
                    reader.getSuperName(),
                    List.of(reader.getInterfaces()),
                    (reader.getAccess() & Opcodes.ACC_INTERFACE) != 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, bytes);
    }

    /** Links every class, which verifies it. What the library's own optional dependencies lack is no failure. */
    private void verifyInJvm() throws IOException, InterruptedException {
        Path names = work.resolve("classes");
        List<String> all = new ArrayList<>();
        library.classes().forEach(it -> all.add(it.name().replace('/', '.')));
        library.frames().forEach(it -> all.add(it.name().replace('/', '.')));
        Files.write(names, all);
        List<String> command = java(true, List.of("-Xverify:all"));
        command.addAll(List.of(Linking.class.getName(), names.toString()));
        if (start(command, work.resolve("linking.log")) != 0) {
            fail("the JVM does not accept all classes, see " + work.resolve("linking.log"));
        }
        Files.readAllLines(work.resolve("linking.log")).stream()
                .filter(it -> it.startsWith("linked"))
                .forEach(System.out::println);
    }

    private void tests(Path tests, String pattern, Path mayDiffer) throws IOException, InterruptedException {
        Map<String, String> reasons = new TreeMap<>();
        for (String line : Files.readAllLines(mayDiffer)) {
            if (!line.isBlank() && !line.startsWith("#")) {
                String[] parts = line.split("\\s+", 2);
                reasons.put(parts[0], parts[1]);
            }
        }
        Map<String, String> baseline = outcomes(false, "baseline", List.of(), tests, pattern);
        System.out.println("baseline: " + summary(baseline));
        for (String mask : MASKS) {
            String name = mask.replace(' ', '-');
            Map<String, String> actual = outcomes(true, name, mask(mask, name), tests, pattern);
            System.out.println("mask " + mask + ": " + summary(actual) + counts(name));
            Map<String, String> both = new TreeMap<>(baseline);
            both.putAll(actual);
            for (String test : both.keySet()) {
                String before = baseline.getOrDefault(test, "absent");
                String after = actual.getOrDefault(test, "absent");
                if (!status(before).equals(status(after))) {
                    Optional<String> reason =
                            reasons.keySet().stream().filter(test::contains).findFirst();
                    String text = test + "\n    was " + before + "\n    is " + after;
                    if (reason.isPresent()) {
                        System.out.println("  may differ, " + reasons.get(reason.get()) + ": " + text);
                    } else {
                        fail(text);
                    }
                }
            }
        }
    }

    private static String status(String outcome) {
        return outcome.substring(0, (outcome + "\t").indexOf('\t'));
    }

    private static String summary(Map<String, String> outcomes) {
        return new TreeMap<>(outcomes.values().stream()
                        .collect(Collectors.groupingBy(SuspendEverywhere::status, Collectors.counting())))
                .toString();
    }

    private Map<String, String> outcomes(boolean woven, String name, List<String> options, Path tests, String pattern)
            throws IOException, InterruptedException {
        Path file = work.resolve(name + ".outcomes");
        List<String> command = java(woven, options);
        command.addAll(List.of(LibraryTests.class.getName(), tests.toString(), file.toString(), pattern));
        int exit = start(command, work.resolve(name + ".log"));
        if (exit != 0) {
            fail(name + " ended with " + exit + ", see " + work.resolve(name + ".log"));
        }
        Map<String, String> outcomes = new TreeMap<>();
        for (String line : Files.readAllLines(file)) {
            String[] parts = line.split("\t", 3);
            outcomes.put(parts[1], parts[0] + "\t" + parts[2]);
        }
        return outcomes;
    }

    private void program(List<String> program) throws IOException, InterruptedException {
        Map<String, String> baseline = output(false, "baseline", List.of(), program);
        System.out.println("baseline: " + baseline.size() + " files");
        for (String mask : MASKS) {
            String name = mask.replace(' ', '-');
            Map<String, String> actual = output(true, name, mask(mask, name), program);
            System.out.println("mask " + mask + ": " + actual.size() + " files" + counts(name));
            if (!baseline.equals(actual)) {
                fail("another output under mask " + mask);
            }
        }
    }

    /** The files that a program writes and what it prints, as text that can be compared. */
    private Map<String, String> output(boolean woven, String name, List<String> options, List<String> program)
            throws IOException, InterruptedException {
        Path out = Files.createDirectories(work.resolve(name + "-out"));
        List<String> command = java(woven, options);
        program.forEach(it -> command.add(
                it.replace("OUT", out.toString()).replace("LIBRARY", jars.get(0).toString())));
        Path log = work.resolve(name + ".log");
        int exit = start(command, log);
        if (exit != 0) {
            fail(name + " ended with " + exit + ", see " + log);
        }
        Map<String, String> files = new TreeMap<>();
        files.put("printed", Files.readString(log));
        try (var found = Files.walk(out)) {
            for (Path file : found.filter(Files::isRegularFile).toList()) {
                files.put(out.relativize(file).toString(), Arrays.toString(Files.readAllBytes(file)));
            }
        }
        return files;
    }

    private List<String> mask(String mask, String name) {
        return List.of(
                "-D" + Everywhere.MASK + "=" + mask,
                "-D" + Everywhere.POINTS + "=" + library.points(),
                "-D" + Everywhere.COUNTS + "=" + work.resolve(name + ".counts"));
    }

    private String counts(String name) throws IOException {
        String[] counts = Files.readString(work.resolve(name + ".counts")).split(" ");
        return ", points reached " + counts[0] + " times, suspended " + counts[1] + " times at " + counts[2]
                + " places";
    }

    private List<String> java(boolean woven, List<String> options) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xss8m",
                "-Xmx1500m",
                // the bodies are large, and nobody wants to wait for an interpreter
                "-XX:-DontCompileHugeMethods"));
        OPENED.forEach(it -> command.addAll(List.of("--add-opens", "java.base/" + it + "=ALL-UNNAMED")));
        command.addAll(options);
        List<String> path = new ArrayList<>(woven ? List.of(woven().toString()) : List.of());
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!woven || !jars.contains(Path.of(entry))) {
                path.add(entry);
            }
        }
        command.addAll(List.of("-cp", String.join(File.pathSeparator, path)));
        return command;
    }

    private static int start(List<String> command, Path log) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(2, TimeUnit.HOURS);
        return ended ? process.exitValue() : process.destroyForcibly().waitFor();
    }

    private Path woven() {
        return work.resolve("woven");
    }

    private void fail(String text) {
        failed = true;
        System.out.println("FAILED: " + text);
    }

    /** A program: links the classes whose names a file lists. */
    public static final class Linking {
        private Linking() {}

        /** Links. */
        public static void main(String[] arguments) throws Exception {
            int linked = 0;
            int declared = 0;
            int incomplete = 0;
            int wrong = 0;
            for (String name : Files.readAllLines(Path.of(arguments[0]))) {
                try {
                    Class<?> type = Class.forName(name, false, ClassLoader.getSystemClassLoader());
                    Method[] methods = type.getDeclaredMethods(); // asking for them links the class
                    linked++;
                    declared += methods.length;
                } catch (NoClassDefFoundError | ClassNotFoundException e) {
                    incomplete++;
                } catch (LinkageError e) {
                    wrong++;
                    System.out.println(name + ": " + e);
                }
            }
            System.out.println("linked with -Xverify:all: " + linked + " classes with " + declared + " methods; "
                    + incomplete + " need a class that is not there; " + wrong + " refused");
            System.exit(wrong == 0 ? 0 : 1);
        }
    }
}
