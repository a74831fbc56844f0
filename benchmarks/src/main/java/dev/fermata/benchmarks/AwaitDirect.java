package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.TearDown;

/** An await that does not suspend, of a method that is bound statically. An operation is one call. */
public class AwaitDirect extends Settings {
    private static final int N = 20;

    /** {@code fib(20)} makes {@code 2 fib(21) - 1} calls. */
    private static final int CALLS = 21891;

    private final EventLoop loop = EventLoop.create();

    @TearDown
    public void close() {
        loop.close();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer plain() {
        return plainFib(N);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer emitted() {
        return loop.runUntilComplete(Emitted.fib(N));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer byHand() {
        return loop.runUntilComplete(ByHand.fib(N));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer completableFuture() {
        return futureFib(N).join();
    }

    private static Integer plainFib(int n) {
        return n < 2 ? n : (plainFib(n - 1) + plainFib(n - 2)) & 63;
    }

    private static CompletableFuture<Integer> futureFib(int n) {
        return n < 2
                ? CompletableFuture.completedFuture(n)
                : futureFib(n - 1).thenCombine(futureFib(n - 2), (left, right) -> (left + right) & 63);
    }
}
