package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.TaskLocal;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.Objects;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A task sets a task local, and resets it to the value it had. An operation is both. Kotlin calls with another context;
 * {@code plain} and {@code virtualThreads} set a {@code ThreadLocal} twice.
 */
public class TaskLocalSet extends OnLoop {
    private static final int TIMES = 10_000;
    private static final TaskLocal<String> LOCAL = new TaskLocal<>("benchmark");
    private static final ThreadLocal<String> THREAD_LOCAL = new ThreadLocal<>();

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(sets(TIMES)));
    }

    @Async
    private static Coroutine<Integer> sets(int times) {
        int count = 0;
        try (var outer = LOCAL.set("aa")) {
            for (int i = 0; i < times; i++) {
                try (var inner = LOCAL.set("b")) {
                    count++;
                }
            }
            check(2, LOCAL.get().length());
        }
        return done(count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.localSet(TIMES));
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
        THREAD_LOCAL.set("aa");
        for (int i = 0; i < times; i++) {
            String before = Objects.requireNonNull(THREAD_LOCAL.get());
            THREAD_LOCAL.set("b");
            count++;
            THREAD_LOCAL.set(before);
        }
        check(2, Objects.requireNonNull(THREAD_LOCAL.get()).length());
        THREAD_LOCAL.remove();
        return count;
    }
}
