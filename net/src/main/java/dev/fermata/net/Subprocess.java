package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.cancelAndWait;
import static dev.fermata.Asyncio.createTask;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.gather;

import dev.fermata.Async;
import dev.fermata.AsyncCloseable;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.Task;
import dev.fermata.net.internal.ExitWatch;
import dev.fermata.net.internal.Failures;
import dev.fermata.net.internal.PipeTransport;
import dev.fermata.net.internal.ProcessTree;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A child process, and the pipes to it. When its block is left, also by a cancel, the child and its descendants are ended, and
 * the pipes are closed.
 *
 * <pre>{@code
 * try (var child = await(createSubprocessExec("sort"))) {
 *     await(child.stdin().write("pear\napple\n"));
 *     await(child.stdin().writeEof());
 *     for (String line; (line = await(child.stdout().readLine())) != null; ) {
 *         System.out.println(line);
 *     }
 * }
 * }</pre>
 *
 * <p>When the child has ended, the JDK closes the pipes as soon as nobody reads them. What a descendant writes after that is
 * lost.
 *
 * <p>For the thread of its loop. asyncio: {@code Process}.
 */
public final class Subprocess implements AsyncCloseable {
    private static final byte[] NOTHING = new byte[0];

    private final Process process;
    private final String name;
    private final SubprocessOptions options;
    private final @Nullable StreamWriter stdin;
    private final @Nullable StreamReader stdout;
    private final @Nullable StreamReader stderr;
    private final ProcessTree tree;

    private final ExitWatch exit;
    private @Nullable CompletableFuture<Void> ending;

    Subprocess(Process process, String program, SubprocessOptions options) {
        this.process = process;
        this.name = program + " (process " + process.pid() + ")";
        this.options = options;
        this.stdin = options.stdin.equals(Redirect.PIPE)
                ? new StreamWriter(
                        PipeTransport.writing(process.getOutputStream(), "the input of " + name, describing()))
                : null;
        this.stdout = options.stdout.equals(Redirect.PIPE)
                ? new StreamReader(
                        PipeTransport.reading(process.getInputStream(), "the output of " + name),
                        options.limit,
                        "SubprocessOptions.limit")
                : null;
        this.stderr = Redirect.PIPE.equals(options.stderr)
                ? new StreamReader(
                        PipeTransport.reading(process.getErrorStream(), "the error output of " + name),
                        options.limit,
                        "SubprocessOptions.limit")
                : null;
        this.tree = new ProcessTree(process, name);
        this.exit = new ExitWatch(process);
    }

    /** Returns what says, in a message about a write that has failed, whether the child still runs. */
    private Object describing() {
        return new Object() {
            @Override
            public String toString() {
                return "the input of " + Subprocess.this;
            }
        };
    }

    /** Returns the number that the system has given to the child. asyncio: {@code pid}. */
    public long pid() {
        return process.pid();
    }

    /** Returns the exit code if the child has ended, as {@link #untilExit} does. asyncio: {@code returncode}. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /**
     * Returns the child's input.
     *
     * @throws IllegalStateException if it is no pipe
     */
    public StreamWriter stdin() {
        return piped(stdin, "stdin");
    }

    /**
     * Returns the child's output.
     *
     * @throws IllegalStateException if it is no pipe
     */
    public StreamReader stdout() {
        return piped(stdout, "stdout");
    }

    /**
     * Returns the child's error output. Somebody has to read it: a child that has filled the pipe stops until that happens.
     *
     * @throws IllegalStateException if it is no pipe. By default it is that of this program
     */
    public StreamReader stderr() {
        return piped(stderr, "stderr");
    }

    private <T> T piped(@Nullable T stream, String option) {
        if (stream == null) {
            throw new IllegalStateException("The " + option + " of " + name
                    + " is no pipe. Start it with SubprocessOptions." + option + "(Redirect.PIPE)");
        }
        return stream;
    }

    /**
     * Waits until the child has ended. asyncio: {@code wait}. Every Java object already has a method of that name.
     *
     * @return its exit code. On Unix, 128 and the number of the signal if a signal has ended it: 143 after {@link #terminate}.
     *     asyncio: that number, negative
     */
    @Async
    public Coroutine<Integer> untilExit() {
        if (process.isAlive()) {
            await(exit.next());
        }
        return done(process.exitValue());
    }

    /** As {@link #communicate(byte[])}, with an empty input. */
    public Coroutine<ProcessOutput> communicate() {
        return communicate(NOTHING);
    }

    /**
     * Writes {@code input} and ends the child's input, reads its output and its error output to their ends, all at the same
     * time, and waits until the child has ended. Streams that are no pipes are left out. A child that does not read all of its
     * input is no failure. asyncio: {@code communicate}.
     *
     * <p>A cancel loses nothing of the output, which can still be read. The input has ended then, or is broken.
     *
     * @throws LimitOverrunException from the await, if one of the outputs is longer than {@link SubprocessOptions#outputLimit}
     * @throws IllegalStateException from the await, if there is something to write and the child's input is no pipe
     * @throws IOException from the await, as reads and writes of the streams throw them
     */
    @Async
    public Coroutine<ProcessOutput> communicate(byte[] input) {
        Objects.requireNonNull(input, "input");
        Task<Void> feeding = createTask(feed(input), "input of " + name);
        Task<Void> output = createTask(untilEnd(stdout), "output of " + name);
        Task<Void> errors = createTask(untilEnd(stderr), "error output of " + name);
        try {
            await(gather(feeding, output, errors));
        } finally {
            await(cancelAndWait(List.of(feeding, output, errors)));
        }
        int exitCode = await(untilExit());
        // Nothing waits from here on, so no cancel comes when a part was taken.
        return done(new ProcessOutput(rest(stdout), rest(stderr), exitCode));
    }

    @Async
    private Coroutine<Void> feed(byte[] input) {
        if (stdin == null && input.length == 0) {
            return done();
        }
        StreamWriter to = stdin();
        try {
            if (input.length > 0) {
                await(to.write(input), IOException.class);
            }
            if (to.isOpen() && !to.isEofWritten()) {
                await(to.writeEof(), IOException.class);
            }
        } catch (IOException e) {
            if (!to.isBroken()) {
                throw Failures.undeclared(e);
            }
        }
        return done();
    }

    @Async
    private Coroutine<Void> untilEnd(@Nullable StreamReader stream) {
        if (stream == null) {
            return done();
        }
        try {
            await(stream.untilEnd(options.outputLimit), LimitOverrunException.class);
        } catch (LimitOverrunException e) {
            throw Failures.undeclared(new LimitOverrunException("More than " + options.outputLimit + " bytes came from "
                    + stream + ". Set another outputLimit in SubprocessOptions, or read piece by piece"));
        }
        return done();
    }

    private static byte[] rest(@Nullable StreamReader stream) {
        return stream == null ? NOTHING : stream.rest();
    }

    /**
     * Asks the child to end: SIGTERM on Unix. Does nothing if it has ended. Its descendants are not asked, and its output can be
     * read to its end. asyncio: {@code terminate}.
     */
    public void terminate() {
        process.toHandle().destroy(); // destroy of the process itself also closes the pipes, whose bytes are lost then
    }

    /** Ends the child, which cannot prevent it: SIGKILL on Unix. Otherwise as {@link #terminate}. asyncio: {@code kill}. */
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    /**
     * Ends the child and its descendants, and closes the pipes. They are asked to terminate, and are killed if they have not
     * ended within {@link SubprocessOptions#grace}; a cancel kills them at once. It returns when all have ended. Tasks that read and
     * write go on until then. They get an AsynchronousCloseException, if they have not come to the end of the stream before.
     *
     * <p>If the child has ended by itself, its descendants belong to the system, as everywhere on Unix, and go on. So does a
     * descendant whose own parent has ended before. Closing again does nothing.
     *
     * @throws IOException from the await, if one of them cannot be killed, say because it belongs to another user
     */
    @Async
    @Override
    public Coroutine<Void> aclose() {
        if (ending == null) {
            ending = tree.end(options.grace);
        }
        CompletableFuture<Void> ended = ending;
        @Nullable CancelledError cancel = null;
        while (!ended.isDone()) {
            try {
                await(ended.handle((nothing, failed) -> true));
            } catch (CancelledError e) {
                cancel = e;
                tree.hurry();
            }
        }
        await(closeStreams());
        if (cancel != null) {
            throw cancel;
        }
        await(ended);
        return done();
    }

    @Async
    private Coroutine<Void> closeStreams() {
        try {
            if (stdin != null) {
                await(stdin.aclose());
            }
        } finally {
            try {
                if (stdout != null) {
                    await(stdout.aclose());
                }
            } finally {
                if (stderr != null) {
                    await(stderr.aclose());
                }
            }
        }
        return done();
    }

    @Override
    public String toString() {
        return process.isAlive()
                ? name
                : name.substring(0, name.length() - 1) + ", ended with " + process.exitValue() + ")";
    }
}
