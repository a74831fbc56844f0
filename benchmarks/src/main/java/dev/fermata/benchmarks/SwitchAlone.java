package dev.fermata.benchmarks;

import dev.fermata.benchmarks.java8.EaAsync;
import dev.fermata.benchmarks.java8.Kilim;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Setup;

/** A task gives way and is alone: what an iteration of the loop costs. An operation is one of its turns. */
public class SwitchAlone extends OnLoop {
    private static final int TURNS = 10_000;

    private final BareLoop bareLoop = new BareLoop();
    private final BareWorks kotlin = new BareWorks();
    private final EaAsync eaAsync = new EaAsync();

    @Setup
    public void open() {
        bareLoop.start(new BareLoop.Turns());
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void emitted() {
        loop.runUntilComplete(Emitted.turns(TURNS));
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void byHand() {
        loop.runUntilComplete(ByHand.turns(TURNS));
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void byHandBareLoop() {
        bareLoop.steps(TURNS);
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void kotlinBare() {
        kotlin.giveWay(1, TURNS);
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void kotlinRunBlocking() {
        RunBlocking.giveWay(1, 1, TURNS);
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void eaAsync() {
        eaAsync.run(eaAsync.giveWay(TURNS));
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void kilim(KilimScheduler kilim) {
        Kilim.giveWay(1, 1, TURNS, kilim.scheduler);
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void completableFuture(OneThread thread) {
        turns(TURNS, thread).join();
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void virtualThreads() throws InterruptedException {
        VirtualThreads.runAll(1, () -> {
            for (int i = 0; i < TURNS; i++) {
                VirtualThreads.giveWay();
            }
        });
    }

    private static CompletableFuture<Void> turns(int times, OneThread thread) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        turn(times, end, thread);
        return end;
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the next turn is all that follows
    private static void turn(int times, CompletableFuture<Void> end, OneThread thread) {
        if (times == 0) {
            end.complete(null);
        } else {
            CompletableFuture.completedFuture(null).thenRunAsync(() -> turn(times - 1, end, thread), thread.executor);
        }
    }
}
