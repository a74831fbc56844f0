package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Ten tasks share two permits and give way while they hold one. An operation is one wait, one turn and the release. The
 * JDK's semaphore is a fair one, as Fermata's and Kotlin's are.
 */
public class SemaphoreContended extends OnLoop {
    private static final int PERMITS = 2;
    private static final int TASKS = 10;
    private static final int TIMES = 1000;
    private static final int TURNS = TASKS * TIMES;

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void emitted() {
        int[] count = {0};
        loop.runUntilComplete(all(new AsyncSemaphore(PERMITS), count));
        check(TURNS, count[0]);
    }

    @Async
    private static Coroutine<Void> all(AsyncSemaphore semaphore, int[] count) {
        List<Coroutine<Void>> tasks = new ArrayList<>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(permits(semaphore, count));
        }
        await(gather(tasks));
        return done();
    }

    @Async
    private static Coroutine<Void> permits(AsyncSemaphore semaphore, int[] count) {
        for (int i = 0; i < TIMES; i++) {
            try (var permit = await(semaphore.acquire())) {
                await(sleep(Duration.ZERO));
                count[0]++;
            }
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void kotlinRunBlocking() {
        check(TURNS, RunBlocking.semaphoreContended(PERMITS, TASKS, TIMES));
    }

    /** All on one carrier, so that the count needs no lock of its own. */
    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void virtualThreads() throws InterruptedException {
        int[] count = {0};
        Semaphore semaphore = new Semaphore(PERMITS, true);
        VirtualThreads.runAll(TASKS, () -> {
            for (int i = 0; i < TIMES; i++) {
                semaphore.acquireUninterruptibly();
                try {
                    VirtualThreads.giveWay();
                    count[0]++;
                } finally {
                    semaphore.release();
                }
            }
        });
        check(TURNS, count[0]);
    }
}
