package dev.fermata.benchmarks;

import dev.fermata.benchmarks.java8.Kilim;
import kilim.Scheduler;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One thread for Kilim's tasks. */
@State(Scope.Thread)
public class KilimScheduler {
    final Scheduler scheduler = Kilim.oneThread();

    @TearDown
    public void close() {
        scheduler.shutdown();
    }
}
