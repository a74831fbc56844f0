package dev.fermata.costs;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import com.sun.management.ThreadMXBean;
import dev.fermata.Async;
import dev.fermata.AsyncEvent;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.AsyncSemaphore;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TaskLocal;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Map;
import java.util.function.IntFunction;
import jdk.jfr.Recording;

/** The operations that are counted. {@link #main} runs one of them in a JVM of its own and prints the bytes it allocates. */
final class Operations {
    private static final int TIMES = 20_000;
    private static final int WARM_UPS = 30;
    private static final int MEASURED = 5;
    private static final Duration SHORT = Duration.ofNanos(1);

    static final Map<String, IntFunction<Coroutine<Integer>>> ALL = Map.of(
            "switch", Operations::turns,
            "lock free", Operations::locks,
            "queue with an item", Operations::items,
            "event set", Operations::events,
            "semaphore free", Operations::permits,
            "sleep", Operations::naps,
            "ping-pong", Operations::rounds,
            "spawn and join", Operations::spawns,
            "local set and reset", Operations::localValues,
            "sleep cancelled", Operations::cancels);

    private static final String AFTER_A_RECORDING = " after a recording";

    private static final TaskLocal<String> LOCAL = new TaskLocal<>("measured");

    private Operations() {}

    /** Prints the bytes of one operation: the least of some runs, since a compiler may still replace code in one of them. */
    public static void main(String[] args) {
        boolean recorded = args[0].endsWith(AFTER_A_RECORDING);
        String name = recorded ? args[0].substring(0, args[0].length() - AFTER_A_RECORDING.length()) : args[0];
        IntFunction<Coroutine<Integer>> operation = ALL.get(name);
        EventLoop loop = EventLoop.create();
        if (recorded) {
            try (Recording recording = new Recording()) {
                recording.start();
                run(loop, operation);
            }
        }
        for (int i = 0; i < WARM_UPS; i++) {
            run(loop, operation);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < MEASURED; i++) {
            long before = threads.getThreadAllocatedBytes(thread);
            run(loop, operation);
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
        }
        System.out.println("bytes=" + (double) least / TIMES);
    }

    private static void run(EventLoop loop, IntFunction<Coroutine<Integer>> operation) {
        int count = loop.runUntilComplete(operation.apply(TIMES));
        if (count != TIMES) {
            throw new AssertionError("not all were done: " + count);
        }
    }

    /** Two tasks give way in turn. */
    @Async
    static Coroutine<Integer> turns(int times) {
        Task<Integer> other = createTask(half(times / 2));
        int mine = await(half(times / 2));
        return done(mine + await(other));
    }

    @Async
    static Coroutine<Integer> half(int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(sleep(Duration.ZERO));
            count++;
        }
        return done(count);
    }

    @Async
    static Coroutine<Integer> locks(int times) {
        AsyncLock lock = new AsyncLock();
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(lock.acquire());
            count++;
            lock.release();
        }
        return done(count);
    }

    @Async
    static Coroutine<Integer> items(int times) {
        AsyncQueue<Integer> queue = new AsyncQueue<>();
        int count = 0;
        for (int i = 0; i < times; i++) {
            queue.putNowait(1);
            count += await(queue.get());
        }
        return done(count);
    }

    @Async
    static Coroutine<Integer> events(int times) {
        AsyncEvent event = new AsyncEvent();
        event.set();
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(event.untilSet());
            count++;
        }
        return done(count);
    }

    @Async
    static Coroutine<Integer> permits(int times) {
        AsyncSemaphore semaphore = new AsyncSemaphore(1);
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(semaphore.acquire());
            count++;
            semaphore.release();
        }
        return done(count);
    }

    @Async
    static Coroutine<Integer> naps(int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(sleep(SHORT));
            count++;
        }
        return done(count);
    }

    /** A task falls asleep and is cancelled. */
    @Async
    static Coroutine<Integer> cancels(int times) {
        int[] count = {0};
        for (int i = 0; i < times; i++) {
            Task<Integer> task = createTask(cancelled(count));
            await(sleep(Duration.ZERO));
            task.cancel();
            await(sleep(Duration.ZERO));
        }
        return done(count[0]);
    }

    @Async
    static Coroutine<Integer> cancelled(int[] count) {
        try {
            await(sleep(Duration.ofHours(1)));
        } finally {
            count[0]++;
        }
        return done(0);
    }

    @Async
    static Coroutine<Integer> localValues(int times) {
        int count = 0;
        try (var outer = LOCAL.set("aa")) {
            for (int i = 0; i < times; i++) {
                try (var inner = LOCAL.set("b")) {
                    count++;
                }
            }
        }
        return done(count);
    }

    /** An item goes to another task and comes back. */
    @Async
    static Coroutine<Integer> rounds(int times) {
        AsyncQueue<Integer> there = new AsyncQueue<>(1);
        AsyncQueue<Integer> back = new AsyncQueue<>(1);
        Task<Void> echo = createTask(echo(there, back, times));
        int count = 0;
        for (int i = 0; i < times; i++) {
            await(there.put(1));
            count += await(back.get());
        }
        await(echo);
        return done(count);
    }

    @Async
    static Coroutine<Void> echo(AsyncQueue<Integer> from, AsyncQueue<Integer> to, int times) {
        for (int i = 0; i < times; i++) {
            await(to.put(await(from.get())));
        }
        return done();
    }

    @Async
    static Coroutine<Integer> spawns(int times) {
        int count = 0;
        for (int i = 0; i < times; i++) {
            count += await(createTask(one()));
        }
        return done(count);
    }

    @Async
    static Coroutine<Integer> one() {
        return done(1);
    }
}
