package dev.fermata.net;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import dev.fermata.net.internal.Starting;
import java.util.List;
import java.util.Objects;

/**
 * Starts child processes. Meant for {@code import static dev.fermata.net.Subprocesses.*}. On the thread of a running loop.
 */
public final class Subprocesses {
    private Subprocesses() {}

    /** As {@link #createSubprocessExec(List, SubprocessOptions)}, with the defaults. */
    public static Coroutine<Subprocess> createSubprocessExec(String... command) {
        return createSubprocessExec(List.of(command), SubprocessOptions.defaults());
    }

    /** As {@link #createSubprocessExec(List, SubprocessOptions)}. */
    public static Coroutine<Subprocess> createSubprocessExec(SubprocessOptions options, String... command) {
        return createSubprocessExec(List.of(command), options);
    }

    /**
     * Starts a child. A cancel leaves none behind. asyncio: {@code create_subprocess_exec}.
     *
     * @param command the program, by its path or by a name in the PATH of this program, and its arguments, which no shell sees
     * @throws java.io.FileNotFoundException from the await, if there is no such program or directory; the message says where it was
     *     looked for
     * @throws java.io.IOException from the await, if it cannot be started
     */
    @Async
    public static Coroutine<Subprocess> createSubprocessExec(List<String> command, SubprocessOptions options) {
        List<String> words = List.copyOf(command);
        if (words.isEmpty()) {
            throw new IllegalArgumentException("the command is empty; its first word is the program");
        }
        Objects.requireNonNull(options, "options");
        Process process = await(new Starting(words, options.builder(words)).start());
        return done(new Subprocess(process, words.get(0), options));
    }

    /** As {@link #createSubprocessShell(String, SubprocessOptions)}, with the defaults. */
    public static Coroutine<Subprocess> createSubprocessShell(String command) {
        return createSubprocessShell(command, SubprocessOptions.defaults());
    }

    /**
     * Starts the shell of the system, {@code /bin/sh} or {@code cmd.exe}, with a command line. Let no text of others be a part of
     * it, because the shell would execute that as well: use {@link #createSubprocessExec(String...)}. asyncio:
     * {@code create_subprocess_shell}.
     *
     * @throws java.io.IOException from the await, if it cannot be started. A command that does not exist is no such failure: the shell
     *     says so in its error output, and ends with 127
     */
    public static Coroutine<Subprocess> createSubprocessShell(String command, SubprocessOptions options) {
        Objects.requireNonNull(command, "command");
        return createSubprocessExec(
                Systems.isWindows() ? List.of("cmd.exe", "/c", command) : List.of("/bin/sh", "-c", command), options);
    }
}
