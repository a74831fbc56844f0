package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Threads hand calls to a loop on a thread of its own, side by side. An operation is one call, from the submission to its
 * end. {@code plain} is an executor of one thread. {@code kotlinDispatcher} launches a coroutine for each call on a
 * dispatcher over such an executor, and {@code virtualThreads} starts a thread.
 */
public class CrossThread extends Settings {
    private static final int CALLS = 96_000;

    @Param({"1", "4", "16"})
    public int threads;

    private ExecutorService submitters = Executors.newCachedThreadPool();

    @Setup
    public void open() {
        submitters = Executors.newFixedThreadPool(threads);
    }

    @TearDown
    public void close() {
        submitters.shutdown();
    }

    /** Counts on the loop's thread only, and says when all calls have been made. */
    private static final class Counter implements Runnable {
        private final CountDownLatch all = new CountDownLatch(1);
        private int count;

        @Override
        public void run() {
            if (++count == CALLS) {
                all.countDown();
            }
        }
    }

    private void submitAll(Consumer<Runnable> submit) throws InterruptedException, ExecutionException {
        Counter counter = new Counter();
        Callable<Integer> part = () -> {
            int submitted = 0;
            for (; submitted < CALLS / threads; submitted++) {
                submit.accept(counter);
            }
            return submitted;
        };
        List<Callable<Integer>> parts = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            parts.add(part);
        }
        int submitted = 0;
        for (Future<Integer> end : submitters.invokeAll(parts)) {
            submitted += end.get();
        }
        check(CALLS, submitted);
        counter.all.await();
    }

    @State(Scope.Benchmark)
    public static class LoopThread {
        private final EventLoop loop = EventLoop.create();
        private final Thread thread = new Thread(loop::runForever, "loop");

        @Setup
        public void open() {
            thread.start();
        }

        @TearDown
        public void close() throws InterruptedException {
            loop.callSoonThreadsafe(loop::stop);
            thread.join();
            loop.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void emitted(LoopThread loop) throws InterruptedException, ExecutionException {
        submitAll(loop.loop::callSoonThreadsafe);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void plain(OneThread thread) throws InterruptedException, ExecutionException {
        submitAll(thread.executor::execute);
    }

    @State(Scope.Benchmark)
    public static class KotlinThread {
        private final RunBlocking.Thread thread = new RunBlocking.Thread();

        @TearDown
        public void close() {
            thread.close();
        }
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void kotlinDispatcher(KotlinThread kotlin) throws InterruptedException, ExecutionException {
        submitAll(kotlin.thread::launch);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void vertx(VertxContext vertx) throws InterruptedException, ExecutionException {
        submitAll(call -> vertx.context.runOnContext(nothing -> call.run()));
    }

    @State(Scope.Benchmark)
    public static class ReactorThread {
        private final Scheduler scheduler = Schedulers.newSingle("benchmark", true);

        @TearDown
        public void close() {
            scheduler.dispose();
        }
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void reactor(ReactorThread thread) throws InterruptedException, ExecutionException {
        submitAll(thread.scheduler::schedule);
    }

    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void virtualThreads() throws InterruptedException, ExecutionException {
        submitAll(VirtualThreads::start);
    }
}
