package dev.fermata.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.fermata.Asyncio;
import dev.fermata.net.Net;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program in a JVM of its own, with its input and output in pipes. It has a {@link Deadline}. */
public final class Child implements AutoCloseable {
    private final Process process;
    private final Deadline deadline;
    private final BufferedReader output;
    private final List<String> printed = new ArrayList<>();

    /** Its input. */
    public final PrintStream in;

    /** A program that needs nothing but itself and Fermata. */
    public Child(Class<?> program) throws IOException {
        this(List.of(), program);
    }

    /** With options of the JVM. */
    public Child(List<String> options, Class<?> program, String... arguments) throws IOException {
        this(command(options, ClassPath.of(program, Asyncio.class, Net.class), program, arguments));
    }

    /** Any other command. */
    public Child(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        deadline = new Deadline(process);
        output = process.inputReader(UTF_8);
        in = new PrintStream(process.getOutputStream(), true, UTF_8);
    }

    /** What starts a program. */
    public static List<String> command(List<String> options, String classPath, Class<?> program, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(tool("java"));
        command.addAll(options);
        command.addAll(List.of("-cp", classPath, program.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** The JDK's program of that name. */
    public static String tool(String name) {
        return Path.of(System.getProperty("java.home"), "bin", name).toString();
    }

    /**
     * What a process that has ended has left.
     *
     * @param text its standard output
     * @param errors its standard error
     */
    public record Ended(int exitCode, String text, String errors) {}

    /** Runs a command to its end, without any input. */
    public static Ended run(List<String> command) throws IOException, InterruptedException {
        Path errors = Files.createTempFile("errors", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command).redirectError(errors.toFile()).start();
            Deadline deadline = new Deadline(process);
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), UTF_8);
            int exitCode = process.waitFor();
            deadline.check(text + Files.readString(errors));
            return new Ended(exitCode, text, Files.readString(errors));
        } finally {
            Files.delete(errors);
        }
    }

    public long pid() {
        return process.pid();
    }

    /** The next line it prints; null at the end. */
    public String line() throws IOException {
        String line = output.readLine();
        if (line == null) {
            deadline.check(printed);
        } else {
            printed.add(line);
        }
        return line;
    }

    /** Reads up to a line, which is the last one returned. */
    public List<String> upTo(String last) throws IOException {
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
    public List<String> rest() throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line = line(); line != null; line = line()) {
            lines.add(line);
        }
        return lines;
    }

    /** Sends it a signal: INT, TERM. */
    public void signal(String name) throws IOException, InterruptedException {
        Ended kill = run(List.of("kill", "-" + name, Long.toString(pid())));
        assertEquals(0, kill.exitCode, kill.errors);
    }

    /** Waits for its end. */
    public int exitCode() throws InterruptedException {
        assertTrue(process.waitFor(30, TimeUnit.SECONDS), "it does not end");
        deadline.check(printed);
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    // ---- programs that are sent SIGINT

    /** Null as long as nobody has asked. */
    private static List<String> interruptible;

    /**
     * What a command has to begin with to make a process that SIGINT reaches. With {@code nohup} or {@code &}, a shell
     * starts a program that ignores SIGINT. What that program starts ignores it too, and the JVM leaves it so. Skips the
     * test where nothing helps.
     */
    public static synchronized List<String> interruptible() throws IOException, InterruptedException {
        if (interruptible == null) {
            List<String> reset = List.of("env", "--default-signal=INT");
            interruptible = endsBySigint(List.of()) ? List.of() : endsBySigint(reset) ? reset : List.of("none");
        }
        assumeTrue(
                !interruptible.equals(List.of("none")),
                "SIGINT is ignored here, as after nohup or &, and env --default-signal cannot change that");
        return interruptible;
    }

    private static boolean endsBySigint(List<String> prefix) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("sh", "-c", "kill -INT $$; exit 0"));
        return run(command).exitCode == 130;
    }
}
