package dev.fermata.transformer.folder;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
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
 * Processes that weave, killed at random moments, and the build after each. Few in a build; {@code -Dfermata.kills=200} for
 * more, {@code -Dfermata.seed} for others.
 */
@Timeout(value = 1, unit = TimeUnit.DAYS) // a property may ask for many runs
class KilledRunsTest {
    /** Classes beside those of the scenarios, so that writing takes a while. */
    private static final int MORE = 25;
    /** About what a change of a file takes. */
    private static final int MICROS_A_CHANGE = 100;

    private final int kills = Integer.getInteger("fermata.kills", 3);
    private final Random random = new Random(Integer.getInteger("fermata.seed", 1));
    private final Map<Scenario, SortedMap<String, byte[]>> prepared = new EnumMap<>(Scenario.class);
    private final Map<Scenario, SortedMap<String, byte[]>> clean = new EnumMap<>(Scenario.class);
    /** How many changes of files the build makes. */
    private final Map<Scenario, Integer> changes = new EnumMap<>(Scenario.class);

    private final Map<String, Integer> outcomes = new TreeMap<>();

    @TempDir
    private Path target;

    @Test
    void build_after_a_killed_one_ends_as_a_clean_one() throws Exception {
        Project project = new Project(target);
        for (int i = 0; i < kills; i++) {
            Scenario scenario = Scenario.values()[random.nextInt(Scenario.values().length)];
            set(project, scenario);
            List<String> story = new ArrayList<>(List.of("kill " + i + " of " + scenario));
            int times = 1 + random.nextInt(2);
            for (int j = 0; j < times; j++) {
                story.add(kill(project, changes.getOrDefault(scenario, 1)));
                count(scenario + " " + story.get(story.size() - 1).replaceAll(" after.*", ""));
            }
            if (random.nextInt(4) == 0) {
                scenario.recompile(project);
                story.add("some of it compiled again");
            }
            WeaveSummary summary = project.weave();
            assertEquals(List.of(), summary.strays(), story.toString());
            Project.assertSame(clean.get(scenario), project.files(), story.toString());
            assertEquals(0, project.weave().methods(), story.toString());
        }
        System.out.println(kills + " builds after killed ones ended as clean ones: " + outcomes);
    }

    private void count(String outcome) {
        outcomes.merge(outcome, 1, Integer::sum);
    }

    /** Makes the folders what the build finds that will be killed. */
    private void set(Project project, Scenario scenario) throws IOException {
        project.excludes = List.of();
        project.clear();
        if (!prepared.containsKey(scenario)) {
            scenario.prepare(project, MORE);
            prepared.put(scenario, project.files());
            FailingDisk counting = FailingDisk.killedAfter(Integer.MAX_VALUE);
            project.disk = counting;
            project.weave();
            changes.put(scenario, counting.done());
            project.disk = Disk.REAL;
            scenario.forgetWeaving(project, MORE);
            project.weave();
            clean.put(scenario, project.files());
            project.clear();
        }
        project.set(prepared.get(scenario));
        project.excludes = scenario == Scenario.EXCLUDED ? List.of("com.acme.Shop", "com.acme.Bank") : List.of();
    }

    /** Every other process dies at a change of a file, the others at a moment. */
    private String kill(Project project, int most) throws Exception {
        boolean byChange = random.nextBoolean();
        int after = random.nextInt(most);
        List<String> arguments =
                new ArrayList<>(List.of(project.target.toString(), String.valueOf(byChange ? after : -1)));
        arguments.addAll(project.excludes);
        Process process = KilledRun.start(KilledRun.class, arguments.toArray(String[]::new));
        String when = "change " + after;
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            if (!byChange && "writing".equals(line)) {
                int micros = random.nextInt(most * MICROS_A_CHANGE);
                TimeUnit.MICROSECONDS.sleep(micros);
                process.destroyForcibly();
                when = micros + " µs";
            }
            process.waitFor();
            assertNotEquals(143, process.exitValue(), "it had not ended after two minutes");
            boolean ended = process.exitValue() == 0;
            return (ended ? "ended by itself" : byChange ? "died at a change" : "was killed at a moment") + " after "
                    + when;
        }
    }
}
