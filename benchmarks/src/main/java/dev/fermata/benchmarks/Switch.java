package dev.fermata.benchmarks;

import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.benchmarks.java8.EaAsync;
import dev.fermata.benchmarks.java8.Kilim;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * From one of 1,000 tasks to the next. All but one give way for ever; an invocation waits until that one has given way
 * {@link #TURNS} times. An operation is one switch. Virtual threads and the tasks of Kilim and ea-async all do so as
 * often, and are started and end within the invocation. So do Kotlin's in {@code runBlocking}, whose invocation is ten
 * times as long.
 */
public class Switch extends Settings {
    static final int TASKS = 1000;
    static final int TURNS = 100;
    private static final int SWITCHES = TASKS * TURNS;
    private static final int LONGER = 10;

    /** A loop with all the tasks but one. */
    public abstract static class Crowd {
        private final EventLoop loop = EventLoop.create();

        abstract Coroutine<Void> turns(int times);

        @Setup
        public void open() {
            for (int i = 1; i < TASKS; i++) {
                loop.createTask(turns(Integer.MAX_VALUE));
            }
        }

        void run() {
            loop.runUntilComplete(turns(TURNS));
        }

        @TearDown
        public void close() {
            loop.close();
        }
    }

    @State(Scope.Thread)
    public static class EmittedCrowd extends Crowd {
        @Override
        Coroutine<Void> turns(int times) {
            return Emitted.turns(times);
        }
    }

    @State(Scope.Thread)
    public static class ByHandCrowd extends Crowd {
        @Override
        Coroutine<Void> turns(int times) {
            return ByHand.turns(times);
        }
    }

    @State(Scope.Thread)
    public static class BareCrowd {
        private final BareLoop loop = new BareLoop();

        @Setup
        public void open() {
            for (int i = 0; i < TASKS; i++) {
                loop.start(new BareLoop.Turns());
            }
        }
    }

    @State(Scope.Thread)
    public static class FutureCrowd {
        private final ExecutorService loop = Executors.newSingleThreadExecutor();
        private volatile boolean over;

        @Setup
        public void open() {
            for (int i = 1; i < TASKS; i++) {
                turn();
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored") // the next turn is all that follows
        private void turn() {
            if (!over) {
                CompletableFuture.completedFuture(null).thenRunAsync(this::turn, loop);
            }
        }

        private CompletableFuture<Void> turns(int times) {
            return CompletableFuture.completedFuture(null)
                    .thenComposeAsync(
                            nothing -> times == 0 ? CompletableFuture.completedFuture(null) : turns(times - 1), loop);
        }

        @TearDown(Level.Trial)
        public void close() {
            over = true;
            loop.shutdown();
        }
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void emitted(EmittedCrowd crowd) {
        crowd.run();
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void byHand(ByHandCrowd crowd) {
        crowd.run();
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void byHandBareLoop(BareCrowd crowd) {
        crowd.loop.steps(SWITCHES);
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void completableFuture(FutureCrowd crowd) {
        crowd.turns(TURNS).join();
    }

    @State(Scope.Thread)
    public static class KotlinCrowd {
        private final BareWorks works = new BareWorks();

        @Setup
        public void open() {
            works.crowd(TASKS, 1);
        }
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void kotlinBare(KotlinCrowd crowd) {
        crowd.works.turns(SWITCHES);
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES * LONGER)
    public void kotlinRunBlocking() {
        RunBlocking.giveWay(TASKS, 1, TURNS * LONGER);
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void eaAsync() {
        new EaAsync().giveWay(TASKS, 1, TURNS);
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void kilim(KilimScheduler kilim) {
        Kilim.giveWay(TASKS, 1, TURNS, kilim.scheduler);
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    public void virtualThreads() throws InterruptedException {
        VirtualThreads.runAll(TASKS, Switch::giveWay);
    }

    @Benchmark
    @OperationsPerInvocation(SWITCHES)
    @Fork(jvmArgsPrepend = {"-Xms256m", "-Xmx256m", PRE_TOUCH})
    public void virtualThreadsDefault() throws InterruptedException {
        VirtualThreads.runAll(TASKS, Switch::giveWay);
    }

    private static void giveWay() {
        for (int i = 0; i < TURNS; i++) {
            VirtualThreads.giveWay();
        }
    }
}
