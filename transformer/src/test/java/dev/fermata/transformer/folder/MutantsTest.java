package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Class files with random damage: a run tells what it found in each, and never ends in an exception of its own. Few in a
 * build; {@code -Dfermata.mutants=10000} for more, {@code -Dfermata.seed} for others.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // a property may ask for many runs
class MutantsTest {
    private final int mutants = Integer.getInteger("fermata.mutants", 200);
    private final Random random = new Random(Integer.getInteger("fermata.seed", 1));

    @TempDir
    private Path temporary;

    @Test
    void damaged_class_file_is_told_of_and_nothing_is_written_elsewhere() throws IOException {
        Project project = new Project(temporary.resolve("a/b/target"));
        Scenario.FRESH.prepare(project, 0);
        SortedMap<String, byte[]> compiled = project.files();
        List<String> names = List.copyOf(compiled.keySet());
        SortedMap<String, Integer> outcomes = new TreeMap<>();
        for (int i = 0; i < mutants; i++) {
            project.clear();
            SortedMap<String, byte[]> files = new TreeMap<>(Map.copyOf(compiled));
            String name = names.get(random.nextInt(names.size()));
            files.computeIfPresent(name, (key, bytes) -> mutant(bytes));
            project.set(files);

            WeaveSummary summary = project.weave();

            boolean told = !summary.violations().isEmpty() || !summary.bugs().isEmpty();
            String outcome = told
                    ? (summary.bugs().isEmpty() ? "refused" : "called a bug")
                    : summary.methods() == 4 ? "woven" : "woven in part";
            outcomes.merge(outcome, 1, Integer::sum);
            if (told) {
                Project.assertSame(files, project.files(), "mutant " + i + " of " + name);
            }
            assertTrue(
                    new Project(temporary)
                            .files().keySet().stream()
                                    .allMatch(it -> it.startsWith("a/b/target/classes/com/acme/")
                                            || it.startsWith("a/b/target/fermata/")),
                    "mutant " + i + " of " + name);
        }
        System.out.println(mutants + " damaged class files: " + outcomes);
    }

    /** Cut off, or with some bytes changed. */
    private byte[] mutant(byte[] bytes) {
        if (random.nextInt(10) == 0) {
            return Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        byte[] mutant = bytes.clone();
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            int at = random.nextInt(mutant.length);
            mutant[at] = switch (random.nextInt(4)) {
                case 0 -> 0;
                case 1 -> (byte) 0xff;
                case 2 -> (byte) (mutant[at] ^ (1 << random.nextInt(8)));
                default -> (byte) random.nextInt(256);
            };
        }
        return mutant;
    }
}
