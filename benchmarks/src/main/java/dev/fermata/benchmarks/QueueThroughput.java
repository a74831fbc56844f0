package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/**
 * One task puts numbers into a queue, another takes them out. An operation is one number. The queues of Kotlin and the JDK
 * may be used by many threads.
 */
public class QueueThroughput extends OnLoop {
    private static final int ITEMS = 10_000;
    private static final long SUM = sumOfItems();

    @Param({"1", "100"})
    public int capacity;

    private static long sumOfItems() {
        long sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            sum += i & 63;
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void emitted() {
        check(SUM, loop.runUntilComplete(through(capacity)));
    }

    @Async
    private static Coroutine<Long> through(int capacity) {
        AsyncQueue<Integer> queue = new AsyncQueue<>(capacity);
        var producer = createTask(produce(queue));
        long sum = 0;
        for (int i = 0; i < ITEMS; i++) {
            sum += await(queue.get());
        }
        await(producer);
        return done(sum);
    }

    @Async
    private static Coroutine<Void> produce(AsyncQueue<Integer> queue) {
        for (int i = 0; i < ITEMS; i++) {
            await(queue.put(i & 63));
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.throughput(capacity, ITEMS));
    }

    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void virtualThreads() {
        check(SUM, VirtualThreads.call(() -> {
            BlockingQueue<Integer> queue = new ArrayBlockingQueue<>(capacity);
            VirtualThreads.start(() -> produce(queue));
            long sum = 0;
            for (int i = 0; i < ITEMS; i++) {
                sum += queue.take();
            }
            return sum;
        }));
    }

    private static void produce(BlockingQueue<Integer> queue) {
        try {
            for (int i = 0; i < ITEMS; i++) {
                queue.put(i & 63);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
