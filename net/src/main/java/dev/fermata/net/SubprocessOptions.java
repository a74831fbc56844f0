package dev.fermata.net;

import java.io.File;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How to start a child: {@code SubprocessOptions.defaults().directory(folder).stderr(Redirect.PIPE)}. Where its streams go is
 * said in the JDK's words, {@link Redirect}: a pipe, those of this program, a file, nowhere. Immutable: each method returns
 * another one. From any thread.
 */
public final class SubprocessOptions {
    private static final SubprocessOptions DEFAULTS = new SubprocessOptions(
            null,
            null,
            Map.of(),
            Redirect.PIPE,
            Redirect.PIPE,
            Redirect.INHERIT,
            Connection.DEFAULT_LIMIT,
            64 * 1024 * 1024,
            Duration.ofSeconds(5));

    final @Nullable Path directory;
    final @Nullable Map<String, String> environment;
    final Map<String, String> variables;
    final Redirect stdin;
    final Redirect stdout;

    /** Null if it goes where the output goes. */
    final @Nullable Redirect stderr;

    final int limit;
    final int outputLimit;
    final Duration grace;

    private SubprocessOptions(
            @Nullable Path directory,
            @Nullable Map<String, String> environment,
            Map<String, String> variables,
            Redirect stdin,
            Redirect stdout,
            @Nullable Redirect stderr,
            int limit,
            int outputLimit,
            Duration grace) {
        this.directory = directory;
        this.environment = environment;
        this.variables = variables;
        this.stdin = stdin;
        this.stdout = stdout;
        this.stderr = stderr;
        this.limit = limit;
        this.outputLimit = outputLimit;
        this.grace = grace;
    }

    /**
     * Returns the defaults: pipes for input and output; the error output of this program, so that a child never stops because
     * nobody reads its errors; the directory and the environment of this program; lines up to 64 KiB; 64 MiB in
     * {@link Subprocess#communicate}; 5 seconds between terminate and kill.
     */
    public static SubprocessOptions defaults() {
        return DEFAULTS;
    }

    /** Sets the directory in which the child begins. asyncio: {@code cwd}. */
    public SubprocessOptions directory(Path path) {
        Objects.requireNonNull(path, "path");
        return new SubprocessOptions(path, environment, variables, stdin, stdout, stderr, limit, outputLimit, grace);
    }

    /** Sets all variables of the child's environment, instead of those of this program. asyncio: {@code env}. */
    public SubprocessOptions environment(Map<String, String> all) {
        return new SubprocessOptions(
                directory, Map.copyOf(all), variables, stdin, stdout, stderr, limit, outputLimit, grace);
    }

    /** Sets one variable of the child's environment. */
    public SubprocessOptions variable(String name, String value) {
        Map<String, String> more = new HashMap<>(variables);
        more.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
        return new SubprocessOptions(
                directory, environment, Map.copyOf(more), stdin, stdout, stderr, limit, outputLimit, grace);
    }

    /**
     * Sets where the child's input comes from: {@link Redirect#PIPE}, {@link Redirect#INHERIT}, {@link Redirect#from}, or
     * {@link Redirect#DISCARD} for an input that is empty.
     */
    public SubprocessOptions stdin(Redirect source) {
        Objects.requireNonNull(source, "source");
        return new SubprocessOptions(
                directory, environment, variables, source, stdout, stderr, limit, outputLimit, grace);
    }

    /**
     * Sets where the child's output goes: {@link Redirect#PIPE}, {@link Redirect#INHERIT}, {@link Redirect#DISCARD},
     * {@link Redirect#to} or {@link Redirect#appendTo}.
     */
    public SubprocessOptions stdout(Redirect target) {
        Objects.requireNonNull(target, "target");
        return new SubprocessOptions(
                directory, environment, variables, stdin, target, stderr, limit, outputLimit, grace);
    }

    /**
     * Sets where the child's error output goes, as {@link #stdout}. Somebody has to read a pipe: a child that has filled it
     * stops until that happens. {@link Subprocess#communicate} reads both.
     */
    public SubprocessOptions stderr(Redirect target) {
        Objects.requireNonNull(target, "target");
        return new SubprocessOptions(
                directory, environment, variables, stdin, stdout, target, limit, outputLimit, grace);
    }

    /** Has the child's error output go where its output goes. asyncio: {@code stderr=STDOUT}. */
    public SubprocessOptions stderrToStdout() {
        return new SubprocessOptions(directory, environment, variables, stdin, stdout, null, limit, outputLimit, grace);
    }

    /** As {@link ConnectOptions#limit}, for the child's output and error output. */
    public SubprocessOptions limit(int bytes) {
        return new SubprocessOptions(
                directory,
                environment,
                variables,
                stdin,
                stdout,
                stderr,
                ConnectOptions.checkedLimit(bytes),
                outputLimit,
                grace);
    }

    /** Sets how many bytes {@link Subprocess#communicate} reads, of the output and of the error output each. */
    public SubprocessOptions outputLimit(int bytes) {
        return new SubprocessOptions(
                directory,
                environment,
                variables,
                stdin,
                stdout,
                stderr,
                limit,
                ConnectOptions.checkedLimit(bytes),
                grace);
    }

    /**
     * Sets how long a child has to end when its block is left, before it is killed. It is time of the clock, also in a loop with
     * virtual time.
     *
     * @param time zero or less to kill it at once
     */
    public SubprocessOptions grace(Duration time) {
        Objects.requireNonNull(time, "time");
        return new SubprocessOptions(
                directory, environment, variables, stdin, stdout, stderr, limit, outputLimit, time);
    }

    ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        if (directory != null) {
            builder.directory(directory.toFile());
        }
        if (environment != null) {
            builder.environment().clear();
            builder.environment().putAll(environment);
        }
        builder.environment().putAll(variables);
        builder.redirectInput(stdin.equals(Redirect.DISCARD) ? Redirect.from(nothing()) : stdin);
        builder.redirectOutput(stdout);
        if (stderr == null) {
            builder.redirectErrorStream(true);
        } else {
            builder.redirectError(stderr);
        }
        return builder;
    }

    private static File nothing() {
        return new File(Systems.isWindows() ? "NUL" : "/dev/null");
    }
}
