package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;

import dev.fermata.Async;
import dev.fermata.AsyncCondition;
import dev.fermata.Coroutine;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/**
 * Two tasks take turns by a condition. An operation is one turn: lock, wait, signal, release. Kotlin has no condition. The
 * JDK's works between threads, which Fermata's does not.
 */
public class ConditionSignalled extends OnLoop {
    private static final int ROUNDS = 5000;
    private static final int TURNS = 2 * ROUNDS;

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void emitted() {
        int[] turn = {0};
        loop.runUntilComplete(both(turn));
        check(TURNS, turn[0]);
    }

    @Async
    private static Coroutine<Void> both(int[] turn) {
        AsyncCondition condition = new AsyncCondition();
        await(gather(turns(condition, turn, 0), turns(condition, turn, 1)));
        return done();
    }

    @Async
    private static Coroutine<Void> turns(AsyncCondition condition, int[] turn, int mine) {
        for (int i = 0; i < ROUNDS; i++) {
            try (var held = await(condition.acquire())) {
                while (turn[0] % 2 != mine) {
                    await(condition.untilSignalled());
                }
                turn[0]++;
                condition.signal();
            }
        }
        return done();
    }

    @Benchmark
    @OperationsPerInvocation(TURNS)
    public void virtualThreads() {
        int[] turn = {0};
        ReentrantLock lock = new ReentrantLock();
        Condition condition = lock.newCondition();
        VirtualThreads.call(() -> {
            Thread other = VirtualThreads.start(() -> turns(lock, condition, turn, 1));
            turns(lock, condition, turn, 0);
            other.join();
            return other;
        });
        check(TURNS, turn[0]);
    }

    private static void turns(ReentrantLock lock, Condition condition, int[] turn, int mine) {
        for (int i = 0; i < ROUNDS; i++) {
            lock.lock();
            try {
                while (turn[0] % 2 != mine) {
                    condition.awaitUninterruptibly();
                }
                turn[0]++;
                condition.signal();
            } finally {
                lock.unlock();
            }
        }
    }
}
