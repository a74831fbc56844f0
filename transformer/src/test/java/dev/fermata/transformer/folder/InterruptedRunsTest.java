package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run that stops after each of the changes it makes to files, and the run after it. */
class InterruptedRunsTest {
    @TempDir
    private Path target;

    @ParameterizedTest
    @EnumSource
    void run_that_is_killed_after_any_change_is_made_good_by_the_next(Scenario scenario) throws IOException {
        Project project = new Project(target);
        SortedMap<String, byte[]> clean = cleanBuild(project, scenario);
        SortedMap<String, byte[]> before = prepared(project, scenario);
        int changes = 0;
        for (boolean done = false; !done; changes++) {
            project.clear();
            project.set(before);
            FailingDisk disk = FailingDisk.killedAfter(changes);
            project.disk = disk;
            try {
                project.weave();
            } catch (FailingDisk.Killed e) {
                assertTrue(disk.failed());
            }
            done = !disk.failed();
            assertMadeGood(project, clean, scenario + " killed after " + changes);
        }
        assertTrue(changes > 5, "it changes several files: " + changes);
        assertEquals(0, project.weave().methods(), "up to date");
    }

    @ParameterizedTest
    @EnumSource
    void run_that_meets_a_full_disk_says_so_and_is_made_good_by_the_next(Scenario scenario) throws IOException {
        Project project = new Project(target);
        SortedMap<String, byte[]> clean = cleanBuild(project, scenario);
        SortedMap<String, byte[]> before = prepared(project, scenario);
        for (int changes = 0; ; changes += 7) {
            project.clear();
            project.set(before);
            FailingDisk disk = FailingDisk.fullAfter(changes);
            project.disk = disk;
            try {
                project.weave();
                break;
            } catch (IOException e) {
                assertTrue(e.getMessage().matches("(?s)/.*: No space left on device"), e.getMessage());
            }
            assertMadeGood(project, clean, scenario + " full after " + changes);
        }
        assertMadeGood(project, clean, scenario + ", not full");
    }

    /** Two in a row: what the second finds is what the first left half done. */
    @ParameterizedTest
    @EnumSource
    void run_that_is_killed_while_it_makes_good_another_is_made_good(Scenario scenario) throws IOException {
        Project project = new Project(target);
        SortedMap<String, byte[]> clean = cleanBuild(project, scenario);
        SortedMap<String, byte[]> before = prepared(project, scenario);
        for (int first = 2; first < 40; first += 17) {
            for (int second = 1; second < 40; second += 13) {
                project.clear();
                project.set(before);
                for (int changes : List.of(first, second)) {
                    project.disk = FailingDisk.killedAfter(changes);
                    try {
                        project.weave();
                    } catch (FailingDisk.Killed e) {
                        // goes on below
                    }
                }
                assertMadeGood(project, clean, scenario + " killed after " + first + " and " + second);
            }
        }
    }

    private static SortedMap<String, byte[]> cleanBuild(Project project, Scenario scenario) throws IOException {
        scenario.prepare(project, 0);
        scenario.forgetWeaving(project, 0);
        project.weave();
        return project.files();
    }

    private static SortedMap<String, byte[]> prepared(Project project, Scenario scenario) throws IOException {
        project.clear();
        project.excludes = List.of();
        scenario.prepare(project, 0);
        return project.files();
    }

    private static void assertMadeGood(Project project, SortedMap<String, byte[]> clean, String when)
            throws IOException {
        project.disk = Disk.REAL;
        WeaveSummary summary = project.weave();
        assertEquals(List.of(), summary.strays(), when);
        Project.assertSame(clean, project.files(), when);
    }

    @Test
    void disk_that_fails_says_where() throws IOException {
        Project project = new Project(target);
        Scenario.FRESH.prepare(project, 0);
        project.disk = FailingDisk.fullAfter(0);
        IOException error = assertThrows(IOException.class, project::weave);
        assertTrue(
                error.getMessage()
                        .startsWith(target.resolve("fermata/originals").toString()),
                error.getMessage());
    }
}
