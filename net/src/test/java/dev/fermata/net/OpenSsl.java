package dev.fermata.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The openssl of the path, with lines in and lines out. */
final class OpenSsl implements AutoCloseable {
    final Process process;
    private final BufferedReader out;
    private final StringBuilder seen = new StringBuilder();

    /** Starts it. What it says about errors is among its lines. */
    OpenSsl(List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        out = process.inputReader(UTF_8);
    }

    /** Types a line. A letter alone is a command. */
    void type(String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    /** Returns the next line that begins like this. */
    String until(String beginning) throws IOException {
        for (String line; (line = out.readLine()) != null; ) {
            seen.append(line).append('\n');
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new IllegalStateException("openssl ended without " + beginning + ":\n" + seen);
    }

    /** Returns the next line; null at the end. */
    String line() throws IOException {
        return out.readLine();
    }

    /** Returns how many lines have begun like this, of those up to what {@link #until} was called for. */
    long seen(String beginning) {
        return seen.toString().lines().filter(it -> it.startsWith(beginning)).count();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Skips the test where there is none. */
    static void assume() {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(it -> Files.isExecutable(Path.of(it, "openssl"))),
                "openssl is not on the path");
    }

    /** Returns the arguments of a client that trusts {@code ca}. */
    static List<String> client(int port, String version, Path ca) {
        String flag = version.equals("TLSv1.3") ? "-tls1_3" : "-tls1_2";
        return List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                flag,
                "-CAfile",
                ca.toString(),
                "-verify_return_error",
                "-servername",
                "localhost",
                "-alpn",
                "echo",
                "-no_ign_eof");
    }

    /** Returns the arguments of a server of one connection. */
    static List<String> server(String version, Path key) {
        String flag = version.equals("TLSv1.3") ? "-tls1_3" : "-tls1_2";
        return List.of(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                flag,
                "-key",
                key.toString(),
                "-cert",
                key.toString(),
                "-naccept",
                "1",
                "-alpn",
                "echo");
    }

    /** Returns the port that a server has printed. */
    static int port(String accepting) {
        return Integer.parseInt(accepting.substring(accepting.lastIndexOf(':') + 1));
    }
}
