package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A task starts ten, each of these ten more, down to a million leaves, and all add up what their ten return. Tasks are
 * started and awaited one by one. An operation is one leaf.
 */
public class Skynet extends MillionOnLoop {
    private final BareWorks kotlin = new BareWorks();

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        check(SUM, loop.runUntilComplete(skynet(0, MILLION)));
    }

    @Async
    private static Coroutine<Long> skynet(int first, int leaves) {
        if (leaves == 1) {
            return done((long) first);
        }
        int part = leaves / 10;
        List<Task<Long>> all = new ArrayList<>(10);
        for (int i = 0; i < 10; i++) {
            all.add(createTask(skynet(first + i * part, part)));
        }
        long sum = 0;
        for (Task<Long> task : all) {
            sum += await(task);
        }
        return done(sum);
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinBare() {
        check(SUM, kotlin.skynet(MILLION));
    }

    /** All its tasks are in one scope. */
    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.skynet(MILLION));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void virtualThreads() {
        check(SUM, VirtualThreads.call(() -> threads(0, MILLION)));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    @Fork(jvmArgsPrepend = {LARGE_HEAP_MIN, LARGE_HEAP_MAX, PRE_TOUCH})
    public void virtualThreadsDefault() {
        check(SUM, VirtualThreads.call(() -> threads(0, MILLION)));
    }

    private static long threads(int first, int leaves) throws InterruptedException {
        if (leaves == 1) {
            return first;
        }
        int part = leaves / 10;
        Thread[] all = new Thread[10];
        long[] results = new long[10];
        for (int i = 0; i < 10; i++) {
            int number = i;
            all[i] = VirtualThreads.start(() -> results[number] = uninterrupted(first + number * part, part));
        }
        long sum = 0;
        for (int i = 0; i < 10; i++) {
            all[i].join();
            sum += results[i];
        }
        return sum;
    }

    private static long uninterrupted(int first, int leaves) {
        try {
            return threads(first, leaves);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nothing interrupts these threads", e);
        }
    }
}
