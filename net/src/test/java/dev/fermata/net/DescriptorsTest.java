package dev.fermata.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Asyncio;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that has more clients than descriptors. It is in a JVM of its own, {@link StarvedServer}, because the limit of
 * this one cannot be changed. Nothing here depends on how fast either of them is: it waits for reports, and counts.
 */
@Timeout(120)
@EnabledOnOs(OS.LINUX)
final class DescriptorsTest {
    /** All clients could wait at the same time. */
    static final int BACKLOG = 200;

    private static final int LIMIT = 128;
    private static final int CLIENTS = 160;

    private static final Pattern REPORT = Pattern.compile("report (\\d+), iteration (\\d+), second (\\d+): (.*)");

    private record Report(int number, long iteration, long second, String text) {}

    @TempDir
    Path folder;

    @Test
    void a_server_without_descriptors_says_so_and_pauses_and_then_serves_those_who_have_waited() throws Exception {
        Process process = new ProcessBuilder(command())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        List<Socket> clients = new ArrayList<>();
        try (BufferedReader output = process.inputReader(UTF_8)) {
            int port = Integer.parseInt(after("port ", line(output)));
            for (int i = 0; i < CLIENTS; i++) {
                Socket client = new Socket("127.0.0.1", port);
                clients.add(client);
                client.getOutputStream().write(("client " + i + "\n").getBytes(UTF_8));
            }

            Report first = report(line(output));
            assertEquals(1, first.number);
            assertTrue(first.text.contains("could not accept a connection, and tries again in 1 s"), first.text);
            assertTrue(first.text.contains("ulimit -n"), first.text); // what to do
            assertTrue(first.text.contains("ServerOptions.maxConnections"), first.text);
            assertTrue(first.text.contains("java.io.IOException: Accepting at 127.0.0.1:" + port), first.text);

            line(output);
            Report third = report(line(output));
            // The seconds of the server's loop, in which it waits twice. A slow machine only makes them more.
            assertTrue(third.second - first.second >= 2, first + " " + third);
            // A spinning loop makes hundreds of thousands. The clients that are served may make some.
            long iterations = third.iteration - first.iteration;
            assertTrue(iterations < 1_000, iterations + " iterations while nothing could be accepted");

            for (int i = 0; i < CLIENTS; i++) { // each that goes makes room for one that waits
                assertEquals("client " + i, answer(clients.get(i)));
                clients.get(i).close();
            }
            try (Socket last = new Socket("127.0.0.1", port)) {
                last.getOutputStream().write("stop\n".getBytes(UTF_8));
                assertEquals("stop", answer(last));
            }
            String left = line(output);
            while (left.startsWith("report ")) { // printed before there was room
                left = line(output);
            }
            assertEquals("tasks 0", left);
            assertEquals("connections 0", line(output));
            assertEquals("descriptors []", line(output));
            assertNull(output.readLine());
            assertEquals(0, process.waitFor());
        } finally {
            process.destroyForcibly();
            for (Socket client : clients) {
                client.close();
            }
        }
    }

    private List<String> command() throws Exception {
        List<String> jars = new ArrayList<>();
        for (Class<?> each : List.of(Asyncio.class, Net.class, StarvedServer.class)) { // the last is found in the last
            Path from = Path.of(
                    each.getProtectionDomain().getCodeSource().getLocation().toURI());
            jars.add((Files.isDirectory(from) ? jar(from, folder.resolve(each.getSimpleName() + ".jar")) : from)
                    .toString());
        }
        return List.of(
                "sh",
                "-c",
                "ulimit -n " + LIMIT + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                String.join(File.pathSeparator, jars),
                StarvedServer.class.getName());
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> all = Files.walk(classes)) {
            for (Path each : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(each).toString().replace(File.separatorChar, '/')));
                Files.copy(each, out);
            }
        }
        return jar;
    }

    private String line(BufferedReader output) throws IOException {
        String line = output.readLine();
        if (line == null) {
            fail("the server has ended: " + Files.readString(folder.resolve("errors")));
        }
        return line;
    }

    private static String after(String begin, String line) {
        assertTrue(line.startsWith(begin), line);
        return line.substring(begin.length());
    }

    private static Report report(String line) {
        Matcher parts = REPORT.matcher(line);
        assertTrue(parts.matches(), line);
        return new Report(
                Integer.parseInt(parts.group(1)),
                Long.parseLong(parts.group(2)),
                Long.parseLong(parts.group(3)),
                parts.group(4));
    }

    private static String answer(Socket client) throws IOException {
        return new BufferedReader(new InputStreamReader(client.getInputStream(), UTF_8)).readLine();
    }
}
