package dev.fermata.tour;

import static dev.fermata.Asyncio.run;
import static dev.fermata.net.Pipes.connectReadPipe;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fermata.harness.Child;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A command line fed through a pipe while a worker prints. */
@Timeout(60)
final class CommandLineTest {
    private static final String GREETING = "Type something, or quit.";
    private final Console console = new Console();

    @Test
    void the_worker_prints_while_the_command_line_is_read() throws IOException, InterruptedException {
        try (Child program = new Child(CommandLine.class)) {
            assertEquals(List.of(GREETING, "worker: still here, 1"), program.upTo("worker: still here, 1"));
            program.in.println("hello");
            assertEquals("you typed: hello", program.line());
            assertEquals("worker: still here, 2", program.line(), "two seconds later, with nobody typing");
            program.in.println("quit");
            assertEquals(List.of("worker: cancelled", "bye"), program.upTo("bye"));
            assertNull(program.line());
            assertEquals(0, program.exitCode());
        }
    }

    @Test
    void the_end_of_the_input_quits() throws IOException, InterruptedException {
        try (Child program = new Child(CommandLine.class)) {
            program.upTo("worker: still here, 1");
            program.in.close();
            assertEquals(List.of("worker: cancelled", "bye"), program.upTo("bye"));
            assertEquals(0, program.exitCode());
        }
    }

    @Test
    void quit_cancels_the_worker() {
        InputStream in = new ByteArrayInputStream("one\ntwo\nquit\nnot read\n".getBytes(UTF_8));
        run(() -> new CommandLine(console.out, Duration.ofHours(1)).readCommands(connectReadPipe(in)));
        List<String> typed = console.lines().stream()
                .filter(line -> !line.startsWith("worker: still"))
                .toList();
        assertEquals(List.of(GREETING, "you typed: one", "you typed: two", "worker: cancelled", "bye"), typed);
    }

    @Test
    void the_worker_goes_on_while_a_read_blocks() throws IOException {
        try (PipedOutputStream keyboard = new PipedOutputStream()) {
            InputStream in = new PipedInputStream(keyboard);
            Thread typist = new Thread(() -> {
                try {
                    while (console.lines().stream()
                                    .filter(line -> line.startsWith("worker: still"))
                                    .count()
                            < 5) {
                        Thread.sleep(5);
                    }
                    keyboard.write("quit\n".getBytes(UTF_8));
                    keyboard.flush();
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            typist.start();
            run(() -> new CommandLine(console.out, Duration.ofMillis(20)).readCommands(connectReadPipe(in)));
        }
        assertTrue(console.lines().contains("worker: still here, 5"));
        assertEquals("bye", console.lines().get(console.lines().size() - 1));
    }
}
