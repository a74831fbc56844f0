package dev.fermata.harness;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Kills a process that has not ended in time, which is two minutes. A read from a process cannot be interrupted; when the process is
 * killed, it ends.
 */
public final class Deadline {
    private static final Duration TIME = Duration.ofMinutes(2);

    private final Duration time;
    private final CompletableFuture<?> watch;
    private volatile boolean missed;

    public Deadline(Process process) {
        this(process, TIME);
    }

    Deadline(Process process, Duration time) {
        this.time = time;
        watch = process.onExit()
                .orTimeout(time.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(late -> {
                    missed = true;
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    return process.destroyForcibly();
                });
    }

    /**
     * Fails the test if the process was killed.
     *
     * @param printed what it has printed so far
     */
    public void check(Object printed) {
        if (missed) {
            throw new AssertionError("killed, because it had not ended after " + time + "; it had printed: " + printed);
        }
    }

    @Override
    public String toString() {
        return "a deadline " + (missed ? "that was missed" : watch.isDone() ? "that was met" : "to come");
    }
}
