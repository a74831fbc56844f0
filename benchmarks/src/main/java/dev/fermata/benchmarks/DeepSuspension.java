package dev.fermata.benchmarks;

import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A chain of 100 calls is built, suspends once at its end, and is unwound. An operation is one chain. The chain of
 * {@code CompletableFuture} is completed when it is built, without a loop.
 */
public class DeepSuspension extends OnLoop {
    private static final int DEPTH = 100;
    private static final int CHAINS = 100;
    private static final int SUM = CHAINS * (DEPTH & 63);

    private final BareWorks kotlin = new BareWorks();

    @Benchmark
    @OperationsPerInvocation(CHAINS)
    public void emitted() {
        check(SUM, loop.runUntilComplete(Emitted.descents(DEPTH, CHAINS)));
    }

    @Benchmark
    @OperationsPerInvocation(CHAINS)
    public void byHand() {
        check(SUM, loop.runUntilComplete(ByHand.descents(DEPTH, CHAINS)));
    }

    @Benchmark
    @OperationsPerInvocation(CHAINS)
    public void kotlinBare() {
        check(SUM, kotlin.descents(DEPTH, CHAINS));
    }

    @Benchmark
    @OperationsPerInvocation(CHAINS)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.descents(DEPTH, CHAINS));
    }

    @Benchmark
    @OperationsPerInvocation(CHAINS)
    public void completableFuture() {
        int sum = 0;
        for (int i = 0; i < CHAINS; i++) {
            CompletableFuture<Integer> bottom = new CompletableFuture<>();
            CompletableFuture<Integer> top = future(DEPTH, bottom);
            bottom.complete(1);
            sum += top.join();
        }
        check(SUM, sum);
    }

    @Benchmark
    @OperationsPerInvocation(CHAINS)
    public void virtualThreads() {
        check(SUM, VirtualThreads.call(() -> {
            int sum = 0;
            for (int i = 0; i < CHAINS; i++) {
                sum += plain(DEPTH);
            }
            return sum;
        }));
    }

    private static CompletableFuture<Integer> future(int depth, CompletableFuture<Integer> bottom) {
        return depth > 1 ? future(depth - 1, bottom).thenApply(result -> (result + 1) & 63) : bottom;
    }

    private static int plain(int depth) {
        if (depth > 1) {
            return (plain(depth - 1) + 1) & 63;
        }
        VirtualThreads.giveWay();
        return 1;
    }
}
