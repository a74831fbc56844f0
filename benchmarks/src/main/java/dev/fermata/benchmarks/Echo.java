package dev.fermata.benchmarks;

import io.netty.channel.epoll.Epoll;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Echo servers side by side: echoes a second, processor time and bytes that an echo takes, with 64 and 1,000 connections and
 * messages of 64 bytes and 16 kB, over loopback. A server has the first core, and what loads it ({@link EchoLoad}) the
 * second. The forms take turns for several rounds, each time in a new process, so ratios are those of one run.
 *
 * <p>On Linux, because it reads processor times from /proc.
 */
final class Echo {
    /** Everything is compared with this form. */
    private static final String PEER = "nettyNio";

    private static final int SERVER_CORE = 0;
    private static final int LOAD_CORE = 1;
    private static final int[] CONNECTIONS = {64, 1_000};
    private static final int[] SIZES = {64, 16 * 1024};
    private static final int IDLE = 10_000;

    private static final List<String> HEAP =
            List.of("-XX:+UseG1GC", "-Xms256m", "-Xmx256m", Settings.PRE_TOUCH, Settings.ONE_CARRIER);

    /** For the memory of idle connections. What was never touched is not counted. */
    private static final List<String> SMALL_HEAP = List.of("-XX:+UseG1GC", "-Xms32m", "-Xmx1g", Settings.ONE_CARRIER);

    private static final List<String> LOAD = List.of("-XX:+UseSerialGC", "-Xms128m", "-Xmx128m");

    /**
     * The end of the name of a form of Netty that may use {@code sun.misc.Unsafe}, as it does on its own up to JDK 23. Since
     * JDK 24 it does without, unless it is told otherwise.
     */
    static final String UNSAFE = "Unsafe";

    private static final List<String> ALLOW_UNSAFE =
            List.of("-Dio.netty.noUnsafe=false", "--sun-misc-unsafe-memory-access=allow");

    /** One measurement of a form. */
    private record Sample(double echoesInSecond, double processorNanos, double busy, double bytes) {}

    /** What is written to the file of results; all medians. */
    public record Row(
            String form,
            int connections,
            int size,
            double echoesInSecond,
            double toNetty,
            double processorNanos,
            double processorToNetty,
            double busy,
            double bytes,
            List<Double> rounds) {}

    private final int rounds;
    private final long millis;
    private final List<String> forms;

    /** By connections and size, then by form, the samples of all rounds. */
    private final Map<String, Map<String, List<Sample>>> samples = new LinkedHashMap<>();

    /** The key of the servers; null if they speak no TLS. */
    private final @Nullable Path store;

    private Echo(int rounds, long millis, List<String> forms, @Nullable Path store) {
        this.rounds = rounds;
        this.millis = millis;
        this.forms = forms;
        this.store = store;
    }

    /**
     * Takes {@code --rounds N}, {@code --millis N}, {@code --tls}, {@code --idle} (the memory of idle connections) and forms.
     */
    public static void main(String[] args) throws IOException, InterruptedException, GeneralSecurityException {
        int rounds = 5;
        long millis = 2_000;
        boolean idle = false;
        boolean tls = false;
        List<String> forms = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--rounds" -> rounds = Integer.parseInt(args[++i]);
                case "--millis" -> millis = Long.parseLong(args[++i]);
                case "--idle" -> idle = true;
                case "--tls" -> tls = true;
                default -> forms.add(args[i]);
            }
        }
        Path store = tls ? EchoCertificate.make() : null;
        try {
            Echo echo = new Echo(rounds, millis, forms.isEmpty() ? allForms(tls) : forms, store);
            if (idle) {
                echo.measureIdle();
            } else {
                echo.measure();
                echo.print();
            }
        } finally {
            if (store != null) {
                EchoCertificate.delete(store);
            }
        }
    }

    private static List<String> allForms(boolean tls) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("fermata", "fermataBytes"));
        if (!tls) {
            all.add("bareNio");
        }
        boolean isUnsafeOff = Runtime.version().feature() >= 24;
        all.addAll(List.of(PEER, PEER + "Large"));
        if (isUnsafeOff) {
            all.add(PEER + UNSAFE);
        }
        if (Epoll.isAvailable()) {
            all.addAll(List.of("nettyEpoll", "nettyEpollLarge"));
            if (isUnsafeOff) {
                all.add("nettyEpoll" + UNSAFE);
            }
        }
        if (tls && OpenSsl.isAvailable()) {
            all.add(PEER + "BoringSsl");
        }
        if (VirtualThreads.exist()) {
            all.add("virtualThreads");
        }
        if (CPython.exists()) {
            all.addAll(List.of("asyncioProtocol", "asyncioStreams"));
        }
        return all;
    }

    private static boolean isPython(String form) {
        return form.startsWith("asyncio");
    }

    private EchoProcess server(String form, List<String> options) throws IOException {
        List<String> args = new ArrayList<>();
        if (isPython(form)) {
            args.add(form.substring("asyncio".length()).toLowerCase(Locale.ROOT));
            if (store != null) {
                args.add(EchoCertificate.pem(store).toString());
            }
            return EchoProcess.python(SERVER_CORE, args);
        }
        args.add(form);
        if (store != null) {
            args.add(store.toString());
        }
        List<String> all = new ArrayList<>(options);
        if (form.endsWith(UNSAFE)) {
            all.addAll(ALLOW_UNSAFE);
        }
        return EchoProcess.java(EchoServers.class, SERVER_CORE, all, args.toArray(new String[0]));
    }

    private String open(String port, int connections) {
        return (store == null ? "open " : "openTls ") + port + " " + connections;
    }

    // ---- speed

    private void measure() throws IOException {
        try (EchoProcess load = EchoProcess.java(EchoLoad.class, LOAD_CORE, LOAD)) {
            warmUp(load);
            for (int round = 0; round < rounds; round++) {
                for (int i = 0; i < forms.size(); i++) {
                    String form = forms.get((i + round) % forms.size());
                    try (EchoProcess server = server(form, HEAP)) {
                        measure(form, server, load);
                    }
                }
                System.out.println("round " + (round + 1) + " of " + rounds);
            }
        }
    }

    /** The load's code is compiled before the first form is measured. */
    private void warmUp(EchoProcess load) throws IOException {
        try (EchoProcess server = server(store == null ? "bareNio" : PEER, HEAP)) {
            warmUp(server.line(), load);
        }
    }

    private void measure(String form, EchoProcess server, EchoProcess load) throws IOException {
        String port = server.line();
        warmUp(port, load);
        for (int connections : CONNECTIONS) {
            load.ask(open(port, connections));
            for (int size : SIZES) {
                load.ask("size " + size);
                load.ask("run " + millis / 2);
                samples.computeIfAbsent(connections + " × " + size, it -> new LinkedHashMap<>())
                        .computeIfAbsent(form, it -> new ArrayList<>())
                        .add(sample(form, server, load));
            }
            load.ask("close");
        }
    }

    /** Code that has seen one size only is compiled again when the other one comes, so both have been seen twice before. */
    private void warmUp(String port, EchoProcess load) throws IOException {
        load.ask(open(port, CONNECTIONS[0]));
        for (int i = 0; i < 2 * SIZES.length; i++) {
            load.ask("size " + SIZES[i % SIZES.length]);
            load.ask("run " + 3 * millis / 2);
        }
        load.ask("close");
    }

    private Sample sample(String form, EchoProcess server, EchoProcess load) throws IOException {
        long allocated = allocated(form, server);
        double processor = server.processorNanos();
        String answer = load.ask("run " + millis);
        int space = answer.indexOf(' ');
        processor = server.processorNanos() - processor;
        allocated = allocated(form, server) - allocated;
        double echoes = Double.parseDouble(answer.substring(0, space));
        double nanos = Double.parseDouble(answer.substring(space));
        return new Sample(echoes / nanos * 1e9, processor / echoes, processor / nanos, allocated / echoes);
    }

    private static long allocated(String form, EchoProcess server) throws IOException {
        return isPython(form) ? 0 : Long.parseLong(server.ask("allocated"));
    }

    private void print() throws IOException {
        List<Row> rows = new ArrayList<>();
        System.out.printf(
                "%nJDK %s, G1, %s, medians of %d rounds%s%n",
                Runtime.version(),
                store == null ? "plain" : "TLS 1.3",
                rounds,
                EchoProcess.canPin() ? "" : ", processes not bound to cores");
        for (int size : SIZES) {
            for (int connections : CONNECTIONS) {
                System.out.printf(Locale.ROOT, "%n%,d connections, messages of %,d bytes%n%n", connections, size);
                System.out.println("| form | echoes/s | least – greatest | / Netty NIO | processor µs an echo"
                        + " | / Netty NIO | server busy | bytes an echo |");
                System.out.println("|---|--:|--:|--:|--:|--:|--:|--:|");
                Map<String, List<Sample>> ofForms = samples.getOrDefault(connections + " × " + size, Map.of());
                for (String form : forms) {
                    Row row = row(form, connections, size, ofForms);
                    rows.add(row);
                    System.out.printf(
                            Locale.ROOT,
                            "| %s | %,.0f | %,.0f – %,.0f | %.2f | %.2f | %.2f | %.0f %% | %s |%n",
                            form,
                            row.echoesInSecond,
                            row.rounds.get(0),
                            row.rounds.get(row.rounds.size() - 1),
                            row.toNetty,
                            row.processorNanos / 1000,
                            row.processorToNetty,
                            row.busy * 100,
                            isPython(form) ? "" : String.format(Locale.ROOT, "%.0f", row.bytes));
                }
            }
        }
        Path file = Path.of(
                "results",
                (store == null ? "echo-" : "echo-tls-") + Runtime.version().feature() + "-G1.json");
        Files.createDirectories(file.getParent());
        new JsonMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), rows);
        System.out.println("\nwritten to " + file);
    }

    private Row row(String form, int connections, int size, Map<String, List<Sample>> ofForms) {
        List<Sample> own = ofForms.getOrDefault(form, List.of());
        List<Sample> peer = ofForms.getOrDefault(PEER, List.of());
        List<Double> ratios = new ArrayList<>();
        List<Double> processorRatios = new ArrayList<>();
        for (int round = 0; round < Math.min(own.size(), peer.size()); round++) {
            ratios.add(own.get(round).echoesInSecond / peer.get(round).echoesInSecond);
            processorRatios.add(own.get(round).processorNanos / peer.get(round).processorNanos);
        }
        return new Row(
                form,
                connections,
                size,
                median(own.stream().map(Sample::echoesInSecond)),
                median(ratios.stream()),
                median(own.stream().map(Sample::processorNanos)),
                median(processorRatios.stream()),
                median(own.stream().map(Sample::busy)),
                median(own.stream().map(Sample::bytes)),
                own.stream().map(Sample::echoesInSecond).sorted().toList());
    }

    private static double median(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }

    // ---- memory

    /** What 10,000 connections hold that have had one echo and wait for more. */
    private void measureIdle() throws IOException {
        System.out.printf(
                Locale.ROOT,
                "%nJDK %s, G1, %s: a connection of %,d that have had one echo and wait%n%n",
                Runtime.version(),
                store == null ? "plain" : "TLS 1.3",
                IDLE);
        System.out.println("| form | heap after a collection, bytes | resident, bytes |");
        System.out.println("|---|--:|--:|");
        for (String form : forms) {
            try (EchoProcess load = EchoProcess.java(EchoLoad.class, LOAD_CORE, LOAD);
                    EchoProcess server = server(form, SMALL_HEAP)) {
                String port = server.line();
                load.ask(open(port, CONNECTIONS[0])); // loads the classes
                load.ask("close");
                long heap = live(form, server);
                long resident = server.residentBytes();
                load.ask(open(port, IDLE));
                long heapAfter = live(form, server);
                System.out.printf(
                        Locale.ROOT,
                        "| %s | %s | %,d |%n",
                        form,
                        isPython(form) ? "" : String.format(Locale.ROOT, "%,d", (heapAfter - heap) / IDLE),
                        (server.residentBytes() - resident) / IDLE);
            }
        }
    }

    private static long live(String form, EchoProcess server) throws IOException {
        return isPython(form) ? 0 : Long.parseLong(server.ask("heap"));
    }
}
