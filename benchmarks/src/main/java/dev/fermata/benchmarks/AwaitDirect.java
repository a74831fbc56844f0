package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import dev.fermata.benchmarks.java8.EaAsync;
import dev.fermata.benchmarks.java8.Kilim;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import io.vertx.core.Future;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Mono;

/**
 * An await that does not suspend, of a method that is bound statically. An operation is one call. The futures of Vert.x and
 * the Monos of Reactor have no await; they are composed. A Mono's second call is not made in the callback of the first:
 * each callback would stand on the stack of the one before, and the stack overflows.
 */
public class AwaitDirect extends Settings {
    private static final int N = 20;

    /** {@code fib(20)} makes {@code 2 fib(21) - 1} calls. */
    private static final int CALLS = 21891;

    private final EventLoop loop = EventLoop.create();

    @TearDown
    public void close() {
        loop.close();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer plain() {
        return plainFib(N);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer emitted() {
        return loop.runUntilComplete(Emitted.fib(N));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer byHand() {
        return loop.runUntilComplete(ByHand.fib(N));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer completableFuture() {
        return futureFib(N).join();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int kotlinBare(KotlinLoop kotlin) {
        return kotlin.works.fib(N);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int kotlinRunBlocking() {
        return RunBlocking.fib(N);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer eaAsync() {
        return EaAsync.fib(N).join();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int kilim(KilimScheduler kilim) {
        return Kilim.fib(N, kilim.scheduler);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer vertx() {
        return vertxFib(N).result();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer reactor() {
        return Objects.requireNonNull(monoFib(N).block());
    }

    @State(Scope.Thread)
    public static class KotlinLoop {
        private final BareWorks works = new BareWorks();
    }

    private static Future<Integer> vertxFib(int n) {
        return n < 2
                ? Future.succeededFuture(n)
                : vertxFib(n - 1).compose(left -> vertxFib(n - 2).map(right -> (left + right) & 63));
    }

    private static Mono<Integer> monoFib(int n) {
        return n < 2 ? Mono.just(n) : Mono.zip(monoFib(n - 1), monoFib(n - 2), (left, right) -> (left + right) & 63);
    }

    private static Integer plainFib(int n) {
        return n < 2 ? n : (plainFib(n - 1) + plainFib(n - 2)) & 63;
    }

    private static CompletableFuture<Integer> futureFib(int n) {
        return n < 2
                ? CompletableFuture.completedFuture(n)
                : futureFib(n - 1).thenCombine(futureFib(n - 2), (left, right) -> (left + right) & 63);
    }
}
