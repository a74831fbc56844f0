package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Promise;
import io.netty.util.HashedWheelTimer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A million timers are set at random times of the next 50 ms, and each calls back; none does before all are set. An
 * operation is one timer, from its setting to its call. The last 50 of its nanoseconds are the wait for the last timer,
 * the same for all forms.
 *
 * <p>Netty's wheel does not keep the order of times that fall into one tick, and is late by up to a tick: 1 ms here, 100 ms
 * by default. It and {@code ScheduledThreadPoolExecutor} take timers from any thread. Vert.x counts in milliseconds.
 */
public class TimersFire extends MillionOnLoop {
    private static final int SPREAD_MICROS = 50_000;

    private final int[] delays = new int[MILLION];

    @Setup
    public void draw() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < MILLION; i++) {
            delays[i] = random.nextInt(SPREAD_MICROS);
        }
    }

    /** Counts the calls on the timers' thread, and says when all have come. */
    private static final class Counter implements Runnable {
        private final Runnable whenAllHaveFired;
        private int count;

        Counter(Runnable whenAllHaveFired) {
            this.whenAllHaveFired = whenAllHaveFired;
        }

        @Override
        public void run() {
            if (++count == MILLION) {
                whenAllHaveFired.run();
            }
        }
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        check(MILLION, loop.runUntilComplete(timers(delays)));
    }

    @Async
    private static Coroutine<Integer> timers(int[] delays) {
        EventLoop loop = EventLoop.running();
        Promise<Integer> all = loop.createPromise();
        Counter counter = new Counter(() -> all.setResult(MILLION));
        for (int delay : delays) {
            loop.callLater(Duration.ofNanos(delay * 1000L), counter);
        }
        return done(await(all));
    }

    @State(Scope.Thread)
    public static class Pool {
        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

        @TearDown
        public void close() {
            executor.shutdown();
        }
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    @SuppressWarnings("FutureReturnValueIgnored") // the counter says when all have fired
    public void stpe(Pool pool) throws InterruptedException {
        CountDownLatch allSet = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(1);
        Counter counter = new Counter(all::countDown);
        pool.executor.execute(() -> awaitUninterrupted(allSet));
        for (int delay : delays) {
            pool.executor.schedule(counter, delay, TimeUnit.MICROSECONDS);
        }
        allSet.countDown();
        all.await();
    }

    @State(Scope.Thread)
    public static class Wheel {
        private final HashedWheelTimer timer = new HashedWheelTimer(1, TimeUnit.MILLISECONDS);

        @TearDown
        public void close() {
            timer.stop();
        }
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void nettyWheel(Wheel wheel) throws InterruptedException {
        CountDownLatch blocked = new CountDownLatch(1);
        CountDownLatch allSet = new CountDownLatch(1);
        CountDownLatch all = new CountDownLatch(1);
        Counter counter = new Counter(all::countDown);
        wheel.timer.newTimeout(
                timeout -> {
                    blocked.countDown();
                    awaitUninterrupted(allSet);
                },
                0,
                TimeUnit.MICROSECONDS);
        blocked.await();
        for (int delay : delays) {
            wheel.timer.newTimeout(timeout -> counter.run(), delay, TimeUnit.MICROSECONDS);
        }
        allSet.countDown();
        all.await();
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void vertx(VertxContext vertx) throws InterruptedException {
        CountDownLatch all = new CountDownLatch(1);
        Counter counter = new Counter(all::countDown);
        vertx.context.runOnContext(nothing -> {
            for (int delay : delays) {
                vertx.vertx.setTimer(delay / 1000 + 1L, id -> counter.run());
            }
        });
        all.await();
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
