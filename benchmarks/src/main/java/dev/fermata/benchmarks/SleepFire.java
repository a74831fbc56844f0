package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A million tasks sleep for a random time of up to 50 ms. An operation is one task, from its start to its end. The last 50
 * of its nanoseconds are the wait for the last one. Virtual threads wake while others are still being started; the tasks of
 * Fermata and Kotlin all sleep before the first one goes on.
 */
public class SleepFire extends MillionOnLoop {
    private static final int SPREAD_MILLIS = 50;

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        int[] woken = {0};
        loop.runUntilComplete(all(woken));
        check(MILLION, woken[0]);
    }

    @Async
    private static Coroutine<Void> all(int[] woken) {
        SplittableRandom random = new SplittableRandom(1);
        List<Task<Void>> tasks = new ArrayList<>(MILLION);
        for (int i = 0; i < MILLION; i++) {
            tasks.add(createTask(nap(random.nextInt(SPREAD_MILLIS) + 1, woken)));
        }
        for (Task<Void> task : tasks) {
            await(task);
        }
        return done();
    }

    @Async
    private static Coroutine<Void> nap(int millis, int[] woken) {
        await(sleep(Duration.ofMillis(millis)));
        woken[0]++;
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinRunBlocking() {
        check(MILLION, RunBlocking.sleep(MILLION, SPREAD_MILLIS, 1));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void virtualThreads() throws InterruptedException {
        CountDownLatch woken = new CountDownLatch(MILLION);
        VirtualThreads.start(() -> {
            SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < MILLION; i++) {
                int millis = random.nextInt(SPREAD_MILLIS) + 1;
                VirtualThreads.start(() -> {
                    try {
                        Thread.sleep(millis);
                        woken.countDown();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        });
        woken.await();
    }
}
