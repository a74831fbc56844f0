package dev.fermata.internal.threads;

import dev.fermata.internal.engine.Engine;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The work that other threads have handed to a loop to be run as tasks, and that has not ended. */
public final class ThreadsafeRuns {
    final Engine engine;

    /** Written by any thread. */
    private final Set<ThreadsafeRun<?>> runs = ConcurrentHashMap.newKeySet();

    /** Creates the runs of a loop; there are none yet. */
    public ThreadsafeRuns(Engine engine) {
        this.engine = engine;
    }

    /**
     * Hands over what a task will run: a claimed coroutine or an {@link dev.fermata.AsyncCallable}. From any thread.
     *
     * @throws IllegalStateException if the loop is closed
     */
    public <T> CompletableFuture<T> handOver(Object body) {
        ThreadsafeRun<T> run = new ThreadsafeRun<>(this, body);
        runs.add(run); // first, so that a loop that closes meanwhile finds it
        try {
            engine.handOver(run);
        } catch (IllegalStateException closed) {
            runs.remove(run);
            throw closed;
        }
        return run;
    }

    void remove(ThreadsafeRun<?> run) {
        runs.remove(run);
    }

    /**
     * Makes all futures that are left fail, because the loop is closed and will not run their work. On the loop's thread.
     */
    public void loopClosed() {
        if (runs.isEmpty()) {
            return; // as at the end of most runs, where a stream would load a dozen classes
        }
        runs.stream().sorted(Comparator.comparingLong(it -> it.number)).forEach(ThreadsafeRun::loopClosed);
        runs.clear();
    }
}
