package dev.fermata.benchmarks;

import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * The heap that one sleeping task holds: what many of them add to the heap after a full collection, divided by their
 * number. Each form in a JVM of its own, with a fixed heap and the serial collector, which compacts.
 */
final class SleepingTaskBytes {
    private static final int TASKS = 200_000;
    private static final Duration LONG = Duration.ofHours(10);

    private SleepingTaskBytes() {}

    /** Without arguments measures all forms, with a form's name that one in this JVM. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            System.out.println(Math.round(measure(args[0])));
            System.out.flush();
            Runtime.getRuntime().halt(0); // nobody wants to cancel them all
        }
        double emitted = inJvmOfItsOwn("emitted");
        System.out.printf("%nheap of a sleeping task%n");
        report("emitted", emitted, emitted);
        report("byHand", inJvmOfItsOwn("byHand"), emitted);
        double kotlin = inJvmOfItsOwn("kotlinRunBlocking");
        report("kotlinRunBlocking", kotlin, emitted);
        report("completableFuture", inJvmOfItsOwn("completableFuture"), emitted);
        System.out.printf(Locale.ROOT, "goal: at most 100 bytes: %s%n", emitted <= 100 ? "met" : "MISSED");
        System.out.printf("goal: a quarter of Kotlin's: %s%n", emitted * 4 <= kotlin ? "met" : "MISSED");
        if (VirtualThreads.exist()) {
            double thread = inJvmOfItsOwn("virtualThreads");
            report("virtualThreads", thread, emitted);
            System.out.printf("goal: an eighth of a virtual thread's: %s%n", emitted * 8 <= thread ? "met" : "MISSED");
        }
    }

    private static void report(String form, double bytes, double emitted) {
        System.out.printf(Locale.ROOT, "%-18s %7.0f bytes %7.2f to emitted%n", form, bytes, bytes / emitted);
    }

    /** The forms that this JDK has; {@code emitted3} is the emitted one with three frames. */
    static List<String> forms() {
        List<String> forms =
                new ArrayList<>(List.of("emitted", "emitted3", "byHand", "kotlinRunBlocking", "completableFuture"));
        if (VirtualThreads.exist()) {
            forms.add("virtualThreads");
        }
        return forms;
    }

    private static double inJvmOfItsOwn(String form) throws IOException, InterruptedException {
        return inJvmOfItsOwn(form, List.of());
    }

    static double inJvmOfItsOwn(String form, List<String> options) throws IOException, InterruptedException {
        return Double.parseDouble(
                OwnJvm.run(SleepingTaskBytes.class, options, form).strip());
    }

    private static double measure(String form) throws InterruptedException {
        return switch (form) {
            case "emitted" -> tasks(Emitted::nap, Emitted::turns);
            case "emitted3" -> tasks(Memory::threeFrames, Emitted::turns);
            case "byHand" -> tasks(ByHand::nap, ByHand::turns);
            case "kotlinRunBlocking" -> RunBlocking.heapOfSleepers(TASKS, SleepingTaskBytes::used);
            case "completableFuture" -> futures();
            case "virtualThreads" -> threads();
            default -> throw new IllegalArgumentException("no such form: " + form);
        };
    }

    private static double tasks(Function<Duration, Coroutine<Void>> nap, Function<Integer, Coroutine<Void>> turns) {
        EventLoop loop = EventLoop.create();
        loop.runUntilComplete(turns.apply(10));
        long before = used();
        for (int i = 0; i < TASKS; i++) {
            loop.createTask(nap.apply(LONG));
        }
        loop.runUntilComplete(turns.apply(10));
        return perTask(before, loop);
    }

    private static double futures() {
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
        long before = used();
        List<ScheduledFuture<?>> scheduled = new ArrayList<>(TASKS);
        long list = used() - before;
        for (int i = 0; i < TASKS; i++) {
            CompletableFuture<Integer> nap = new CompletableFuture<>();
            CompletableFuture<Void> after = nap.thenAccept(SleepingTaskBytes::ignore);
            if (after.isDone()) {
                throw new AssertionError("it sleeps");
            }
            scheduled.add(timer.schedule(() -> nap.complete(1), LONG.toSeconds(), TimeUnit.SECONDS));
        }
        return perTask(before + list, scheduled);
    }

    private static double threads() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(TASKS);
        Thread[] all = new Thread[TASKS];
        long before = used();
        for (int i = 0; i < TASKS; i++) {
            all[i] = VirtualThreads.start(() -> {
                started.countDown();
                try {
                    Thread.sleep(LONG.toMillis());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        started.await();
        Thread.sleep(1000); // the last one is past the latch, but may not sleep yet
        return perTask(before, all);
    }

    private static void ignore(int value) {}

    private static double perTask(long before, Object keptAlive) {
        double bytes = (double) (used() - before) / TASKS;
        if (keptAlive.hashCode() == 0) {
            System.out.print(""); // keptAlive is still needed here
        }
        return bytes;
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
