package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.AsyncLock;
import dev.fermata.AsyncQueue;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.IntFunction;

/**
 * Prints what an operation costs among 10 to 1,000,000 tasks, timers, waiters or items, and what a switch costs on 1, 2 and 4
 * loops at once. Each figure is the median of a few runs in this one JVM.
 */
final class Scaling {
    private static final int[] SIZES = {10, 100, 1_000, 10_000, 100_000, 1_000_000};
    private static final int[] LOOPS = {1, 2, 4};
    private static final int RUNS = 5;

    /** A run ends after so many operations, or after so long: few timers spend their time in waiting. */
    private static final int OPERATIONS = 2_000_000;

    private static final long LONGEST_RUN = 500_000_000; // nanoseconds

    private static final int TURNS = 10;
    private static final Duration LONG = Duration.ofHours(1);

    private static final Map<String, IntFunction<Coroutine<Integer>>> OPERATIONS_OF = new TreeMap<>(Map.of(
            "switch", Scaling::switches,
            "spawn and join", Scaling::spawns,
            "timer set and fired", Scaling::fired,
            "timer set and cancelled", Scaling::cancelled,
            "waiter at a lock", Scaling::waiters,
            "item through a queue", Scaling::items));

    private Scaling() {}

    /** With {@code --docs FOLDER} writes the table and the chart there, too. */
    public static void main(String[] args) throws InterruptedException, IOException {
        Map<String, List<Double>> lines = new TreeMap<>();
        for (Map.Entry<String, IntFunction<Coroutine<Integer>>> operation : OPERATIONS_OF.entrySet()) {
            List<Double> line = new ArrayList<>();
            for (int size : SIZES) {
                line.add(nanos(operation.getValue(), size));
            }
            lines.put(operation.getKey(), line);
            System.out.println(operation.getKey() + " " + line);
        }
        List<Double> loops = new ArrayList<>();
        for (int count : LOOPS) {
            loops.add(nanosOfLoops(count));
        }
        String table = table("ns an operation, among", SIZES, lines)
                + '\n'
                + table("loops side by side", LOOPS, Map.of("switch", loops));
        System.out.println(table);
        if (args.length == 2 && args[0].equals("--docs")) {
            Path docs = Path.of(args[1]);
            Charts.writeScaling(docs.resolve("performance"), "scaling", SIZES, lines);
            Report.replace(
                    docs.resolve("performance.md"),
                    "scaling",
                    String.format(
                            Locale.ROOT,
                            "\nJDK %d.\n\n%s\n%s\n",
                            Runtime.version().feature(),
                            table,
                            Report.picture("scaling")));
        }
    }

    private static String table(String title, int[] columns, Map<String, List<Double>> lines) {
        StringBuilder text = new StringBuilder(String.format("| %-24s |", title));
        StringBuilder rule = new StringBuilder("|---|");
        for (int column : columns) {
            text.append(String.format(Locale.ROOT, " %,9d |", column));
            rule.append("--:|");
        }
        text.append('\n').append(rule).append('\n');
        lines.forEach((operation, line) -> {
            text.append(String.format("| %-24s |", operation));
            line.forEach(nanos -> text.append(String.format(Locale.ROOT, " %9.1f |", nanos)));
            text.append('\n');
        });
        return text.toString();
    }

    private static double nanos(IntFunction<Coroutine<Integer>> operation, int size) {
        EventLoop loop = EventLoop.create();
        List<Double> runs = new ArrayList<>();
        for (int run = 0; run <= RUNS; run++) {
            long count = 0;
            long start = System.nanoTime();
            while (count < OPERATIONS && System.nanoTime() - start < LONGEST_RUN) {
                count += loop.runUntilComplete(operation.apply(size));
            }
            if (run > 0) { // the first one warms up
                runs.add((double) (System.nanoTime() - start) / count);
            }
        }
        return median(runs);
    }

    private static double nanosOfLoops(int loops) throws InterruptedException {
        List<Double> runs = new ArrayList<>();
        for (int run = 0; run < RUNS; run++) {
            CountDownLatch begin = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < loops; i++) {
                Thread thread = new Thread(() -> {
                    EventLoop loop = EventLoop.create();
                    try {
                        begin.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    for (int count = 0; count < OPERATIONS; ) {
                        count += loop.runUntilComplete(switches(1_000));
                    }
                });
                thread.start();
                threads.add(thread);
            }
            long start = System.nanoTime();
            begin.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            runs.add((double) (System.nanoTime() - start) / OPERATIONS / loops);
        }
        return median(runs);
    }

    private static double median(List<Double> runs) {
        return runs.stream().sorted().toList().get(runs.size() / 2);
    }

    /** {@code tasks} tasks give way in turn. */
    @Async
    static Coroutine<Integer> switches(int tasks) {
        List<Task<Void>> all = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            all.add(createTask(Emitted.turns(TURNS)));
        }
        for (Task<Void> task : all) {
            await(task);
        }
        return done(tasks * TURNS);
    }

    @Async
    static Coroutine<Integer> spawns(int tasks) {
        List<Task<Integer>> all = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            all.add(createTask(Emitted.fib(1)));
        }
        int joined = 0;
        for (Task<Integer> task : all) {
            joined += await(task);
        }
        return done(joined);
    }

    @Async
    static Coroutine<Integer> fired(int timers) {
        List<Task<Void>> all = new ArrayList<>(timers);
        for (int i = 0; i < timers; i++) {
            all.add(createTask(Emitted.nap(Duration.ofNanos(1 + i % 1000))));
        }
        for (Task<Void> task : all) {
            await(task);
        }
        return done(timers);
    }

    @Async
    static Coroutine<Integer> cancelled(int timers) {
        List<Task<Void>> all = new ArrayList<>(timers);
        for (int i = 0; i < timers; i++) {
            all.add(createTask(Emitted.nap(LONG)));
        }
        await(sleep(Duration.ZERO));
        for (Task<Void> task : all) {
            task.cancel();
        }
        int cancelled = 0;
        while (cancelled < timers) {
            await(sleep(Duration.ZERO));
            cancelled = 0;
            for (Task<Void> task : all) {
                cancelled += task.cancelled() ? 1 : 0;
            }
        }
        return done(timers);
    }

    @Async
    static Coroutine<Integer> waiters(int tasks) {
        AsyncLock lock = new AsyncLock();
        List<Task<Integer>> all = new ArrayList<>(tasks);
        await(lock.acquire());
        for (int i = 0; i < tasks; i++) {
            all.add(createTask(turn(lock)));
        }
        await(sleep(Duration.ZERO));
        lock.release();
        int turns = 0;
        for (Task<Integer> task : all) {
            turns += await(task);
        }
        return done(turns);
    }

    @Async
    private static Coroutine<Integer> turn(AsyncLock lock) {
        await(lock.acquire());
        lock.release();
        return done(1);
    }

    /** So many items are in the queue at once. */
    @Async
    static Coroutine<Integer> items(int count) {
        AsyncQueue<Integer> queue = new AsyncQueue<>(count);
        for (int i = 0; i < count; i++) {
            await(queue.put(1));
        }
        int taken = 0;
        for (int i = 0; i < count; i++) {
            taken += await(queue.get());
        }
        return done(taken);
    }
}
