package dev.fermata.tour;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.Asyncio;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, with its input and output in pipes. */
final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    /** Its input. */
    final PrintStream in;

    Child(Class<?> program) throws IOException {
        this(List.of(), program);
    }

    /** With options of the JVM. */
    Child(List<String> options, Class<?> program, String... arguments) throws IOException {
        List<String> command = command(program, arguments);
        command.addAll(1, options);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = process.inputReader(UTF_8);
        in = new PrintStream(process.getOutputStream(), true, UTF_8);
    }

    /** What starts a program that needs nothing but itself and Fermata. */
    static List<String> command(Class<?> program, String... arguments) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = location(program) + File.pathSeparator + location(Asyncio.class);
        List<String> command = new ArrayList<>(List.of(java, "-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The class path of the tests' own JVM may be hidden in the jar that Surefire starts it by. */
    private static Path location(Class<?> of) {
        try {
            return Path.of(
                    of.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The next line it prints; null at the end. */
    String line() throws IOException {
        return output.readLine();
    }

    /** Reads up to a line, which is the last one returned. */
    List<String> upTo(String last) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); line != null; line = line()) {
            lines.add(line);
            if (line.equals(last)) {
                return lines;
            }
        }
        throw new AssertionError("ended without printing: " + last + "\nbut: " + lines);
    }

    /** Reads what is left. */
    List<String> rest() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); line != null; line = line()) {
            lines.add(line);
        }
        return lines;
    }

    /** Sends it a signal: INT, TERM. */
    void signal(String name) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        assertEquals(0, kill.waitFor());
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
