package dev.fermata.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the benchmarks and prints medians, their ratios to the emitted form, and what became of the goals. Takes JMH's
 * options, benchmarks/README.md says which ones are of use.
 */
final class Ratios {
    private Ratios() {}

    public static void main(String[] args) throws Exception {
        CommandLineOptions chosen = new CommandLineOptions(args);
        if (chosen.shouldHelp()) {
            chosen.showHelp();
            return;
        }
        ChainedOptionsBuilder options = new OptionsBuilder().parent(chosen).addProfiler(GCProfiler.class);
        if (!VirtualThreads.exist()) {
            options.exclude("virtualThreads");
        }
        List<Measured> all = new ArrayList<>();
        for (RunResult run : new Runner(options.build()).run()) {
            all.add(Measured.of(run));
        }
        String report = report(all);
        System.out.println(report);
        if (chosen.getIncludes().isEmpty()) {
            SleepingTaskBytes.main(new String[0]);
        }
    }

    static String report(List<Measured> all) {
        StringBuilder text = new StringBuilder(String.format(
                "%nJDK %s, medians of %d forks or more. Ratios within one run only; under %.1f is a tie.%n%n",
                Runtime.version(), all.stream().mapToInt(Measured::forks).min().orElse(0), Goal.TIE));
        text.append(String.format("%-34s %-18s %10s %10s %12s%n", "work", "form", "ns", "bytes", "to emitted"));
        for (Measured measured : all) {
            Measured emitted = emitted(all, measured.work());
            text.append(String.format(
                    Locale.ROOT,
                    "%-34s %-18s %10.2f %10.1f %12s%n",
                    measured.work(),
                    measured.form(),
                    measured.nanos(),
                    measured.bytes(),
                    emitted == null ? "" : ratio(measured.nanos() / emitted.nanos())));
        }
        text.append(String.format("%ngoals%n"));
        for (Goal goal : Goal.ALL) {
            String verdict = goal.verdict(all);
            if (verdict != null) {
                text.append(verdict).append(System.lineSeparator());
            }
        }
        return text.toString();
    }

    private static String ratio(double ratio) {
        boolean tie = ratio < Goal.TIE && ratio > 1 / Goal.TIE;
        return String.format(Locale.ROOT, tie ? "(%.2f)" : "%.2f", ratio);
    }

    private static @Nullable Measured emitted(List<Measured> all, String work) {
        for (Measured measured : all) {
            if (measured.work().equals(work) && measured.form().equals("emitted")) {
                return measured;
            }
        }
        return null;
    }
}
