package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** {@link Skynet} with a group at each level, which Kotlin's {@code coroutineScope} is. An operation is one leaf. */
public class SkynetGroup extends MillionOnLoop {
    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void emitted() {
        check(SUM, loop.runUntilComplete(skynet(0, MILLION)));
    }

    @Async
    private static Coroutine<Long> skynet(int first, int leaves) {
        if (leaves == 1) {
            return done((long) first);
        }
        int part = leaves / 10;
        List<Task<Long>> all = new ArrayList<>(10);
        try (TaskGroup group = new TaskGroup()) {
            for (int i = 0; i < 10; i++) {
                all.add(group.createTask(skynet(first + i * part, part)));
            }
        }
        long sum = 0;
        for (Task<Long> task : all) {
            sum += task.result();
        }
        return done(sum);
    }

    @Benchmark
    @OperationsPerInvocation(MILLION)
    public void kotlinRunBlocking() {
        check(SUM, RunBlocking.skynetScopes(MILLION));
    }
}
