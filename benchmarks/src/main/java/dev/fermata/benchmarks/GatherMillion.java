package dev.fermata.benchmarks;

import dev.fermata.benchmarks.kotlin.RunBlocking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** A gather of a million, otherwise as {@link Gather}. An operation is one coroutine in it. */
public class GatherMillion extends MillionOnLoop {
    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        check(SUM, loop.runUntilComplete(Gather.gathers(MILLION, 1)));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.gather(MILLION, 1));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void completableFuture(OneThread thread) {
        check(SUM, Gather.futures(MILLION, thread));
    }
}
