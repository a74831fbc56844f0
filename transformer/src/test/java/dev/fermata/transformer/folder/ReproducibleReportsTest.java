package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report is the same, byte for byte, whenever the same weaver weaves the same class. */
class ReproducibleReportsTest {
    private static final Path FIXTURES = Path.of("src/test/resources/golden");

    @TempDir
    private Path folder;

    /** Names of the fixtures' nests, in their order. */
    private final List<String> nests = new ArrayList<>();

    /** By file, as the compiler wrote them. */
    private SortedMap<String, byte[]> classes;

    /** Of a clean build. */
    private SortedMap<String, byte[]> reports;

    @BeforeEach
    void weave() throws IOException {
        Project project = new Project(folder.resolve("first"));
        try (Stream<Path> files = Files.list(FIXTURES)) {
            for (Path file : files.sorted().toList()) {
                if (file.toString().endsWith(".java") && !file.endsWith("Synchronized.java")) {
                    project.compile(Files.readString(file));
                    nests.add(file.getFileName().toString().replace(".java", ""));
                }
            }
        }
        classes = project.files();
        weave(project);
        reports = reports(project);
        assertTrue(reports.size() >= nests.size(), reports.keySet().toString());
    }

    private static void weave(Project project) throws IOException {
        assertEquals(List.of(), project.weave().violations());
    }

    private static SortedMap<String, byte[]> reports(Project project) throws IOException {
        SortedMap<String, byte[]> reports = new TreeMap<>(project.files());
        reports.keySet()
                .removeIf(file -> !file.startsWith(Path.of("fermata", "reports").toString()));
        return reports;
    }

    @Test
    void second_clean_build_writes_the_same() throws IOException {
        Project project = new Project(folder.resolve("first"));
        project.clear();
        project.set(classes);
        weave(project);
        Project.assertSame(reports, reports(project), "again");
    }

    /** Sets that the JDK shuffles, and hashes that it makes up, differ from one JVM to the next. */
    @Test
    void another_jvm_and_another_folder_write_the_same() throws Exception {
        Project project = new Project(folder.resolve("a/longer/way/to/it"));
        project.set(classes);
        Process jvm = KilledRun.start(KilledRun.class, project.target.toString(), "-1");
        jvm.getInputStream().readAllBytes();
        assertEquals(0, jvm.waitFor());
        Project.assertSame(reports, reports(project), "elsewhere");
    }

    @Test
    void builds_that_come_to_the_classes_one_by_one_from_the_last_write_the_same() throws IOException {
        Project project = new Project(folder.resolve("second"));
        List<String> backwards = new ArrayList<>(nests);
        Collections.reverse(backwards);
        for (String nest : backwards) {
            SortedMap<String, byte[]> more = new TreeMap<>(classes);
            more.keySet().removeIf(file -> !isOf(nest, file));
            assertTrue(!more.isEmpty(), nest);
            project.set(more);
            weave(project);
        }
        Project.assertSame(reports, reports(project), "backwards");
    }

    private static boolean isOf(String nest, String file) {
        String name = Path.of(file).getFileName().toString();
        return name.equals(nest + ".class") || name.startsWith(nest + "$");
    }
}
