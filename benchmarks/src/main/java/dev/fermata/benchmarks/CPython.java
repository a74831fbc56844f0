package dev.fermata.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The same rows in CPython's asyncio, by the {@code python3} that is on the path. It prints a line of JSON for each row:
 * the work, the form {@code cpython}, the nanoseconds of an operation and the version.
 */
final class CPython {
    private CPython() {}

    /** Takes regular expressions that choose rows, and {@code --quick}. */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (exists()) {
            run(List.of(args), System.out::println);
        } else {
            System.out.println("There is no python3 on the path");
        }
    }

    static boolean exists() throws InterruptedException {
        try {
            return new ProcessBuilder("python3", "--version")
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // how a program that does not exist shows
        }
    }

    /** Hands each line to {@code line} when its row has been measured. */
    static void run(List<String> args, Consumer<String> line) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("python3", "-"));
        command.addAll(args);
        Process python = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (InputStream script = CPython.class.getResourceAsStream("rows.py");
                OutputStream stdin = python.getOutputStream()) {
            if (script == null) {
                throw new IllegalStateException("rows.py is missing in this jar");
            }
            script.transferTo(stdin);
        }
        try (BufferedReader printed =
                new BufferedReader(new InputStreamReader(python.getInputStream(), StandardCharsets.UTF_8))) {
            printed.lines().forEach(line);
        }
        if (python.waitFor() != 0) {
            throw new IllegalStateException("rows.py failed");
        }
    }
}
