package dev.fermata.net;

import static java.nio.charset.StandardCharsets.UTF_8;

/** What {@link Subprocess#communicate} has read, and how the child has ended. From any thread. Python: {@code CompletedProcess}. */
public final class ProcessOutput {
    private final byte[] stdout;
    private final byte[] stderr;
    private final int exitCode;

    ProcessOutput(byte[] stdout, byte[] stderr, int exitCode) {
        this.stdout = stdout;
        this.stderr = stderr;
        this.exitCode = exitCode;
    }

    /** Returns what the child has written to its output; nothing if that was no pipe. */
    public byte[] stdout() {
        return stdout.clone();
    }

    /** Returns what the child has written to its error output; nothing if that was no pipe. */
    public byte[] stderr() {
        return stderr.clone();
    }

    /** Returns {@link #stdout} as text in UTF-8. */
    public String stdoutText() {
        return new String(stdout, UTF_8);
    }

    /** Returns {@link #stderr} as text in UTF-8. */
    public String stderrText() {
        return new String(stderr, UTF_8);
    }

    /** Returns the exit code, as {@link Subprocess#untilExit} does. */
    public int exitCode() {
        return exitCode;
    }

    @Override
    public String toString() {
        return "exit code " + exitCode + ", " + stdout.length + " bytes of output, " + stderr.length
                + " of error output";
    }
}
