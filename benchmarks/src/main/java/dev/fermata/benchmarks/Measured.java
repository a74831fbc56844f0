package dev.fermata.benchmarks;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * What JMH found out about one benchmark method with one set of parameters.
 *
 * @param work the benchmark's class, and its parameters if it has any: {@code "ResumeDepth depth=100"}
 * @param form the method: who does the work
 * @param nanos an operation's time: the median of the forks' medians
 * @param least the least of the forks' medians
 * @param most the greatest of them
 * @param bytes what an operation allocates; NaN if JMH did not say
 * @param forks how many JVMs it was measured in
 */
record Measured(String work, String form, double nanos, double least, double most, double bytes, int forks) {
    static Measured of(RunResult run) {
        BenchmarkParams params = run.getParams();
        String name = params.getBenchmark();
        int method = name.lastIndexOf('.');
        String work = name.substring(name.lastIndexOf('.', method - 1) + 1, method);
        for (String param : params.getParamsKeys()) {
            work += " " + param + "=" + params.getParam(param);
        }
        Collection<BenchmarkResult> forks = run.getBenchmarkResults();
        double[] medians = forks.stream()
                .mapToDouble(fork -> median(fork.getIterationResults().stream()
                        .map(iteration -> iteration.getPrimaryResult().getScore())
                        .collect(Collectors.toList())))
                .sorted()
                .toArray();
        Result<?> allocated = run.getSecondaryResults().get("gc.alloc.rate.norm");
        double bytes = allocated == null ? Double.NaN : allocated.getScore();
        return new Measured(
                work,
                name.substring(method + 1),
                median(medians),
                medians[0],
                medians[medians.length - 1],
                bytes,
                forks.size());
    }

    /** The benchmark's class alone. */
    String row() {
        int parameters = work.indexOf(' ');
        return parameters < 0 ? work : work.substring(0, parameters);
    }

    private static double median(List<Double> values) {
        return median(values.stream().mapToDouble(Double::doubleValue).sorted().toArray());
    }

    private static double median(double[] sorted) {
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
