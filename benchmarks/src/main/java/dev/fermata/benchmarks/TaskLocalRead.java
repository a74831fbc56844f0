package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.TaskLocal;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A task reads its value of a task local. An operation is one read. Kotlin reads an element of its context; {@code plain}
 * and {@code virtualThreads} read a {@code ThreadLocal}, which children do not inherit.
 */
public class TaskLocalRead extends OnLoop {
    private static final int TIMES = 10_000;
    private static final TaskLocal<String> LOCAL = new TaskLocal<>("benchmark");
    private static final ThreadLocal<String> THREAD_LOCAL = new ThreadLocal<>();

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(reads(TIMES)));
    }

    @Async
    private static Coroutine<Integer> reads(int times) {
        int count = 0;
        try (var token = LOCAL.set("a")) {
            for (int i = 0; i < times; i++) {
                count += LOCAL.get().length();
            }
        }
        return done(count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.localRead(TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void plain() {
        check(TIMES, plain(TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void virtualThreads() {
        check(TIMES, VirtualThreads.call(() -> plain(TIMES)));
    }

    private static int plain(int times) {
        int count = 0;
        THREAD_LOCAL.set("a");
        for (int i = 0; i < times; i++) {
            count += THREAD_LOCAL.get().length();
        }
        THREAD_LOCAL.remove();
        return count;
    }
}
