package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.timeout;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A timeout of an hour is opened around a call that returns at once, and left. An operation is one timeout.
 * {@code CompletableFuture.orTimeout} hands its timer to another thread, where it is cancelled when the future completes.
 */
public class TimeoutThatDoesNotFire extends OnLoop {
    private static final int TIMES = 1000;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(timeouts(TIMES)));
    }

    @Async
    private static Coroutine<Integer> timeouts(int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            try (var limit = timeout(Duration.ofHours(1))) {
                count += await(leaf(1));
            }
        }
        return done(count);
    }

    @Async
    private static Coroutine<Integer> leaf(int i) {
        return done(i);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.timeout(TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void completableFuture() {
        int count = 0;
        for (int i = 0; i < TIMES; i++) {
            CompletableFuture<Integer> future = new CompletableFuture<Integer>().orTimeout(1, TimeUnit.HOURS);
            future.complete(1);
            count += future.join();
        }
        check(TIMES, count);
    }
}
