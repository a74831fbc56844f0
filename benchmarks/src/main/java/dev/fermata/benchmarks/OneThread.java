package dev.fermata.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** An executor of one thread, which is the loop of those who have none. */
@State(Scope.Thread)
public class OneThread {
    final ExecutorService executor = Executors.newSingleThreadExecutor();

    @TearDown
    public void close() {
        executor.shutdown();
    }
}
