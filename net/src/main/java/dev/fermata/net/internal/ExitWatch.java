package dev.fermata.net.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Tells those who wait that a process has ended. Each has a future of its own, which a cancel completes: dependents of
 * {@link Process#onExit} would stay as long as the process runs. From any thread.
 */
public final class ExitWatch {
    private final List<CompletableFuture<Void>> waiters = new ArrayList<>();
    private boolean hasExited;

    /** Watches a process. */
    public ExitWatch(Process process) {
        var unused = process.onExit().thenRun(this::exited);
    }

    private void exited() {
        for (CompletableFuture<Void> waiter : takeWaiters()) {
            waiter.complete(null);
        }
    }

    private synchronized List<CompletableFuture<Void>> takeWaiters() {
        hasExited = true;
        List<CompletableFuture<Void>> taken = List.copyOf(waiters);
        waiters.clear();
        return taken;
    }

    /** Returns a future that is completed when the process has ended. */
    public synchronized CompletableFuture<Void> next() {
        if (hasExited) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> waiter = new CompletableFuture<>();
        waiters.removeIf(CompletableFuture::isDone); // those that were cancelled
        waiters.add(waiter);
        return waiter;
    }
}
