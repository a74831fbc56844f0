package dev.fermata.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A process that answers each line with a line, on a core of its own where the system can arrange that. */
final class EchoProcess implements AutoCloseable {
    /** The unit of /proc/PID/stat. It is the same on every Linux. */
    private static final double NANOS_OF_A_TICK = 1e7;

    private final String name;
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    private EchoProcess(String name, int core, List<String> command, @Nullable String script) throws IOException {
        this.name = name;
        List<String> pinned = new ArrayList<>();
        if (canPin()) {
            pinned.addAll(List.of("taskset", "-c", Integer.toString(core)));
        }
        pinned.addAll(command);
        process = new ProcessBuilder(pinned)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        if (script != null) {
            try (InputStream text = EchoProcess.class.getResourceAsStream(script);
                    OutputStream stdin = process.getOutputStream()) {
                if (text == null) {
                    throw new IllegalStateException(script + " is missing in this jar");
                }
                text.transferTo(stdin);
            }
        }
        in = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts a main class of this module. */
    static EchoProcess java(Class<?> main, int core, List<String> options, String... args) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return new EchoProcess(main.getSimpleName() + List.of(args), core, command, null);
    }

    /** Starts echo.py. It cannot be asked anything, because its standard input was its text. */
    static EchoProcess python(int core, List<String> args) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", "-"));
        command.addAll(args);
        return new EchoProcess("echo.py " + args, core, command, "echo.py");
    }

    static boolean canPin() {
        return Files.isExecutable(Path.of("/usr/bin/taskset"));
    }

    /** Returns the next line that it prints. */
    String line() throws IOException {
        String line = out.readLine();
        if (line == null) {
            throw new IllegalStateException(name + " has ended");
        }
        return line;
    }

    String ask(String question) throws IOException {
        in.write(question + "\n");
        in.flush();
        return line();
    }

    /** Returns the processor time that it has taken so far, in nanoseconds. */
    double processorNanos() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_OF_A_TICK;
    }

    /** Returns the bytes of its memory that are in RAM. */
    long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(it -> it.startsWith("VmRSS:"))
                .mapToLong(it -> Long.parseLong(it.replaceAll("[^0-9]", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Ends it, and waits until it has ended. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
