package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * An event that is set is awaited. An operation is one await. Kotlin and the JDK have no event: their forms await a
 * completed {@code Deferred} and a latch at zero, which can never be cleared again.
 */
public class EventSet extends OnLoop {
    private static final int TIMES = 10_000;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(awaits(TIMES)));
    }

    @Async
    private static Coroutine<Integer> awaits(int times) {
        AsyncEvent event = new AsyncEvent();
        event.set();
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(event.untilSet());
            count++;
        }
        return done(count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.eventSet(TIMES));
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
        CountDownLatch event = new CountDownLatch(0);
        int count = 0;
        for (int i = 0; i < times; i++) {
            event.await();
            count++;
        }
        return count;
    }
}
