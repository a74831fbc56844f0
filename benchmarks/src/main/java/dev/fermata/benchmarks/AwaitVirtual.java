package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import dev.fermata.benchmarks.kotlin.BareWorks;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import dev.fermata.benchmarks.kotlin.Works;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** An await that does not suspend, of a method behind an interface. An operation is one call. */
public class AwaitVirtual extends Settings {
    private static final int CALLS = 1000;

    /** How many classes implement the interface and take turns at the call site. */
    @Param({"1", "4"})
    public int implementations;

    private final Plain[] plain = new Plain[CALLS];
    private final Priced[] emitted = new Priced[CALLS];
    private final Priced[] byHand = new Priced[CALLS];
    private final Future[] futures = new Future[CALLS];
    private final EventLoop loop = EventLoop.create();
    private final BareWorks kotlin = new BareWorks();
    private Works.Priced[] kotlinPriced = {};

    @Setup
    public void open() {
        kotlinPriced = Works.priced(CALLS, implementations);
        fill(plain, PlainCheap::new, PlainDear::new, PlainFair::new, PlainFree::new);
        fill(emitted, Emitted.Cheap::new, Emitted.Dear::new, Emitted.Fair::new, Emitted.Free::new);
        fill(byHand, ByHand.Cheap::new, ByHand.Dear::new, ByHand.Fair::new, ByHand.Free::new);
        fill(futures, FutureCheap::new, FutureDear::new, FutureFair::new, FutureFree::new);
    }

    @SafeVarargs
    private <T> void fill(T[] all, Supplier<? extends T>... classes) {
        for (int i = 0; i < all.length; i++) {
            all[i] = classes[i % implementations].get();
        }
    }

    @TearDown
    public void close() {
        loop.close();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer plain() {
        int total = 0;
        for (Plain priced : plain) {
            total = (total + priced.price(total)) & 63;
        }
        return total;
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer emitted() {
        return loop.runUntilComplete(Emitted.total(emitted));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer byHand() {
        return loop.runUntilComplete(ByHand.total(byHand));
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer completableFuture() {
        CompletableFuture<Integer> total = CompletableFuture.completedFuture(0);
        for (Future priced : futures) {
            total = total.thenCompose(soFar -> priced.price(soFar).thenApply(price -> (soFar + price) & 63));
        }
        return total.join();
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int kotlinBare() {
        return kotlin.total(kotlinPriced);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public int kotlinRunBlocking() {
        return RunBlocking.total(kotlinPriced);
    }

    private interface Plain {
        Integer price(int n);
    }

    private static final class PlainCheap implements Plain {
        @Override
        public Integer price(int n) {
            return (n + 1) & 63;
        }
    }

    private static final class PlainDear implements Plain {
        @Override
        public Integer price(int n) {
            return (n + 7) & 63;
        }
    }

    private static final class PlainFair implements Plain {
        @Override
        public Integer price(int n) {
            return (n + 3) & 63;
        }
    }

    private static final class PlainFree implements Plain {
        @Override
        public Integer price(int n) {
            return n & 63;
        }
    }

    private interface Future {
        CompletableFuture<Integer> price(int n);
    }

    private static final class FutureCheap implements Future {
        @Override
        public CompletableFuture<Integer> price(int n) {
            return CompletableFuture.completedFuture((n + 1) & 63);
        }
    }

    private static final class FutureDear implements Future {
        @Override
        public CompletableFuture<Integer> price(int n) {
            return CompletableFuture.completedFuture((n + 7) & 63);
        }
    }

    private static final class FutureFair implements Future {
        @Override
        public CompletableFuture<Integer> price(int n) {
            return CompletableFuture.completedFuture((n + 3) & 63);
        }
    }

    private static final class FutureFree implements Future {
        @Override
        public CompletableFuture<Integer> price(int n) {
            return CompletableFuture.completedFuture(n & 63);
        }
    }
}
