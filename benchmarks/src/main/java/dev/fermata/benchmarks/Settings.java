package dev.fermata.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all benchmarks have in common: many short forks rather than few long ones, because the JIT's decisions differ
 * from fork to fork more than the machine does; a heap that is in memory from the start; one carrier thread for the
 * virtual threads, since one thread is what an event loop has. The forms named {@code virtualThreadsDefault} have the
 * carriers that the JDK chooses.
 *
 * <p>The options are prepended. What the command line appends comes after them and does not replace them, as it would
 * replace appended ones. No collector is named here, so that one can be chosen there for all.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 3,
        jvmArgsPrepend = {"-Xms256m", "-Xmx256m", Settings.PRE_TOUCH, Settings.ONE_CARRIER, Settings.NO_SECOND_CARRIER})
public abstract class Settings {
    static final String PRE_TOUCH = "-XX:+AlwaysPreTouch";
    static final String ONE_CARRIER = "-Djdk.virtualThreadScheduler.parallelism=1";
    static final String NO_SECOND_CARRIER = "-Djdk.virtualThreadScheduler.maxPoolSize=1";

    /** The heap of the rows with a million tasks or timers, in all their forms. */
    static final String LARGE_HEAP_MIN = "-Xms3g";

    static final String LARGE_HEAP_MAX = "-Xmx3g";

    /** Fails the benchmark if a form has not done its work. */
    static void check(long expected, long found) {
        if (expected != found) {
            throw new IllegalStateException("expected " + expected + " and found " + found);
        }
    }
}
