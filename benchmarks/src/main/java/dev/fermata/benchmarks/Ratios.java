package dev.fermata.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks, prints medians, their ratios to the emitted form, and what became of the goals, and writes the
 * results to {@code results}. The first argument may name a set, {@code short} or {@code all}; the others are JMH's,
 * and benchmarks/README.md says which ones are of use.
 */
final class Ratios {
    /** The rows of the goals, with as many forks as a ratio needs, and iterations that are just long enough. */
    private static final List<String> SHORT = List.of("-f 3 -wi 3 -w 200ms -i 3 -r 100ms".split(" ", -1));

    private static final String ROWS_OF_SHORT =
            "\\.(AwaitDirect|Switch|SwitchAlone|ResumeDepth|DeepSuspension|QueuePingPong|SeldomSuspends|LockFree"
                    + "|EventSet|Throwing|SpawnAndJoin)\\.";

    private static final Map<String, List<String>> SETS = Map.of("short", SHORT, "all", List.of());

    private Ratios() {}

    public static void main(String[] args) throws Exception {
        String set = args.length > 0 && SETS.containsKey(args[0]) ? args[0] : "some";
        List<String> forJmh = new ArrayList<>(SETS.getOrDefault(set, List.of()));
        forJmh.addAll(Arrays.asList(args).subList(set.equals("some") ? 0 : 1, args.length));
        CommandLineOptions chosen = new CommandLineOptions(forJmh.toArray(new String[0]));
        if (chosen.shouldHelp()) {
            chosen.showHelp();
            return;
        }
        boolean allRows = chosen.getIncludes().isEmpty();
        ChainedOptionsBuilder options = new OptionsBuilder().parent(chosen).addProfiler(GCProfiler.class);
        if (set.equals("short") && allRows) {
            options.include(ROWS_OF_SHORT);
        }
        if (!VirtualThreads.exist()) {
            options.exclude("virtualThreads");
        }
        List<Measured> all = new ArrayList<>();
        List<String> optionsOfForks = List.of();
        for (RunResult run : new Runner(options.build()).run()) {
            all.add(Measured.of(run));
            optionsOfForks = List.copyOf(run.getParams().getJvmArgs());
        }
        Measurements measurements = Measurements.here(optionsOfForks, all);
        System.out.println(report(measurements));
        System.out.println("written: " + measurements.write(Path.of("results"), set));
        if (allRows && !set.equals("short")) {
            SleepingTaskBytes.main(new String[0]);
        }
    }

    static String report(Measurements run) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%n%s (%s), medians of %d forks or more. Ratios within one run only; in brackets, under %.1f, is a tie.%n%n",
                run.title(),
                run.jdk(),
                run.forks(),
                Goal.TIE));
        text.append(String.format(
                "%-34s %-22s %10s %21s %10s %12s%n", "work", "form", "ns", "least-most fork", "bytes", "to emitted"));
        for (Measured measured : run.all()) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-34s %-22s %10.2f %10.2f-%10.2f %10.1f %12s%n",
                    measured.work(),
                    measured.form(),
                    measured.nanos(),
                    measured.least(),
                    measured.most(),
                    measured.bytes(),
                    toEmitted(run, measured)));
        }
        text.append(String.format("%ngoals%n"));
        for (Goal goal : Goal.ALL) {
            text.append(goal.outcome(run).line()).append(System.lineSeparator());
        }
        return text.toString();
    }

    /** The ratio, in brackets if it is a tie; empty if the emitted form was not measured. */
    static String toEmitted(Measurements run, Measured measured) {
        Measured emitted = run.find(measured.work(), "emitted");
        if (emitted == null) {
            return "";
        }
        double ratio = measured.nanos() / emitted.nanos();
        boolean tie = ratio < Goal.TIE && ratio > 1 / Goal.TIE;
        return String.format(Locale.ROOT, tie ? "(%.2f)" : "%.2f", ratio);
    }
}
