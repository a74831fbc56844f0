package dev.fermata.benchmarks;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.benchmarks.kotlin.RunBlocking;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A cold JVM says hello: from a task that is started and awaited, or from a thread that is started and joined. The forms
 * take turns, and the median of what a process takes from its start to its end is printed. The JDK's own class data
 * sharing is on, as it is by default; no application archive is made for anyone.
 */
final class StartUp {
    private static final int ROUNDS = 21;

    private StartUp() {}

    /** Without arguments measures all forms, with a form's name says hello as that one. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length == 1) {
            sayHello(args[0]);
            return;
        }
        Map<String, List<Double>> times = new LinkedHashMap<>();
        List<String> forms = new ArrayList<>(List.of("thread", "emitted", "kotlinRunBlocking", "completableFuture"));
        if (VirtualThreads.exist()) {
            forms.add("virtualThreads");
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (String form : forms) {
                times.computeIfAbsent(form, none -> new ArrayList<>()).add(millisOfOneProcess(form));
            }
        }
        double thread = median(times.getOrDefault("thread", List.of()));
        System.out.printf("hello from a cold JVM, medians of %d processes%n", ROUNDS);
        times.forEach((form, all) -> System.out.printf(
                Locale.ROOT, "%-18s %7.1f ms %7.2f to thread%n", form, median(all), median(all) / thread));
    }

    private static void sayHello(String form) throws InterruptedException {
        switch (form) {
            case "thread" -> {
                Thread thread = new Thread(() -> System.out.println("hello"));
                thread.start();
                thread.join();
            }
            case "emitted" -> Asyncio.run(StartUp::hello);
            case "kotlinRunBlocking" -> RunBlocking.hello();
            case "completableFuture" ->
                System.out.println(CompletableFuture.supplyAsync(() -> "hello").join());
            case "virtualThreads" ->
                VirtualThreads.start(() -> System.out.println("hello")).join();
            default -> throw new IllegalArgumentException("no such form: " + form);
        }
    }

    @Async
    private static Coroutine<Void> hello() {
        System.out.println(await(createTask(word())));
        return done();
    }

    @Async
    private static Coroutine<String> word() {
        await(sleep(Duration.ZERO));
        return done("hello");
    }

    private static double millisOfOneProcess(String form) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process jvm = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StartUp.class.getName(),
                        form))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String said = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (jvm.waitFor() != 0 || !said.equals("hello")) {
            throw new IllegalStateException(form + " said: " + said);
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return Arrays.stream(sorted).skip(sorted.length / 2).findFirst().orElseThrow();
    }
}
