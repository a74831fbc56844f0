package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.TimerHandle;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A million timers are set at random times of the second hour from now, and then all are cancelled, which removes them. An
 * operation is one timer. {@code ScheduledThreadPoolExecutor} removes what is cancelled because it is told to. Netty's wheel
 * removes it in its thread at the next tick, which is not waited for.
 */
public class TimersCancel extends MillionOnLoop {
    private final int[] delays = new int[MILLION];

    @Setup
    public void draw() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < MILLION; i++) {
            delays[i] = 3_600_000 + random.nextInt(3_600_000);
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
        TimerHandle[] handles = new TimerHandle[delays.length];
        for (int i = 0; i < delays.length; i++) {
            handles[i] = loop.callLater(Duration.ofMillis(delays[i]), TimersCancel::neverCalled);
        }
        int cancelled = 0;
        for (TimerHandle handle : handles) {
            handle.cancel();
            cancelled += handle.cancelled() ? 1 : 0;
        }
        return done(cancelled);
    }

    @State(Scope.Thread)
    public static class Pool {
        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

        @Setup
        public void open() {
            executor.setRemoveOnCancelPolicy(true);
        }

        @TearDown
        public void close() {
            executor.shutdown();
        }
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void stpe(Pool pool) {
        ScheduledFuture<?>[] futures = new ScheduledFuture<?>[MILLION];
        for (int i = 0; i < MILLION; i++) {
            futures[i] = pool.executor.schedule(TimersCancel::neverCalled, delays[i], TimeUnit.MILLISECONDS);
        }
        int cancelled = 0;
        for (ScheduledFuture<?> future : futures) {
            cancelled += future.cancel(false) ? 1 : 0;
        }
        check(MILLION, cancelled);
        check(0, pool.executor.getQueue().size());
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
    public void nettyWheel(Wheel wheel) {
        Timeout[] timeouts = new Timeout[MILLION];
        for (int i = 0; i < MILLION; i++) {
            timeouts[i] = wheel.timer.newTimeout(timeout -> neverCalled(), delays[i], TimeUnit.MILLISECONDS);
        }
        int cancelled = 0;
        for (Timeout timeout : timeouts) {
            cancelled += timeout.cancel() ? 1 : 0;
        }
        check(MILLION, cancelled);
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void vertx(VertxContext vertx) {
        CompletableFuture<Integer> end = new CompletableFuture<>();
        vertx.context.runOnContext(nothing -> {
            long[] ids = new long[MILLION];
            for (int i = 0; i < MILLION; i++) {
                ids[i] = vertx.vertx.setTimer(delays[i], id -> neverCalled());
            }
            int cancelled = 0;
            for (long id : ids) {
                cancelled += vertx.vertx.cancelTimer(id) ? 1 : 0;
            }
            end.complete(cancelled);
        });
        check(MILLION, end.join());
    }

    private static void neverCalled() {
        throw new AssertionError("a cancelled timer has fired");
    }
}
