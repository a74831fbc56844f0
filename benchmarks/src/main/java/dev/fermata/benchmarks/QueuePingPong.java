package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.java8.Kilim;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Two tasks send a number to and fro through two queues of one. An operation is one round trip. The queues of Kotlin, Kilim
 * and the JDK may be used by many threads; {@code kotlinBare} has the least that is a queue, for two tasks of one loop.
 */
public class QueuePingPong extends OnLoop {
    private static final int ROUNDS = 10_000;

    private final BareWorks kotlin = new BareWorks();

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void emitted() {
        check(ROUNDS, loop.runUntilComplete(pingPong(ROUNDS)));
    }

    @Async
    private static Coroutine<Integer> pingPong(int rounds) {
        AsyncQueue<Integer> there = new AsyncQueue<>(1);
        AsyncQueue<Integer> back = new AsyncQueue<>(1);
        var echo = createTask(echo(there, back, rounds));
        int ball = 0;
        for (int i = 0; i < rounds; i++) {
            await(there.put(ball));
            ball = await(back.get());
        }
        await(echo);
        return done(ball);
    }

    @Async
    private static Coroutine<Void> echo(AsyncQueue<Integer> there, AsyncQueue<Integer> back, int rounds) {
        for (int i = 0; i < rounds; i++) {
            await(back.put(await(there.get()) + 1));
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void kotlinBare() {
        check(ROUNDS, kotlin.pingPong(ROUNDS));
    }

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void kotlinRunBlocking() {
        check(ROUNDS, RunBlocking.pingPong(ROUNDS));
    }

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void kilim(KilimScheduler kilim) {
        check(ROUNDS, Kilim.pingPong(ROUNDS, kilim.scheduler));
    }

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void virtualThreads() {
        check(ROUNDS, VirtualThreads.call(QueuePingPong::threads));
    }

    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    @Fork(jvmArgsPrepend = {"-Xms256m", "-Xmx256m", PRE_TOUCH})
    public void virtualThreadsDefault() {
        check(ROUNDS, VirtualThreads.call(QueuePingPong::threads));
    }

    private static int threads() throws InterruptedException {
        BlockingQueue<Integer> there = new ArrayBlockingQueue<>(1);
        BlockingQueue<Integer> back = new ArrayBlockingQueue<>(1);
        Thread echo = VirtualThreads.start(() -> {
            try {
                for (int i = 0; i < ROUNDS; i++) {
                    back.put(there.take() + 1);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        int ball = 0;
        for (int i = 0; i < ROUNDS; i++) {
            there.put(ball);
            ball = back.take();
        }
        echo.join();
        return ball;
    }
}
