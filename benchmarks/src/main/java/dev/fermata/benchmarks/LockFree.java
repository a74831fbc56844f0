package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A lock that is free is taken and released. An operation is both. The locks of Kotlin and the JDK work between threads,
 * which Fermata's does not. {@code plain} is the JDK's on the one platform thread.
 */
public class LockFree extends OnLoop {
    private static final int TIMES = 10_000;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(locks(TIMES)));
    }

    @Async
    private static Coroutine<Integer> locks(int times) {
        AsyncLock lock = new AsyncLock();
        int count = 0;
        for (int i = 0; i < times; i++) {
            try (var held = await(lock.acquire())) {
                count++;
            }
        }
        return done(count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.lockFree(TIMES));
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
        ReentrantLock lock = new ReentrantLock();
        int count = 0;
        for (int i = 0; i < times; i++) {
            lock.lock();
            try {
                count++;
            } finally {
                lock.unlock();
            }
        }
        return count;
    }
}
