package dev.fermata.tour;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;

/** Takes down what a program prints. */
final class Console {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    final PrintStream out = new PrintStream(bytes, true, UTF_8);

    List<String> lines() {
        return bytes.toString(UTF_8).lines().toList();
    }
}
