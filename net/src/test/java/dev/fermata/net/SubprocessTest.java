package dev.fermata.net;

import static dev.fermata.Asyncio.*;
import static dev.fermata.net.Subprocesses.*;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.*;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import dev.fermata.Task;
import dev.fermata.TaskGroup;
import dev.fermata.TimeoutException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Each test ends with as many descriptors, threads and children as there were before. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children are programs of Unix")
final class SubprocessTest {
    private static final SubprocessOptions DEFAULTS = SubprocessOptions.defaults();

    private Leftovers before;

    /** What the JDK opens with the first child and keeps. */
    @BeforeAll
    static void startOne() {
        run(() -> {
            try (var child = await(createSubprocessExec("echo"))) {
                await(child.communicate());
            }
            return done();
        });
    }

    @BeforeEach
    void count() {
        before = Leftovers.now();
    }

    @AfterEach
    void nothingIsLeft() throws InterruptedException {
        before.assertNoMoreNow();
    }

    @Test
    void a_child_is_written_to_and_read_from() {
        run(() -> {
            try (var child = await(createSubprocessExec("sort"))) {
                await(child.stdin().write("pear\nápple\n"));
                await(child.stdin().writeEof());
                List<String> lines = new ArrayList<>();
                for (String line; (line = await(child.stdout().readLine())) != null; ) {
                    lines.add(line);
                }
                assertEquals(2, lines.size());
                assertTrue(lines.containsAll(List.of("pear", "ápple")));
                assertEquals(0, await(child.untilExit()));
                assertEquals(OptionalInt.of(0), child.exitCode());
            }
            return done();
        });
    }

    @Test
    void a_dialogue_is_held_line_by_line() {
        run(() -> {
            try (var child = await(createSubprocessExec("cat"))) {
                for (int i = 0; i < 200; i++) {
                    await(child.stdin().write("line " + i + "\n"));
                    assertEquals("line " + i, await(child.stdout().readLine()));
                }
                assertEquals(OptionalInt.empty(), child.exitCode());
            }
            return done();
        });
    }

    @Test
    void the_shell_understands_its_command_line_and_the_exit_code_is_told() {
        run(() -> {
            try (var child = await(createSubprocessShell("echo $((6 * 7)); exit 3"))) {
                assertEquals("42", await(child.stdout().readLine()));
                assertNull(await(child.stdout().readLine()));
                assertEquals(3, await(child.untilExit()));
                assertEquals(3, await(child.untilExit()));
                assertTrue(child.toString().endsWith(", ended with 3)"), child.toString());
            }
            return done();
        });
    }

    @Test
    void communicate_writes_and_reads_more_than_the_pipes_hold() {
        byte[] input = new byte[5_000_000];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) (i % 251);
        }
        run(() -> {
            SubprocessOptions piped = DEFAULTS.stderr(Redirect.PIPE);
            try (var child = await(createSubprocessShell("tee /dev/stderr; exit 5", piped))) {
                ProcessOutput output = await(child.communicate(input));
                assertArrayEquals(input, output.stdout());
                assertArrayEquals(input, output.stderr());
                assertEquals(5, output.exitCode());
            }
            return done();
        });
    }

    @Test
    void communicate_reads_both_outputs_of_a_child_that_fills_one() {
        run(() -> {
            SubprocessOptions piped = DEFAULTS.stderr(Redirect.PIPE);
            String command = "head -c 1000000 /dev/zero >&2; echo done";
            try (var child = await(createSubprocessShell(command, piped))) {
                ProcessOutput output = await(child.communicate());
                assertEquals("done\n", output.stdoutText());
                assertEquals(1_000_000, output.stderr().length);
            }
            return done();
        });
    }

    @Test
    void communicate_is_content_with_a_child_that_does_not_read_its_input() {
        run(() -> {
            try (var child = await(createSubprocessShell("exec <&-; echo no thanks; exit 1"))) {
                ProcessOutput output = await(child.communicate(new byte[3_000_000]));
                assertEquals("no thanks\n", output.stdoutText());
                assertEquals(1, output.exitCode());
            }
            return done();
        });
    }

    @Test
    void communicate_refuses_more_than_its_limit() {
        run(() -> {
            try (var child = await(createSubprocessExec(DEFAULTS.outputLimit(1_000), "yes"))) {
                await(child.communicate(), IOException.class);
                fail("yes never ends");
            } catch (LimitOverrunException e) {
                assertTrue(
                        e.getMessage().startsWith("More than 1000 bytes came from the output of yes"), e.getMessage());
                assertTrue(e.getMessage().contains("outputLimit in SubprocessOptions"), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void a_communicate_that_is_cancelled_at_its_end_loses_no_output() {
        run(() -> {
            for (int i = 0; i < 64; i++) {
                try (var child = await(createSubprocessExec("echo", "tea"))) {
                    Task<ProcessOutput> communicating = createTask(child.communicate());
                    await(child.untilExit());
                    for (int turns = 0; turns < i % 8; turns++) {
                        await(sleep(Duration.ZERO));
                    }
                    communicating.cancel();
                    byte[] output;
                    try {
                        output = await(communicating).stdout();
                    } catch (CancelledError cancel) {
                        output = await(child.stdout().readAll(100));
                    }
                    assertEquals("tea\n", new String(output, UTF_8), "cancelled after " + i % 8 + " turns");
                }
            }
            return done();
        });
    }

    @Test
    void communicate_goes_on_after_one_that_was_cancelled() {
        run(() -> {
            for (int turns = 1; turns <= 8; turns++) {
                try (var child = await(createSubprocessShell("sleep 0.05; echo tea"))) {
                    Task<ProcessOutput> first = createTask(child.communicate());
                    for (int i = 0; i < turns; i++) {
                        await(sleep(Duration.ZERO));
                    }
                    await(cancelAndWait(first));
                    assertEquals("tea\n", new String(await(child.communicate()).stdout(), UTF_8), turns + " turns");
                }
            }
            return done();
        });
    }

    @Test
    void communicate_takes_an_input_that_is_closed() {
        run(() -> {
            try (var child = await(createSubprocessExec("sort"))) {
                await(child.stdin().write("tea\nmilk\n"));
                await(child.stdin().aclose());
                assertEquals(
                        "milk\ntea\n", new String(await(child.communicate()).stdout(), UTF_8));
            }
            return done();
        });
    }

    @Test
    void a_communicate_that_is_cancelled_loses_no_output() {
        run(() -> {
            try (var child = await(createSubprocessShell("echo first; exec >&-; sleep 1000"))) {
                Task<ProcessOutput> communicating = createTask(child.communicate());
                await(sleep(Duration.ofMillis(100)));
                await(cancelAndWait(communicating));
                assertTrue(communicating.cancelled(), "it waited for the exit code");
                assertEquals("first\n", new String(await(child.stdout().readAll(100)), UTF_8));
            }
            return done();
        });
    }

    @Test
    void a_read_that_is_cancelled_loses_no_byte() {
        run(() -> {
            try (var child = await(createSubprocessExec("cat"))) {
                for (int i = 0; i < 50; i++) {
                    Task<String> reading = createTask(child.stdout().readLine());
                    await(sleep(Duration.ZERO));
                    if (i % 2 == 0) {
                        await(child.stdin().write("half "));
                        await(cancelAndWait(reading));
                        assertTrue(reading.cancelled());
                        reading = createTask(child.stdout().readLine());
                        await(child.stdin().write(i + "\n"));
                    } else {
                        await(child.stdin().write("half " + i + "\n"));
                    }
                    assertEquals("half " + i, await(reading));
                }
            }
            return done();
        });
    }

    @Test
    void a_writer_waits_for_a_child_that_does_not_read() {
        run(() -> {
            try (var child = await(createSubprocessShell("read wait; wc -c"))) {
                Task<Void> writing = createTask(child.stdin().write("\n" + "x".repeat(2_000_000)));
                await(writing);
                await(child.stdin().writeEof());
                assertEquals("2000000", await(child.stdout().readLine()).strip());
            }
            try (var child = await(createSubprocessExec("sleep", "1000"))) {
                await(waitFor(child.stdin().write(new byte[2_000_000]), Duration.ofMillis(100)));
                fail("nobody reads");
            } catch (TimeoutException e) {
                // and the child, which ends, lets the thread go on
            }
            return done();
        });
    }

    @Test
    void writing_to_a_child_that_has_ended_says_so() {
        run(() -> {
            try (var child = await(createSubprocessShell("exit 7"))) {
                await(child.untilExit());
                await(child.stdin().write("too late"), IOException.class);
                fail("nobody reads");
            } catch (IOException e) {
                assertTrue(
                        e.getMessage().matches("Writing to the input of /bin/sh \\(process \\d+, ended with 7\\): .+"),
                        e.getMessage());
            }
            return done();
        });
    }

    @Test
    void terminate_and_kill_are_told_by_the_exit_code_and_lose_no_output() {
        run(() -> {
            try (var child = await(createSubprocessShell("echo ready; exec sleep 1000"))) {
                assertEquals("ready", await(child.stdout().readLine()));
                child.terminate();
                assertEquals(143, await(child.untilExit()));
                child.terminate();
            }
            String deaf = "trap 'echo deaf' TERM; echo ready; while :; do sleep 0.01; done";
            try (var child = await(createSubprocessShell(deaf))) {
                assertEquals("ready", await(child.stdout().readLine()));
                child.terminate();
                assertEquals("deaf", await(child.stdout().readLine()));
                child.kill();
                assertEquals(137, await(child.untilExit()));
                assertNull(await(child.stdout().readLine()));
            }
            return done();
        });
    }

    @Test
    void leaving_the_block_ends_the_child_and_its_descendants() {
        run(() -> {
            List<ProcessHandle> all = new ArrayList<>();
            try (var child = await(createSubprocessShell("sh -c 'sleep 1000; :' & sleep 1000 & echo ready; wait"))) {
                assertEquals("ready", await(child.stdout().readLine()));
                ProcessHandle root = ProcessHandle.of(child.pid()).orElseThrow();
                while (root.descendants().count() < 3) {
                    await(sleep(Duration.ofMillis(5)));
                }
                all.add(root);
                root.descendants().forEach(all::add);
            }
            for (ProcessHandle each : all) {
                assertFalse(runs(each), () -> "" + each.info());
            }
            return done();
        });
    }

    /** Whether a process runs. One that has ended is alive for the JDK while nobody asks for its exit code. */
    private static boolean runs(ProcessHandle process) throws IOException {
        Path stat = Path.of("/proc/" + process.pid() + "/stat");
        return process.isAlive()
                && !(Files.exists(stat) && Files.readString(stat).contains(") Z "));
    }

    @Test
    void a_child_that_does_not_obey_is_killed_after_the_grace() {
        run(() -> {
            SubprocessOptions options = DEFAULTS.grace(Duration.ofMillis(50));
            Subprocess kept;
            String deaf = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
            try (var child = await(createSubprocessShell(deaf, options))) {
                assertEquals("ready", await(child.stdout().readLine()));
                kept = child;
            }
            assertEquals(OptionalInt.of(137), kept.exitCode());
            await(kept.aclose());
            return done();
        });
    }

    @Test
    void a_child_may_end_in_its_own_way_within_the_grace() {
        run(() -> {
            Subprocess kept;
            Task<String> reading;
            String polite = "trap 'echo goodbye; sleep 0.1; exit 0' TERM; echo ready; while :; do sleep 0.01; done";
            try (var child = await(createSubprocessShell(polite))) {
                kept = child;
                assertEquals("ready", await(child.stdout().readLine()));
                reading = createTask(child.stdout().readLine());
            }
            assertEquals(OptionalInt.of(0), kept.exitCode());
            assertEquals("goodbye", await(reading));
            return done();
        });
    }

    @Test
    void a_cancelled_scope_ends_the_child() {
        run(() -> {
            Subprocess[] started = new Subprocess[1];
            Task<Void> task = createTask(() -> {
                try (var child = await(createSubprocessExec("sleep", "1000"))) {
                    started[0] = child;
                    await(child.untilExit());
                }
                return done();
            });
            while (started[0] == null) {
                await(sleep(Duration.ofMillis(1)));
            }
            await(cancelAndWait(task));
            assertTrue(task.cancelled());
            assertEquals(OptionalInt.of(143), started[0].exitCode());
            assertEquals(1, allTasks().size());
            return done();
        });
    }

    @Test
    void a_cancel_while_a_child_is_asked_to_end_kills_it() {
        run(() -> {
            String deaf = "trap '' TERM; echo ready; while :; do sleep 0.01; done";
            var child = await(createSubprocessShell(deaf, DEFAULTS.grace(FOREVER)));
            assertEquals("ready", await(child.stdout().readLine()));
            Task<Void> closing = createTask(child.aclose());
            await(sleep(Duration.ofMillis(50)));
            assertFalse(closing.done());
            closing.cancel();
            try {
                await(closing);
                fail("it was cancelled");
            } catch (CancelledError e) {
                assertEquals(OptionalInt.of(137), child.exitCode());
            }
            return done();
        });
    }

    @Test
    void a_start_that_is_cancelled_leaves_no_child() {
        run(() -> {
            for (int i = 0; i < 20; i++) {
                Task<Subprocess> starting = createTask(createSubprocessExec("sleep", "1000"));
                await(sleep(Duration.ofNanos(i * 200_000L)));
                starting.cancel();
                try {
                    await(await(starting).aclose());
                } catch (CancelledError e) {
                    assertTrue(starting.cancelled());
                }
            }
            return done();
        });
    }

    @Test
    void a_hundred_children_that_print_nothing_hold_up_nothing_else() {
        run(() -> {
            try (var tasks = new TaskGroup()) {
                for (int i = 0; i < 100; i++) {
                    tasks.createTask(readOfSilentChild());
                }
                await(sleep(Duration.ofMillis(500)));
                assertEquals("still here", await(toThread(() -> "still here")));
                try (var child = await(createSubprocessExec("echo", "still here"))) {
                    assertEquals("still here", await(child.stdout().readLine()));
                }
                tasks.cancel();
            }
            return done();
        });
    }

    @Async
    private static Coroutine<Void> readOfSilentChild() {
        try (var child = await(createSubprocessExec("sleep", "1000"))) {
            await(child.stdout().readLine());
        }
        return done();
    }

    @Test
    void a_descendant_that_keeps_the_pipe_open_does_not_hold_up_the_exit_code_or_the_close() {
        run(() -> {
            long orphan;
            try (var child = await(createSubprocessShell("sleep 1000 & echo $!; sleep 0.1; exit 4"))) {
                orphan = Long.parseLong(await(child.stdout().readLine()));
                Task<String> reading = createTask(child.stdout().readLine());
                assertEquals(4, await(child.untilExit()));
                assertFalse(reading.done());
                reading.cancel();
            }
            ProcessHandle.of(orphan).orElseThrow().destroyForcibly();
            return done();
        });
    }

    @Test
    void closing_ends_reads_and_writes_and_closed_streams_say_so() {
        run(() -> {
            var child = await(createSubprocessShell("echo unread; sleep 1000"));
            Task<Void> writing = createTask(child.stdin().write(new byte[1_000_000]));
            await(sleep(Duration.ofMillis(20)));
            await(child.aclose());
            try {
                await(writing, IOException.class);
                fail("nobody has read it");
            } catch (IOException e) {
                assertFalse(child.stdin().isOpen());
            }
            try {
                await(child.stdout().readLine(), IOException.class);
                fail("it is closed");
            } catch (ClosedChannelException e) {
                assertFalse(child.stdout().isOpen());
            }
            try {
                await(child.stdin().write("x"), IOException.class);
                fail("it is closed");
            } catch (ClosedChannelException e) {
                await(child.aclose());
            }
            return done();
        });
    }

    @Test
    void options_are_obeyed(@TempDir Path folder) {
        run(() -> {
            Path out = folder.resolve("out");
            SubprocessOptions options = DEFAULTS.directory(folder)
                    .variable("TEA", "green")
                    .stdin(Redirect.DISCARD)
                    .stderrToStdout();
            try (var child = await(createSubprocessShell("pwd -P; echo $TEA >&2; cat; test -n \"$PATH\"", options))) {
                ProcessOutput output = await(child.communicate());
                assertEquals(folder.toRealPath() + "\ngreen\n", output.stdoutText());
                assertEquals(0, output.exitCode());
            }
            SubprocessOptions other =
                    DEFAULTS.environment(Map.of("MILK", "oat")).stdout(Redirect.to(out.toFile()));
            try (var child = await(createSubprocessShell("echo $MILK$HOME", other))) {
                assertEquals(0, await(child.untilExit()));
                assertEquals("oat\n", Files.readString(out));
                try {
                    child.stdout();
                    fail("it is a file");
                } catch (IllegalStateException e) {
                    assertTrue(e.getMessage().endsWith("SubprocessOptions.stdout(Redirect.PIPE)"), e.getMessage());
                }
            }
            return done();
        });
    }

    @Test
    void a_line_without_end_is_refused() {
        run(() -> {
            try (var child = await(createSubprocessExec(DEFAULTS.limit(100), "cat", "/dev/zero"))) {
                await(child.stdout().readLine(), IOException.class);
                fail("it has no end");
            } catch (LimitOverrunException e) {
                assertTrue(e.getMessage().contains("more than 100 bytes came from the output of cat"), e.getMessage());
                assertTrue(e.getMessage().contains("(SubprocessOptions.limit)"), e.getMessage());
            }
            return done();
        });
    }

    @Test
    void what_cannot_be_started_says_why(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text"), "no program");
        run(() -> {
            assertEquals(
                    "Starting no-such-program: there is no such program in the PATH, which is " + System.getenv("PATH")
                            + ". The arguments are words of their own, not parts of the first one",
                    await(failure(DEFAULTS, FileNotFoundException.class, "no-such-program")));
            assertEquals(
                    "Starting ./gone: there is no such file in " + folder
                            + ", or no such interpreter as its first line says",
                    await(failure(DEFAULTS.directory(folder), FileNotFoundException.class, "./gone")));
            Path nowhere = folder.resolve("nowhere");
            assertEquals(
                    "Starting ls: its directory " + nowhere + " does not exist",
                    await(failure(DEFAULTS.directory(nowhere), FileNotFoundException.class, "ls")));
            assertEquals(
                    "Starting ls: its directory " + text + " is no directory",
                    await(failure(DEFAULTS.directory(text), FileNotFoundException.class, "ls")));
            String denied = text + " may not be executed: it lacks the permission (chmod +x " + text
                    + "), or is no program. A script without it can be an argument of its interpreter";
            assertEquals(
                    "Starting " + text + ": " + denied, await(failure(DEFAULTS, IOException.class, text.toString())));
            assertEquals(
                    "Starting ./text: " + denied.replace(folder + "/", folder + "/./"),
                    await(failure(DEFAULTS.directory(folder), IOException.class, "./text")));
            assertEquals(
                    "Starting " + folder + ": " + folder + " is a directory, and no program",
                    await(failure(DEFAULTS, IOException.class, folder.toString())));
            try {
                await(createSubprocessExec());
                fail("nothing to start");
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("the command is empty"), e.getMessage());
            }
            return done();
        });
    }

    @Async
    private static Coroutine<String> failure(
            SubprocessOptions options, Class<? extends IOException> kind, String program) {
        try {
            await(createSubprocessExec(options, program), IOException.class);
            throw new AssertionError(program + " was started");
        } catch (IOException e) {
            assertEquals(kind, e.getClass());
            return done(e.getMessage());
        }
    }

    @Test
    void virtual_time_stands_still_while_a_child_is_waited_for() {
        EventLoop loop = EventLoop.virtualTime();
        loop.runUntilComplete(readInVirtualTime());
        loop.close();
    }

    @Async
    private static Coroutine<Void> readInVirtualTime() {
        try (var child = await(createSubprocessShell("sleep 0.05; echo done"))) {
            assertEquals("done", await(waitFor(child.stdout().readLine(), Duration.ofMillis(1))));
            assertEquals(0, await(child.untilExit()));
        }
        return done();
    }

    @Test
    void communicate_has_nothing_of_an_output_that_was_read_to_its_end_and_closed() {
        run(() -> {
            try (var child = await(createSubprocessExec("echo", "tea"))) {
                assertEquals("tea", await(child.stdout().readLine()));
                assertNull(await(child.stdout().readLine()));
                await(child.stdout().aclose());
                assertEquals(0, await(child.communicate()).stdout().length);
            }
            return done();
        });
    }
}
