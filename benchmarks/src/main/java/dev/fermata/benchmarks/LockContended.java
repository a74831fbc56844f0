package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Ten tasks take a lock in turn and give way while they hold it, so that each has to wait for it. An operation is one wait,
 * one turn and the release. The JDK's lock is a fair one, as Fermata's and Kotlin's are: an unfair one would go to the
 * same thread again, and nobody would be waited for.
 */
public class LockContended extends OnLoop {
    private static final int TASKS = 10;
    private static final int TIMES = 1000;
    private static final int LOCKS = TASKS * TIMES;

    @Benchmark
    @OperationsPerInvocation(LOCKS)
    public void emitted() {
        int[] count = {0};
        AsyncLock lock = new AsyncLock();
        loop.runUntilComplete(all(lock, count));
        check(LOCKS, count[0]);
    }

    @Async
    private static Coroutine<Void> all(AsyncLock lock, int[] count) {
        List<Coroutine<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(locks(lock, count));
        }
        await(gather(tasks));
        return done();
    }

    @Async
    private static Coroutine<Void> locks(AsyncLock lock, int[] count) {
        for (int i = 0; i < TIMES; i++) {
            try (var held = await(lock.acquire())) {
                await(sleep(Duration.ZERO));
                count[0]++;
            }
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(LOCKS)
    public void kotlinRunBlocking() {
        check(LOCKS, RunBlocking.lockContended(TASKS, TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(LOCKS)
    public void virtualThreads() throws InterruptedException {
        int[] count = {0};
        ReentrantLock lock = new ReentrantLock(true);
        VirtualThreads.runAll(TASKS, () -> {
            for (int i = 0; i < TIMES; i++) {
                lock.lock();
                try {
                    VirtualThreads.giveWay();
                    count[0]++;
                } finally {
                    lock.unlock();
                }
            }
        });
        check(LOCKS, count[0]);
    }
}
