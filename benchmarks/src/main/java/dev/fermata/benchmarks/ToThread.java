package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.toThread;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * A call is made on another thread and awaited: {@code toThread}, Kotlin's {@code Dispatchers.IO}, Vert.x's
 * {@code executeBlocking}, Reactor's {@code boundedElastic}. {@code completableFuture} waits on the calling thread. An
 * operation is one round trip.
 */
public class ToThread extends OnLoop {
    private static final int TIMES = 100;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        check(TIMES, loop.runUntilComplete(calls(TIMES)));
    }

    @Async
    private static Coroutine<Integer> calls(int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            count += await(toThread(() -> 1));
        }
        return done(count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(TIMES, RunBlocking.toThread(TIMES, () -> 1));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void completableFuture(OneThread thread) {
        int count = 0;
        for (int i = 0; i < TIMES; i++) {
            count += CompletableFuture.supplyAsync(() -> 1, thread.executor).join();
        }
        check(TIMES, count);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void vertx(VertxContext vertx) {
        CompletableFuture<Integer> count = new CompletableFuture<>();
        vertx.context.runOnContext(nothing -> vertxCalls(vertx, TIMES, 0, count));
        check(TIMES, count.join());
    }

    private static void vertxCalls(VertxContext vertx, int left, int count, CompletableFuture<Integer> end) {
        if (left == 0) {
            end.complete(count);
            return;
        }
        vertx.context
                .executeBlocking(() -> 1)
                .onComplete(result -> vertxCalls(vertx, left - 1, count + result, end), end::completeExceptionally);
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void reactor() {
        int count = 0;
        for (int i = 0; i < TIMES; i++) {
            count += Objects.requireNonNull(Mono.fromCallable(() -> 1)
                    .subscribeOn(Schedulers.boundedElastic())
                    .block());
        }
        check(TIMES, count);
    }
}
