package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.rules.Rule;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/** Output folders that are not simply a folder of packages. */
class FoldersTest {
    private static final String TILL = """
            package com.acme;
            public class Till {
              @dev.fermata.Async static dev.fermata.Coroutine<Integer> sum() { return dev.fermata.Asyncio.done(1); }
            }
            """;

    @TempDir
    private Path temporary;

    private Project project;

    @BeforeEach
    void emptyProject() throws IOException {
        project = new Project(temporary.resolve("target"));
    }

    @Test
    void output_folder_that_is_a_link_is_woven() throws IOException {
        project.compile(TILL);
        Path link = Files.createSymbolicLink(temporary.resolve("link"), project.classes);
        assertEquals(
                "Fermata: wove 1 async method in 1 class", project.weave(link).line());
        assertTrue(project.has("com/acme/Till$async$sum"));
    }

    @Test
    void package_that_is_a_link_is_woven_and_stays_a_link() throws IOException {
        Path elsewhere = Files.createDirectories(temporary.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(project.classes.resolve("com"), elsewhere);
        project.compile(TILL);
        assertEquals("Fermata: wove 1 async method in 1 class", project.weave().line());
        assertTrue(Files.exists(elsewhere.resolve("acme/Till$async$sum.class")));
        Files.delete(project.file("com/acme/Till"));
        project.weave();
        assertTrue(Files.isSymbolicLink(link), "though nothing is in it any more");
        assertFalse(Files.exists(elsewhere.resolve("acme")));
    }

    @Test
    void class_file_that_is_a_link_is_replaced_and_what_it_leads_to_stays() throws IOException {
        project.compile(TILL);
        Path cached = Files.move(project.file("com/acme/Till"), temporary.resolve("cached"));
        byte[] compiled = Files.readAllBytes(cached);
        Files.createSymbolicLink(project.file("com/acme/Till"), cached);
        assertEquals("Fermata: wove 1 async method in 1 class", project.weave().line());
        assertArrayEquals(compiled, Files.readAllBytes(cached));
        assertFalse(Files.isSymbolicLink(project.file("com/acme/Till")));
    }

    @Test
    void links_in_circles_and_second_ways_to_a_class_do_not_matter() throws IOException {
        project.compile(TILL);
        Files.createSymbolicLink(project.classes.resolve("com/round"), project.classes);
        Files.createSymbolicLink(project.classes.resolve("com/again"), project.classes.resolve("com/acme"));
        WeaveSummary summary = project.weave();
        assertEquals("Fermata: wove 1 async method in 1 class", summary.line());
        assertEquals(List.of(), summary.warnings());
    }

    /** A file system that ignores case keeps the name that a file had first. */
    @Test
    void name_that_leads_to_the_same_file_is_the_class_s() throws IOException {
        project.compile(TILL);
        Path file = project.file("com/acme/Till");
        Files.move(file, project.file("com/acme/TILL"));
        Files.createSymbolicLink(file, project.file("com/acme/TILL"));
        assertEquals("Fermata: wove 1 async method in 1 class", project.weave().line());
    }

    @Test
    void output_folder_on_another_file_system_is_woven() throws IOException {
        project.compile(TILL);
        project.disk = new TwoFileSystems(project.classes);
        assertEquals("Fermata: wove 1 async method in 1 class", project.weave().line());
        assertTrue(project.has("com/acme/Till$async$sum"));
        assertTrue(project.files().keySet().stream().noneMatch(it -> it.contains("half")));
        assertEquals(
                "Fermata: nothing woven; 1 class up to date", project.weave().line());
    }

    /** The same on two real ones, where there are two. */
    @Test
    void output_folder_in_memory_is_woven() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(Files.isWritable(memory) && !Files.getFileStore(memory).equals(Files.getFileStore(project.target)));
        Path output = Files.createTempDirectory(memory, "fermata");
        try {
            Javac.compile(output, TILL);
            assertEquals(
                    "Fermata: wove 1 async method in 1 class",
                    project.weave(output).line());
            assertEquals(List.of("Till$async$sum.class", "Till.class"), namesIn(output.resolve("com/acme")));
        } finally {
            for (String name : namesIn(output.resolve("com/acme"))) {
                Files.delete(output.resolve("com/acme").resolve(name));
            }
            Files.delete(output.resolve("com/acme"));
            Files.delete(output.resolve("com"));
            Files.delete(output);
        }
    }

    private static List<String> namesIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(it -> it.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void half_written_files_of_a_killed_run_are_deleted_by_the_next() throws IOException {
        project.compile(TILL);
        project.weave();
        SortedMap<String, byte[]> once = project.files();
        Files.writeString(project.fermata.resolve("scratch/half"), "half");
        Files.writeString(project.classes.resolve("com/acme/.fermata-half"), "half");
        assertEquals(
                "Fermata: nothing woven; 1 class up to date", project.weave().line());
        Project.assertSame(once, project.files(), "after it");
    }

    /** A disk on which the output folder and all else lie on two. */
    private record TwoFileSystems(Path output) implements Disk {
        @Override
        public void createFolder(Path folder) throws IOException {
            Disk.REAL.createFolder(folder);
        }

        @Override
        public void write(Path file, byte[] bytes) throws IOException {
            Disk.REAL.write(file, bytes);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            if (from.startsWith(output) != to.startsWith(output)) {
                throw new AtomicMoveNotSupportedException(from.toString(), to.toString(), "Invalid cross-device link");
            }
            Disk.REAL.move(from, to);
        }

        @Override
        public void delete(Path file) throws IOException {
            Disk.REAL.delete(file);
        }
    }

    @Test
    void long_names_of_packages_do_not_add_up_to_one_name_that_is_too_long() throws IOException {
        String part = "p".repeat(120);
        project.compile(TILL.replace("com.acme", part + "." + part + "." + part));
        assertEquals("Fermata: wove 1 async method in 1 class", project.weave().line());
    }

    @Test
    void report_s_name_is_no_longer_than_the_class_s() throws IOException {
        String name = "C".repeat(255 - ".class".length());
        NestRecord record = new NestRecord(
                name, "weaver", new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), null);
        StateFolder state = new StateFolder(project.fermata, "classes", Disk.REAL);
        state.write(record, Map.of());
        assertEquals(List.of(name), List.copyOf(state.records().keySet()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"samples", "BOOT-INF/classes", "META-INF/samples"})
    void class_in_a_file_of_another_name_is_left_alone_and_told_of(String folder) throws IOException {
        Path sample = Files.createDirectories(project.classes.resolve(folder));
        Javac.compile(sample, TILL.replace("sum()", "sample()"));
        byte[] data = Files.readAllBytes(sample.resolve("com/acme/Till.class"));
        project.compile(TILL);

        WeaveSummary summary = project.weave();

        assertEquals("Fermata: wove 1 async method in 1 class", summary.line());
        assertTrue(project.has("com/acme/Till$async$sum"), "the project's class, and not the sample");
        assertArrayEquals(data, Files.readAllBytes(sample.resolve("com/acme/Till.class")));
        assertEquals(1, summary.warnings().size());
        String name = folder.replace('/', '.') + ".com.acme.Till";
        assertEquals(
                Rule.CLASS_MISPLACED.messageAt(name, "the class in this file is com/acme/Till"),
                summary.warnings().get(0).message());
        project.excludes = List.of(folder + "/**");
        assertEquals(List.of(), project.weave().warnings());
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../x", "/x", "com//acme", "a.b", "x;"})
    void class_of_a_name_that_no_class_can_have_is_refused(String name) throws IOException {
        assertEquals(
                Rule.CLASS_CORRUPT.messageAt("x", "no class can have the name that it contains, " + name),
                refusalOfClassCalled(name));
    }

    @Test
    void class_of_a_name_that_no_file_can_have_is_refused() throws IOException {
        String message = refusalOfClassCalled("a\0b");
        assertTrue(
                message.startsWith("x: the class in this file is a\0b, and no file can have that"
                        + " name in this locale or file system: "),
                message);
        assertTrue(message.contains(" [fermata:class-misplaced, see "), message);
    }

    @Test
    void class_file_whose_name_is_no_text_in_the_locale_is_named_with_the_reason() throws Exception {
        assumeTrue(System.getProperty("os.name").equals("Linux"));
        Process made = new ProcessBuilder("sh", "-c", "printf x > \"$(printf '\\377\\376').class\"")
                .directory(project.classes.toFile())
                .start();
        assertTrue(made.waitFor(1, TimeUnit.MINUTES));
        assertEquals(0, made.exitValue());
        String message = assertThrows(IOException.class, project::weave).getMessage();
        assertTrue(message.contains(".class: the name of this file cannot be read in the build's locale"), message);
        assertFalse(message.contains("no such file"), message);
    }

    private String refusalOfClassCalled(String name) throws IOException {
        ClassWriter writer = new ClassWriter(0);
        writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, name, null, "java/lang/Object", null);
        writer.visitMethod(Opcodes.ACC_ABSTRACT, "m", "()Ldev/fermata/Coroutine;", null, null)
                .visitAnnotation("Ldev/fermata/Async;", false)
                .visitEnd();
        Files.write(project.classes.resolve("x.class"), writer.toByteArray());
        SortedMap<String, byte[]> before = project.files();

        WeaveSummary summary = project.weave();

        assertEquals(List.of(), summary.bugs());
        assertEquals(1, summary.violations().size());
        Project.assertSame(before, project.files(), "after it");
        return summary.violations().get(0).message();
    }

    @Test
    void nothing_is_ever_written_outside_of_the_folder() {
        ClassFolder folder = new ClassFolder(project.classes, temporary, ".class", Disk.REAL);
        for (String name : List.of("../../x", "/x", "a/../x", "a//x", "", ".", "x\0")) {
            IOException error = assertThrows(IOException.class, () -> folder.write(name, new byte[0]), name);
            assertTrue(error.getMessage().startsWith("a class of the name " + name + " has no place in "));
        }
    }

    @Test
    void output_folder_that_is_gone_takes_everything_along() throws IOException {
        project.compile(TILL);
        project.weave();
        Files.move(project.classes, temporary.resolve("gone"));
        assertEquals("Fermata: nothing to weave", project.weave().line());
        assertEquals(List.of(), List.copyOf(project.files().keySet()));
    }

    @Test
    void class_file_that_is_empty_is_refused() throws IOException {
        Files.write(project.classes.resolve("Empty.class"), new byte[0]);
        WeaveSummary summary = project.weave();
        assertEquals(List.of(), summary.bugs());
        assertEquals("fermata:class-corrupt", summary.violations().get(0).rule().id());
    }
}
