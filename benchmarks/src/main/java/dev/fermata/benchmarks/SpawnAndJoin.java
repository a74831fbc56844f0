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
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A million tasks are started, each returns a number, and then each is awaited. An operation is one task. The tasks of
 * {@code kotlinBare} have neither names nor cancellation nor a set of all tasks.
 */
public class SpawnAndJoin extends MillionOnLoop {
    private final BareWorks kotlin = new BareWorks();

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        check(SUM, loop.runUntilComplete(spawnAndJoin(MILLION)));
    }

    @Async
    private static Coroutine<Long> spawnAndJoin(int tasks) {
        List<Task<Integer>> all = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            all.add(createTask(leaf(i)));
        }
        long sum = 0;
        for (Task<Integer> task : all) {
            sum += await(task);
        }
        return done(sum);
    }

    @Async
    private static Coroutine<Integer> leaf(int i) {
        return done(i);
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinBare() {
        check(SUM, kotlin.spawnAndJoin(MILLION));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.spawnAndJoin(MILLION));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void completableFuture(OneThread thread) {
        List<CompletableFuture<Integer>> all = new ArrayList<>(MILLION);
        for (int i = 0; i < MILLION; i++) {
            int number = i;
            all.add(CompletableFuture.supplyAsync(() -> number, thread.executor));
        }
        long sum = 0;
        for (CompletableFuture<Integer> future : all) {
            sum += future.join();
        }
        check(SUM, sum);
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void virtualThreads() {
        check(SUM, VirtualThreads.call(SpawnAndJoin::threads));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    @Fork(jvmArgsPrepend = {LARGE_HEAP_MIN, LARGE_HEAP_MAX, PRE_TOUCH})
    public void virtualThreadsDefault() {
        check(SUM, VirtualThreads.call(SpawnAndJoin::threads));
    }

    private static long threads() throws InterruptedException {
        Thread[] all = new Thread[MILLION];
        int[] results = new int[MILLION];
        for (int i = 0; i < MILLION; i++) {
            int number = i;
            all[i] = VirtualThreads.start(() -> results[number] = number);
        }
        long sum = 0;
        for (int i = 0; i < MILLION; i++) {
            all[i].join();
            sum += results[i];
        }
        return sum;
    }
}
