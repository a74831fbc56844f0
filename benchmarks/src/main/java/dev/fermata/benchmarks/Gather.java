package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Coroutines are started together and awaited together; each returns a number at once. An operation is one gather.
 * {@code completableFuture}, {@code vertx} and {@code reactor} run the parts on the one thread of their loop, and wait for
 * it on another.
 */
public class Gather extends OnLoop {
    private static final int TIMES = 20;

    @Param({"10", "1000"})
    public int tasks;

    private long sum() {
        return TIMES * sumBelow(tasks);
    }

    static long sumBelow(int tasks) {
        return tasks * (tasks - 1L) / 2;
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(sum(), loop.runUntilComplete(gathers(tasks, TIMES)));
    }

    @Async
    static Coroutine<Long> gathers(int tasks, int times) {
        long sum = 0;
        for (int i = 0; i < times; i++) {
            List<Coroutine<Integer>> all = new ArrayList<>(tasks);
            for (int leaf = 0; leaf < tasks; leaf++) {
                all.add(leaf(leaf));
            }
            for (int result : await(gather(all))) {
                sum += result;
            }
        }
        return done(sum);
    }

    @Async
    private static Coroutine<Integer> leaf(int i) {
        return done(i);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(sum(), RunBlocking.gather(tasks, TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void completableFuture(OneThread thread) {
        long sum = 0;
        for (int i = 0; i < TIMES; i++) {
            sum += futures(tasks, thread);
        }
        check(sum(), sum);
    }

    static long futures(int tasks, OneThread thread) {
        List<CompletableFuture<Integer>> all = new ArrayList<>(tasks);
        for (int leaf = 0; leaf < tasks; leaf++) {
            int number = leaf;
            all.add(CompletableFuture.supplyAsync(() -> number, thread.executor));
        }
        CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
        long sum = 0;
        for (CompletableFuture<Integer> future : all) {
            sum += future.join();
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void virtualThreads() {
        check(sum(), VirtualThreads.call(() -> {
            long sum = 0;
            for (int i = 0; i < TIMES; i++) {
                sum += threads(tasks);
            }
            return sum;
        }));
    }

    private static long threads(int tasks) throws InterruptedException {
        Thread[] all = new Thread[tasks];
        int[] results = new int[tasks];
        for (int i = 0; i < tasks; i++) {
            int number = i;
            all[i] = VirtualThreads.start(() -> results[number] = number);
        }
        long sum = 0;
        for (int i = 0; i < tasks; i++) {
            all[i].join();
            sum += results[i];
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void vertx(VertxContext vertx) {
        long sum = 0;
        for (int i = 0; i < TIMES; i++) {
            List<Future<Integer>> all = new ArrayList<>(tasks);
            for (int leaf = 0; leaf < tasks; leaf++) {
                int number = leaf;
                Promise<Integer> promise = Promise.promise();
                vertx.context.runOnContext(nothing -> promise.complete(number));
                all.add(promise.future());
            }
            for (Object result : Future.all(all)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join()
                    .list()) {
                sum += (Integer) result;
            }
        }
        check(sum(), sum);
    }

    /** The one thread on which Reactor's parts run. */
    @State(Scope.Benchmark)
    public static class OneScheduler {
        private final Scheduler scheduler = Schedulers.newSingle("benchmark", true);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void reactor(OneScheduler one) {
        long sum = 0;
        for (int i = 0; i < TIMES; i++) {
            List<Mono<Integer>> all = new ArrayList<>(tasks);
            for (int leaf = 0; leaf < tasks; leaf++) {
                int number = leaf;
                all.add(Mono.fromCallable(() -> number).subscribeOn(one.scheduler));
            }
            sum += Objects.requireNonNull(Mono.zip(all, Gather::sum).block());
        }
        check(sum(), sum);
    }

    private static long sum(Object[] results) {
        long sum = 0;
        for (Object result : results) {
            sum += (Integer) result;
        }
        return sum;
    }
}
