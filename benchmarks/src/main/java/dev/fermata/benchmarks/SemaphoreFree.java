package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A permit that is there is taken and released. An operation is both. The semaphores of Kotlin and the JDK work between
 * threads, which Fermata's does not. {@code plain} is the JDK's on the one platform thread.
 */
public class SemaphoreFree extends OnLoop {
    private static final int TIMES = 10_000;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(permits(TIMES)));
    }

    @Async
    private static Coroutine<Integer> permits(int times) {
        AsyncSemaphore semaphore = new AsyncSemaphore(2);
        int count = 0;
        for (int i = 0; i < times; i++) {
            try (var permit = await(semaphore.acquire())) {
                count++;
            }
        }
        return done(count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.semaphoreFree(TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void plain() throws InterruptedException {
        check(TIMES, plain(TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void virtualThreads() {
        check(TIMES, VirtualThreads.call(() -> plain(TIMES)));
    }

    private static int plain(int times) throws InterruptedException {
        Semaphore semaphore = new Semaphore(2);
        int count = 0;
        for (int i = 0; i < times; i++) {
            semaphore.acquire();
            try {
                count++;
            } finally {
                semaphore.release();
            }
        }
        return count;
    }
}
