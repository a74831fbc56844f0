package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.TaskGroup;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * A group is opened, starts ten children that return at once, and is left. An operation is one group. Kotlin's is
 * {@code coroutineScope} with {@code launch}. Virtual threads have no group in a released JDK; theirs are started and
 * joined, without the cancel of the others when one fails.
 */
public class Group extends OnLoop {
    private static final int CHILDREN = 10;
    private static final int TIMES = 100;

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void emitted() {
        int[] count = {0};
        loop.runUntilComplete(groups(count));
        check(CHILDREN * TIMES, count[0]);
    }

    @Async
    private static Coroutine<Void> groups(int[] count) {
        for (int i = 0; i < TIMES; i++) {
            try (TaskGroup group = new TaskGroup()) {
                for (int child = 0; child < CHILDREN; child++) {
                    group.createTask(child(count));
                }
            }
        }
        return done();
    }

    @Async
    private static Coroutine<Void> child(int[] count) {
        count[0]++;
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void kotlinRunBlocking() {
        check(CHILDREN * TIMES, RunBlocking.group(CHILDREN, TIMES));
    }

    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void virtualThreads() {
        check(CHILDREN * TIMES, VirtualThreads.call(() -> {
            int[] count = {0};
            Thread[] children = new Thread[CHILDREN];
            for (int i = 0; i < TIMES; i++) {
                for (int child = 0; child < CHILDREN; child++) {
                    children[child] = VirtualThreads.start(() -> count[0]++);
                }
                for (Thread child : children) {
                    child.join();
                }
            }
            return count[0];
        }));
    }
}
