package dev.fermata.generated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Random programs against their twins. {@code -Dfermata.seeds=20000 -Dfermata.seed=1} runs so many, from that seed on; one
 * that shows a bug is shrunk and written to {@code target/generated-programs}.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // a property may ask for many runs
class GeneratedProgramsTest {
    private static final long FIRST = Long.getLong("fermata.seed", 1);
    private static final int COUNT = Integer.getInteger("fermata.seeds", 300);
    private static final int MOST_BUGS = 5;

    @Test
    void woven_programs_do_as_their_twins() throws IOException {
        Tally tally = new Tally();
        List<String> bugs = new ArrayList<>();
        for (long seed = FIRST; seed < FIRST + COUNT && bugs.size() < MOST_BUGS; seed++) {
            Setting setting = Setting.of(seed);
            Node program = ProgramWriter.write(seed, setting.release());
            Trial.Outcome outcome = Trial.of(program, setting, seed);
            tally.add(outcome);
            if (outcome.verdict() == Trial.Verdict.UNCOMPILABLE) {
                Path file = write(seed, program.render());
                bugs.add("the generator writes wrong Java: " + file + "\n" + outcome.detail());
            } else if (outcome.verdict().isBug()) {
                bugs.add(report(seed, setting, program, outcome));
            }
        }
        System.out.println(tally);
        if (!bugs.isEmpty()) {
            fail(String.join("\n\n", bugs));
        }
    }

    @Test
    void a_seed_always_writes_the_same_program() {
        for (long seed = 1; seed <= 20; seed++) {
            assertEquals(
                    ProgramWriter.write(seed, 17).render(),
                    ProgramWriter.write(seed, 17).render());
        }
    }

    private static String report(long seed, Setting setting, Node program, Trial.Outcome outcome) throws IOException {
        Shrinker.shrink(program, setting, seed, outcome.verdict());
        String source = program.render();
        return "seed " + seed + " (" + setting + ") " + outcome.verdict() + ", replay with -Dfermata.seed=" + seed
                + " -Dfermata.seeds=1; shrunk to " + write(seed, source) + "\n"
                + outcome.detail() + "\nand the smaller one:\n"
                + Trial.of(program, setting, seed).detail();
    }

    private static Path write(long seed, String source) throws IOException {
        Path directory = Files.createDirectories(Path.of("target", "generated-programs"));
        return Files.writeString(directory.resolve("Program" + seed + ".java"), Tally.indented(source));
    }
}
