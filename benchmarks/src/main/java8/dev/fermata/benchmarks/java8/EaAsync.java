package dev.fermata.benchmarks.java8;

import static com.ea.async.Async.await;
import static java.util.concurrent.CompletableFuture.completedFuture;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * The works in ea-async, whose {@code await} rewrites a method over {@link CompletableFuture}. It has no loop, so the
 * least that is one is here. There are no tasks, no cancellation and no names either.
 */
public final class EaAsync {
    private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();

    /** Makes {@code count} turns of those that gave way. */
    public void turns(int count) {
        for (int i = 0; i < count; i++) {
            waiting.remove().complete(null);
        }
    }

    /** Makes turns until {@code future} is complete, and returns its result. */
    public <T> T run(CompletableFuture<T> future) {
        while (!future.isDone()) {
            turns(1);
        }
        return future.join();
    }

    /**
     * Runs {@code tasks} calls that give way {@code turns} times, each at the end of a chain of {@code depth} calls. Each
     * await of a loop hangs a future on the one before, all of which stay until the method returns. So a call that gives
     * way for ever would fill the heap, and the row would measure the collector.
     */
    public void giveWay(int tasks, int depth, int turns) {
        for (int i = 0; i < tasks; i++) {
            giveWayDeep(depth, turns);
        }
        turns(tasks * turns);
    }

    private CompletableFuture<Void> giveWay() {
        CompletableFuture<Void> turn = new CompletableFuture<>();
        waiting.add(turn);
        return turn;
    }

    public static CompletableFuture<Integer> fib(int n) {
        if (n < 2) {
            return completedFuture(n);
        }
        return completedFuture((await(fib(n - 1)) + await(fib(n - 2))) & 63);
    }

    public CompletableFuture<Void> giveWay(int times) {
        for (int i = 0; i < times; i++) {
            await(giveWay());
        }
        return completedFuture(null);
    }

    private CompletableFuture<Void> giveWayDeep(int depth, int times) {
        if (depth > 1) {
            await(giveWayDeep(depth - 1, times));
        } else {
            for (int i = 0; i < times; i++) {
                await(giveWay());
            }
        }
        return completedFuture(null);
    }

    /** One call in {@code seldom} gives way. */
    private CompletableFuture<Integer> next(int i, int seldom) {
        if (i % seldom == 0) {
            await(giveWay());
        }
        return completedFuture(i & 63);
    }

    public CompletableFuture<Integer> sum(int count, int seldom) {
        int sum = 0;
        for (int i = 1; i <= count; i++) {
            sum += await(next(i, seldom));
        }
        return completedFuture(sum);
    }
}
