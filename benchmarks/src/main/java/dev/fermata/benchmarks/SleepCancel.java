package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;
import static dev.fermata.Asyncio.waitUntil;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.ReturnWhen;
import dev.fermata.Task;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A million tasks sleep for an hour and are cancelled; each has a {@code finally} that counts. An operation is one task, from
 * its start to its end. A virtual thread is interrupted, which is what comes next to a cancel.
 */
public class SleepCancel extends MillionOnLoop {
    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        int[] ended = {0};
        loop.runUntilComplete(all(ended));
        check(MILLION, ended[0]);
    }

    @Async
    private static Coroutine<Void> all(int[] ended) {
        List<Task<Void>> tasks = new ArrayList<>(MILLION);
        for (int i = 0; i < MILLION; i++) {
            tasks.add(createTask(nap(ended)));
        }
        await(sleep(Duration.ZERO));
        for (Task<Void> task : tasks) {
            task.cancel();
        }
        await(waitUntil(ReturnWhen.ALL_COMPLETED, tasks));
        return done();
    }

    @Async
    private static Coroutine<Void> nap(int[] ended) {
        try {
            await(sleep(Duration.ofHours(1)));
        } finally {
            ended[0]++;
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinRunBlocking() {
        check(MILLION, RunBlocking.cancelledSleep(MILLION));
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void virtualThreads() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(MILLION);
        VirtualThreads.start(() -> {
            Thread[] all = new Thread[MILLION];
            for (int i = 0; i < MILLION; i++) {
                all[i] = VirtualThreads.start(() -> {
                    try {
                        Thread.sleep(3_600_000);
                        throw new AssertionError("nobody waits for an hour");
                    } catch (InterruptedException e) {
                        ended.countDown();
                    }
                });
            }
            for (Thread thread : all) {
                thread.interrupt();
            }
        });
        ended.await();
    }
}
