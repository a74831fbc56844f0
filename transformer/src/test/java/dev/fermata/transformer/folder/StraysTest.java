package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/** Woven classes of which the folder of kept things says nothing, or something else. */
class StraysTest {
    @TempDir
    private Path target;

    private Project project;

    @BeforeEach
    void wovenProject() throws IOException {
        project = new Project(target);
        Scenario.FRESH.prepare(project, 0);
        assertEquals(
                "Fermata: wove 4 async methods in 3 classes", project.weave().line());
    }

    @Test
    void woven_classes_restored_without_what_is_kept_fail_the_build() throws IOException {
        Files.move(project.fermata, target.resolve("lost"));
        WeaveSummary summary = refused();
        assertEquals("Fermata: nothing woven; 4 classes woven elsewhere", summary.line());
        String message = summary.strays().get(2).message();
        assertTrue(
                message.startsWith("com.acme.Shop: it is woven, but no build has kept" + " what the compiler wrote in "
                        + project.fermata.resolve("originals/classes") + ": "),
                message);
        assertTrue(message.contains("Delete the output folder and compile again, as a clean build does."), message);
        assertTrue(message.contains(" [fermata:woven-elsewhere, see "), message);
        assertEquals(
                "Fermata found 4 classes woven, but not by an earlier build here (see above). No class was changed. Run"
                        + " mvn clean",
                summary.strayFailure());
    }

    @Test
    void they_fail_it_too_where_a_refused_class_does_not() throws IOException {
        Files.move(project.fermata, target.resolve("lost"));
        project.compile("package com.acme; class New { @dev.fermata.Async dev.fermata.Coroutine<Void> m() {"
                + " return dev.fermata.Asyncio.done(); } }");
        project.whole = false;
        assertEquals(
                "Fermata: nothing woven; 4 classes woven elsewhere; 1 class left unwoven because of that",
                refused().line());
    }

    @Test
    void woven_classes_of_other_sources_than_what_is_kept_fail_the_build() throws IOException {
        SortedMap<String, byte[]> older = project.files();
        older.keySet().removeIf(file -> file.startsWith("fermata/"));
        Scenario.INCREMENTAL.forgetWeaving(project, 0);
        project.weave();
        project.set(older);
        // The frame classes that both have are the same to the byte: deleting those would break the class that stays.
        assertEquals(
                "Fermata: nothing woven; 2 classes up to date; 2 classes woven elsewhere",
                strayed().line());
    }

    private WeaveSummary strayed() throws IOException {
        WeaveSummary summary = refused();
        assertEquals(
                List.of("com.acme.Shop", "com.acme.Shop$Item"),
                summary.strays().stream().map(it -> it.className()).toList());
        return summary;
    }

    @Test
    void two_folders_of_kept_things_over_one_output_folder_fail_the_build() throws IOException {
        Path first = project.fermata;
        project.fermata = target.resolve("other");
        Scenario.change(project);
        Scenario.INCREMENTAL.recompile(project);
        assertEquals(List.of(), project.weave().strays(), "all of it was compiled");
        project.fermata = first;
        refused();
    }

    @Test
    void class_that_another_tool_changed_after_it_was_woven_fails_the_build() throws IOException {
        ClassWriter changed = new ClassWriter(0);
        new ClassReader(project.bytes("com/acme/Shop")).accept(changed, 0);
        changed.visitField(Opcodes.ACC_PRIVATE, "enhanced", "I", null, null).visitEnd();
        Files.write(project.file("com/acme/Shop"), changed.toByteArray());
        assertEquals("com.acme.Shop", refused().strays().get(0).className());
    }

    @Test
    void host_that_only_lists_frame_classes_is_known_as_woven() throws IOException {
        SortedMap<String, byte[]> woven = project.files();
        Scenario.FRESH.forgetWeaving(project, 0);
        Files.write(project.file("com/acme/Bank"), woven.get("classes/com/acme/Bank.class"));
        WeaveSummary summary = refused();
        assertEquals("com.acme.Bank", summary.strays().get(0).className());
    }

    @Test
    void lost_original_fails_the_build() throws IOException {
        Path original = project.fermata.resolve("originals/classes/com/acme/Shop.class");
        Files.delete(original);
        String message = refused().strays().get(0).message();
        assertTrue(
                message.startsWith("com.acme.Shop: its original, " + original + ", is missing or was changed: "),
                message);
    }

    @Test
    void changed_original_fails_the_build() throws IOException {
        Path original = project.fermata.resolve("originals/classes/com/acme/Shop.class");
        Files.write(original, new byte[0]);
        refused();
    }

    @Test
    void report_that_was_cut_off_fails_the_build() throws IOException {
        Path report = project.fermata.resolve("reports/classes/com/acme/Shop.json");
        Files.write(report, new byte[0]);
        SortedMap<String, byte[]> before = project.files();
        IOException error = assertThrows(IOException.class, project::weave);
        assertTrue(error.getMessage().startsWith("the report of com.acme.Shop cannot be read: it is damaged, or"));
        Project.assertSame(before, project.files(), "after it");
    }

    @Test
    void report_of_another_version_is_told_and_nothing_else_fails() throws IOException {
        project.compile(
                "package com.acme; public class Mill { @dev.fermata.Async static dev.fermata.Coroutine<Integer> f() {"
                        + " return dev.fermata.Asyncio.done(1); } }");
        project.weave();
        Path report = project.fermata.resolve("reports/classes/com/acme/Shop.json");
        Files.writeString(report, Files.readString(report).replace("{\"schema\":1,", "{\"schema\":2,"));
        KeptReports kept =
                KeptReports.of(project.classes, project.fermata, "classes").get(0);
        assertEquals(
                List.of(
                        "com.acme.Shop has a report that cannot be read (its schema is 2, not 1): another version of Fermata"
                                + " wove it, or the report is damaged. Make a clean build"),
                kept.problems().stream()
                        .map(KeptReports.Problem::text)
                        .filter(it -> it.contains("cannot be read"))
                        .toList());
        assertEquals(
                List.of("com.acme.Mill"),
                kept.classes().stream()
                        .map(it -> it.report().className())
                        .filter(it -> !it.startsWith("com.acme.Bank"))
                        .toList());
    }

    @Test
    void classes_that_came_woven_may_be_excluded() throws IOException {
        Files.move(project.fermata, target.resolve("lost"));
        SortedMap<String, byte[]> before = project.files();
        project.excludes = List.of("com.acme.**");
        assertEquals("Fermata: nothing to weave", project.weave().line());
        Project.assertSame(before, project.files(), "after it");
    }

    @Test
    void clean_build_helps() throws IOException {
        SortedMap<String, byte[]> once = project.files();
        Files.move(project.fermata, target.resolve("lost"));
        refused();
        Scenario.FRESH.forgetWeaving(project, 0);
        assertEquals(
                "Fermata: wove 4 async methods in 3 classes", project.weave().line());
        Project.assertSame(once, project.files(), "woven again");
        assertArrayEquals(once.get("classes/com/acme/Shop.class"), project.bytes("com/acme/Shop"));
    }

    /** Weaves, and sees that classes are strays and every file is as it was. */
    private WeaveSummary refused() throws IOException {
        SortedMap<String, byte[]> before = project.files();
        WeaveSummary summary = project.weave();
        assertTrue(!summary.strays().isEmpty(), summary.line());
        Project.assertSame(before, project.files(), "after it");
        return summary;
    }
}
