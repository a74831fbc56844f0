package dev.fermata.benchmarks;

import dev.fermata.benchmarks.java8.EaAsync;
import dev.fermata.benchmarks.java8.Kilim;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** A loop awaits a call in each iteration, and one call in 1,000 suspends. An operation is one iteration. */
public class SeldomSuspends extends OnLoop {
    private static final int COUNT = 100_000;
    private static final int SELDOM = 1000;
    private static final int SUM = plainSum(COUNT, SELDOM);

    /** Not a constant: where the plain loop is inlined, C2 would replace its division, half of the work, by a multiplication. */
    private int seldom = SELDOM;

    private final BareWorks kotlin = new BareWorks();
    private final EaAsync eaAsync = new EaAsync();

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public int plain() {
        return plainSum(COUNT, seldom);
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void emitted() {
        check(SUM, loop.runUntilComplete(Emitted.sum(COUNT, seldom)));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void byHand() {
        check(SUM, loop.runUntilComplete(ByHand.sum(COUNT, seldom)));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void kotlinBare() {
        check(SUM, kotlin.sum(COUNT, seldom));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.sum(COUNT, seldom));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void eaAsync() {
        check(SUM, eaAsync.run(eaAsync.sum(COUNT, seldom)));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void kilim(KilimScheduler kilim) {
        check(SUM, Kilim.sum(COUNT, seldom, kilim.scheduler));
    }

    @Benchmark
    @OperationsPerInvocation(COUNT)
    public void virtualThreads() {
        check(SUM, VirtualThreads.call(() -> threadSum(COUNT, seldom)));
    }

    private static int plainSum(int count, int seldom) {
        int sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += plainNext(i, seldom);
        }
        return sum;
    }

    /** Boxed, as the result of a coroutine is. One call in {@code seldom} does something that has to stay. */
    private static Integer plainNext(int i, int seldom) {
        if (i % seldom == 0) {
            Thread.onSpinWait();
        }
        return i & 63;
    }

    private static int threadSum(int count, int seldom) {
        int sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += threadNext(i, seldom);
        }
        return sum;
    }

    private static Integer threadNext(int i, int seldom) {
        if (i % seldom == 0) {
            VirtualThreads.giveWay();
        }
        return i & 63;
    }
}
