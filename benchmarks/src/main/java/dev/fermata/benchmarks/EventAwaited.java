package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A task sets an event that ten others wait for, and clears it again, a thousand times. An operation is the wake of one of
 * them. Kotlin and the JDK have no event that can be cleared: their forms have a {@code Deferred} or a latch for each round.
 */
public class EventAwaited extends OnLoop {
    private static final int TASKS = 10;
    private static final int ROUNDS = 1000;
    private static final int WAKES = TASKS * ROUNDS;

    @Benchmark
    @OperationsPerInvocation(WAKES)
    public void emitted() {
        int[] count = {0};
        loop.runUntilComplete(set(new AsyncEvent(), count));
        check(WAKES, count[0]);
    }

    @Async
    private static Coroutine<Void> set(AsyncEvent event, int[] count) {
        for (int i = 0; i < TASKS; i++) {
            createTask(awaits(event, count));
        }
        await(sleep(Duration.ZERO));
        for (int i = 0; i < ROUNDS; i++) {
            event.set();
            event.clear();
            await(sleep(Duration.ZERO));
        }
        return done();
    }

    @Async
    private static Coroutine<Void> awaits(AsyncEvent event, int[] count) {
        for (int i = 0; i < ROUNDS; i++) {
            await(event.untilSet());
            count[0]++;
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(WAKES)
    public void kotlinRunBlocking() {
        check(WAKES, RunBlocking.eventAwaited(TASKS, ROUNDS));
    }

    @Benchmark
    @OperationsPerInvocation(WAKES)
    public void virtualThreads() throws InterruptedException {
        int[] count = {0};
        CountDownLatch[] events = new CountDownLatch[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            events[i] = new CountDownLatch(1);
        }
        CountDownLatch ended = new CountDownLatch(TASKS + 1);
        VirtualThreads.start(() -> {
            for (int i = 0; i < TASKS; i++) {
                VirtualThreads.start(() -> {
                    awaits(events, count);
                    ended.countDown();
                });
            }
            VirtualThreads.giveWay();
            for (CountDownLatch event : events) {
                event.countDown();
                VirtualThreads.giveWay();
            }
            ended.countDown();
        });
        ended.await();
        check(WAKES, count[0]);
    }

    private static void awaits(CountDownLatch[] events, int[] count) {
        try {
            for (CountDownLatch event : events) {
                event.await();
                count[0]++;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
