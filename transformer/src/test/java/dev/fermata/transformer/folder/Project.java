package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A project's target folder, and builds of it by the real weaver or one that a test sets. */
final class Project {
    final Path target;
    final Path classes;
    final List<String> log = new ArrayList<>();
    NestWeaver weaver;
    Disk disk = Disk.REAL;
    List<String> excludes = List.of();
    boolean whole = true;
    /** Where everything is kept between builds. */
    Path fermata;

    Project(Path target) throws IOException {
        this.target = target;
        classes = Files.createDirectories(target.resolve("classes"));
        fermata = target.resolve("fermata");
        weaver = NestWeaver.real();
    }

    void compile(String... sources) {
        Javac.compile(classes, sources);
    }

    WeaveSummary weave() throws IOException {
        return weave(classes);
    }

    /** The same over another way to the output folder. */
    WeaveSummary weave(Path output) throws IOException {
        ClassNameFilter filter = new ClassNameFilter(List.of(), excludes);
        List<Path> classPath = List.of(output, Javac.runtime());
        return WeaveRun.run(
                new WeaveRun.Request(output, fermata, "classes", classPath, filter, whole), weaver, disk, log::add);
    }

    Path file(String name) {
        return classes.resolve(name + ".class");
    }

    boolean has(String name) {
        return Files.exists(file(name));
    }

    byte[] bytes(String name) throws IOException {
        return Files.readAllBytes(file(name));
    }

    /** All files but the lock, which says nothing. */
    SortedMap<String, byte[]> files() throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        for (Path file : regularFiles()) {
            files.put(target.relativize(file).toString(), Files.readAllBytes(file));
        }
        return files;
    }

    private List<Path> regularFiles() throws IOException {
        try (Stream<Path> walk = Files.walk(target)) {
            return walk.filter(Files::isRegularFile)
                    .filter(it -> !it.endsWith("lock"))
                    .toList();
        }
    }

    void clear() throws IOException {
        for (Path file : regularFiles()) {
            Files.delete(file);
        }
    }

    void set(SortedMap<String, byte[]> files) throws IOException {
        for (var file : files.entrySet()) {
            Path path = target.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    static void assertSame(SortedMap<String, byte[]> expected, SortedMap<String, byte[]> actual, String when) {
        SortedSet<String> missing = new TreeSet<>(expected.keySet());
        missing.removeAll(actual.keySet());
        SortedSet<String> more = new TreeSet<>(actual.keySet());
        more.removeAll(expected.keySet());
        assertEquals("missing [], too many []", "missing " + missing + ", too many " + more, when);
        expected.forEach((name, bytes) -> assertArrayEquals(bytes, actual.get(name), when + ": " + name));
    }
}
