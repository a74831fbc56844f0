package dev.fermata.benchmarks;

import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.benchmarks.java8.EaAsync;
import dev.fermata.benchmarks.java8.Kilim;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Does a resume cost more when many calls are suspended above it? 100 tasks give way at the end of a chain of calls. An
 * operation is one resume.
 */
public class ResumeDepth extends Settings {
    private static final int TASKS = 100;
    private static final int TURNS = 1000;
    private static final int RESUMES = TASKS * TURNS;

    public abstract static class Crowd {
        @Param({"1", "100"})
        public int depth;

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
            return Emitted.deepTurns(depth, times);
        }
    }

    @State(Scope.Thread)
    public static class ByHandCrowd extends Crowd {
        @Override
        Coroutine<Void> turns(int times) {
            return ByHand.deepTurns(depth, times);
        }
    }

    @State(Scope.Thread)
    public static class KotlinCrowd {
        @Param({"1", "100"})
        public int depth;

        private final BareWorks works = new BareWorks();

        @Setup
        public void open() {
            works.crowd(TASKS, depth);
        }
    }

    @State(Scope.Thread)
    public static class ThreadStack {
        @Param({"1", "100"})
        public int depth;

        static void turns(int depth) {
            if (depth > 1) {
                turns(depth - 1);
            } else {
                for (int i = 0; i < TURNS; i++) {
                    VirtualThreads.giveWay();
                }
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void emitted(EmittedCrowd crowd) {
        crowd.run();
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void byHand(ByHandCrowd crowd) {
        crowd.run();
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void kotlinBare(KotlinCrowd crowd) {
        crowd.works.turns(RESUMES);
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void kotlinRunBlocking(ThreadStack stack) {
        RunBlocking.giveWay(TASKS, stack.depth, TURNS);
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void eaAsync(ThreadStack stack) {
        new EaAsync().giveWay(TASKS, stack.depth, TURNS);
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void kilim(ThreadStack stack, KilimScheduler kilim) {
        Kilim.giveWay(TASKS, stack.depth, TURNS, kilim.scheduler);
    }

    @Benchmark
    @OperationsPerInvocation(RESUMES)
    public void virtualThreads(ThreadStack stack) throws InterruptedException {
        VirtualThreads.runAll(TASKS, () -> ThreadStack.turns(stack.depth));
    }
}
