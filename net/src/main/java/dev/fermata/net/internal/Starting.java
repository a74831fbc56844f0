package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;

import dev.fermata.Async;
import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Starts one child, in a thread, because that takes milliseconds. On the loop's thread. */
public final class Starting {
    /** Error 2 of the system, in the words of JDK 17 and of later ones. */
    private static final Pattern NOT_FOUND = Pattern.compile("error(=|: )2\\b");

    /** Error 13, likewise. */
    private static final Pattern DENIED = Pattern.compile("error(=|: )13\\b");

    private final List<String> command;
    private final ProcessBuilder builder;

    /** Prepares to start a child. */
    public Starting(List<String> command, ProcessBuilder builder) {
        this.command = command;
        this.builder = builder;
    }

    /** Starts it. A cancel ends what was started meanwhile. */
    @Async
    public Coroutine<Process> start() {
        CompletableFuture<Process> starting = BlockingCalls.call("starts " + command.get(0), builder::start);
        try {
            return done(await(starting.copy(), IOException.class));
        } catch (IOException e) {
            throw Failures.undeclared(explained(e));
        } catch (CancelledError cancel) {
            await(ended(starting));
            throw cancel;
        }
    }

    /** Ends what was started, whatever cancels come. */
    @Async
    private Coroutine<Void> ended(CompletableFuture<Process> starting) {
        CompletableFuture<Void> gone = starting.thenCompose(process -> new ProcessTree(process, command.get(0))
                .end(Duration.ZERO)
                .thenRun(process::destroy)); // which closes the pipes
        while (!gone.isDone()) {
            try {
                await(gone.handle((nothing, notStarted) -> true));
            } catch (CancelledError again) {
                // It is killed already, and ends soon.
            }
        }
        return done();
    }

    /** Says what the system could not find. Its own message has "error=2" or so. */
    private IOException explained(IOException failure) {
        String program = command.get(0);
        String message = "Starting " + program + ": ";
        @Nullable File directory = builder.directory();
        IOException explained;
        if (directory != null && !directory.isDirectory()) {
            explained = new FileNotFoundException(message + "its directory " + directory
                    + (directory.exists() ? " is no directory" : " does not exist"));
        } else if (DENIED.matcher(String.valueOf(failure.getMessage())).find()) {
            explained = new IOException(message + denied(program, directory, failure));
        } else if (!NOT_FOUND.matcher(String.valueOf(failure.getMessage())).find()) {
            explained = new IOException(message + failure.getMessage());
        } else if (new File(program).getParent() == null) {
            explained = new FileNotFoundException(message + "there is no such program in the PATH, which is "
                    + System.getenv("PATH") + ". The arguments are words of their own, not parts of the first one");
        } else {
            explained = new FileNotFoundException(message + "there is no such file"
                    + (directory != null && !new File(program).isAbsolute() ? " in " + directory : "")
                    + ", or no such interpreter as its first line says");
        }
        explained.initCause(failure);
        return explained;
    }

    private static @Nullable String denied(String program, @Nullable File directory, IOException failure) {
        File file = new File(program);
        if (file.getParent() == null) {
            file = inPath(program);
        } else if (directory != null && !file.isAbsolute()) {
            file = new File(directory, program);
        }
        if (file == null || !file.exists()) {
            return failure.getMessage();
        }
        return file.isDirectory()
                ? file + " is a directory, and no program"
                : file.canExecute()
                        ? failure.getMessage()
                        : file + " may not be executed: it lacks the permission (chmod +x " + file
                                + "), or is no program. A script without it can be an argument of its interpreter";
    }

    private static @Nullable File inPath(String program) {
        for (String folder : String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)) {
            File file = new File(folder, program);
            if (file.exists()) {
                return file;
            }
        }
        return null;
    }
}
