package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Pipes.*;
import static dev.fermata.net.Subprocesses.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.TimeoutException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.channels.AsynchronousCloseException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each test ends with as many descriptors and threads as there were before. */
@Timeout(60)
final class PipesTest {
    private final InputStream systemIn = System.in;
    private Leftovers before;

    @BeforeEach
    void count() {
        before = Leftovers.now();
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        System.setIn(systemIn);
        before.assertNoMoreNow();
    }

    private static PipedOutputStream typed() throws IOException {
        PipedOutputStream typed = new PipedOutputStream();
        System.setIn(new PipedInputStream(typed));
        return typed;
    }

    private static void type(PipedOutputStream typed, String text) throws IOException {
        typed.write(text.getBytes(UTF_8));
        typed.flush();
    }

    @Test
    void lines_of_the_standard_input_end_with_null() throws IOException {
        System.setIn(new ByteArrayInputStream("tea\nmilk".getBytes(UTF_8)));
        run(() -> {
            assertEquals("tea", await(standardInput().readLine()));
            assertEquals("milk", await(standardInput().readLine()));
            assertNull(await(standardInput().readLine()));
            assertTrue(standardInput().isAtEnd());
            return done();
        });
    }

    @Test
    void other_tasks_run_while_the_standard_input_is_waited_for_and_a_cancelled_read_loses_no_line()
            throws IOException {
        try (PipedOutputStream typed = typed()) {
            run(() -> {
                for (int i = 0; i < 3; i++) {
                    try {
                        await(waitFor(standardInput().readLine(), Duration.ofMillis(20)));
                        fail("nothing was typed");
                    } catch (TimeoutException e) {
                        type(typed, "piece " + i + " ");
                    }
                }
                type(typed, "end\n");
                assertEquals(
                        "piece 0 piece 1 piece 2 end", await(standardInput().readLine()));
                return done();
            });
        }
    }

    @Test
    void a_pending_read_does_not_keep_the_loop_from_closing_and_the_next_loop_goes_on_with_it() throws IOException {
        try (PipedOutputStream typed = typed()) {
            run(() -> {
                type(typed, "for the first\nfor the sec");
                assertEquals("for the first", await(standardInput().readLine()));
                createTask(standardInput().readLine());
                await(sleep(Duration.ofMillis(20)));
                return done();
            });
            type(typed, "ond\nand more");
            run(() -> {
                assertEquals("for the second", await(standardInput().readLine()));
                assertEquals("and more", new String(await(standardInput().readExactly(8)), UTF_8));
                return done();
            });
        }
    }

    @Test
    void two_loops_do_not_read_the_standard_input_at_the_same_time() throws Exception {
        System.setIn(new ByteArrayInputStream("tea\n".getBytes(UTF_8)));
        run(() -> {
            standardInput();
            Thread other = new Thread(() -> run(() -> {
                IllegalStateException refused = assertThrows(IllegalStateException.class, () -> standardInput());
                assertTrue(refused.getMessage().contains("another event loop"), refused.getMessage());
                await(sleep(Duration.ZERO));
                return done();
            }));
            Throwable[] failed = new Throwable[1];
            other.setUncaughtExceptionHandler((thread, failure) -> failed[0] = failure);
            other.start();
            await(runInThread(other::join));
            assertNull(failed[0]);
            assertEquals("tea", await(standardInput().readLine()));
            return done();
        });
    }

    @Test
    void closing_the_standard_input_ends_a_read_and_leaves_it_open() throws IOException {
        try (PipedOutputStream typed = typed()) {
            run(() -> {
                Task<String> reading = createTask(standardInput().readLine());
                await(sleep(Duration.ofMillis(20)));
                await(standardInput().aclose());
                try {
                    await(reading, IOException.class);
                    fail("it was closed");
                } catch (AsynchronousCloseException e) {
                    type(typed, "later\n");
                }
                assertEquals("later", await(standardInput().readLine()));
                return done();
            });
        }
    }

    /** Run in a JVM of its own: it ends although its input is open and a task reads it. */
    static final class Impatient {
        @Async
        private static Coroutine<Void> talk() {
            String name = await(standardInput().readLine());
            System.out.println("hello " + name);
            Task<String> answer = createTask(standardInput().readLine());
            await(sleep(Duration.ofMillis(50)));
            System.out.println("no answer: " + !answer.done());
            return done();
        }

        public static void main(String[] args) {
            run(() -> talk());
        }
    }

    @Test
    void a_pending_read_does_not_keep_the_program_from_ending() {
        run(() -> {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            String path = System.getProperty("java.class.path");
            try (var child = await(createSubprocessExec(java, "-cp", path, Impatient.class.getName()))) {
                await(child.stdin().write("Ada\n"));
                assertEquals("hello Ada", await(child.stdout().readLine()));
                assertEquals("no answer: true", await(child.stdout().readLine()));
                assertEquals(0, await(child.untilExit()));
            }
            return done();
        });
    }

    @Test
    void streams_that_block_are_read_and_written() {
        run(() -> {
            PipedOutputStream out = new PipedOutputStream();
            PipedInputStream in = new PipedInputStream(out, 100);
            byte[] bytes = "0123456789".repeat(10_000).getBytes(UTF_8);
            try (var reader = connectReadPipe(in);
                    var writer = connectWritePipe(out)) {
                Task<byte[]> reading = createTask(reader.readAll(bytes.length));
                await(writer.write(bytes));
                await(writer.writeEof());
                assertArrayEquals(bytes, await(reading));
            }
            return done();
        });
    }

    @Test
    void a_stream_that_fails_says_which_and_is_closed() {
        boolean[] closed = new boolean[1];
        InputStream bad = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the tape is torn");
            }

            @Override
            public void close() {
                closed[0] = true;
            }

            @Override
            public String toString() {
                return "tape";
            }
        };
        run(() -> {
            try (var reader = connectReadPipe(bad)) {
                await(reader.readLine(), IOException.class);
                fail("it is torn");
            } catch (IOException e) {
                assertEquals("Reading from tape: the tape is torn", e.getMessage());
            }
            assertTrue(closed[0]);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (var writer = connectWritePipe(out)) {
                await(writer.write("tea"));
                assertEquals("tea", out.toString(UTF_8));
            }
            return done();
        });
    }

    private static Path fifo(Path folder) throws Exception {
        Path path = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", path.toString()).start().waitFor());
        return path;
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no mkfifo")
    void a_named_pipe_has_two_ends(@TempDir Path folder) throws Exception {
        Path path = fifo(folder);
        run(() -> {
            Task<StreamReader> opening = createTask(openReadPipe(path));
            try (var writer = await(openWritePipe(path));
                    var reader = await(opening)) {
                await(writer.write("through the pipe\n"));
                assertEquals("through the pipe", await(reader.readLine()));
                await(writer.aclose());
                assertNull(await(reader.readLine()));
            }
            return done();
        });
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no mkfifo")
    void a_named_pipe_whose_other_end_nobody_opens_is_given_up(@TempDir Path folder) throws Exception {
        Path path = fifo(folder);
        run(() -> {
            for (Coroutine<?> opening : List.of(openReadPipe(path), openWritePipe(path))) {
                try {
                    await(waitFor(opening, Duration.ofMillis(30)));
                    fail("nobody has opened it");
                } catch (TimeoutException e) {
                    assertTrue(e.getCause() instanceof CancelledError);
                }
            }
            return done();
        });
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no mkfifo")
    void closing_a_named_pipe_ends_the_thread_that_is_blocked_in_it(@TempDir Path folder) throws Exception {
        Path path = fifo(folder);
        run(() -> {
            Task<StreamReader> opening = createTask(openReadPipe(path));
            try (var writer = await(openWritePipe(path))) {
                var reader = await(opening);
                Task<String> reading = createTask(reader.readLine());
                await(sleep(Duration.ofMillis(20)));
                await(reader.aclose());
                try {
                    await(reading, IOException.class);
                    fail("it was closed");
                } catch (AsynchronousCloseException e) {
                    assertFalse(reader.isOpen());
                }
                try {
                    await(writer.write("nobody reads"), IOException.class);
                    fail("nobody reads");
                } catch (IOException e) {
                    assertEquals("Writing to " + path + ": Broken pipe", e.getMessage());
                }
            }
            try {
                await(openReadPipe(path.resolveSibling("gone")), IOException.class);
                fail("it does not exist");
            } catch (NoSuchFileException e) {
                assertTrue(e.getMessage().endsWith("gone"), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void closing_again_what_could_not_be_closed_does_nothing() {
        InputStream bad = new InputStream() {
            @Override
            public int read() {
                return 'x';
            }

            @Override
            public void close() throws IOException {
                throw new IOException("it sticks");
            }
        };
        run(() -> {
            var reader = connectReadPipe(bad);
            try {
                await(reader.aclose(), IOException.class);
                fail("it sticks");
            } catch (IOException e) {
                assertEquals("it sticks", e.getMessage());
            }
            await(reader.aclose());
            return done();
        });
    }
}
