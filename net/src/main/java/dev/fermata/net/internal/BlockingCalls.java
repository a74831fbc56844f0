package dev.fermata.net.internal;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Threads for what blocks for as long as another process likes: one for each such call, and not from a pool that a few of
 * them would use up. They are daemons, so none of them keeps a program from ending.
 *
 * <p>They are not virtual. A virtual thread that reads a pipe keeps its carrier, and after 256 of them no virtual thread of
 * the JVM runs any more (tried out on JDK 25, with 300 children that print nothing). From any thread.
 */
final class BlockingCalls {
    private BlockingCalls() {}

    /** Runs {@code call} in a thread. */
    static Thread start(String name, Runnable call) {
        Thread thread = new Thread(null, call, "fermata-" + name, 0, false);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** Calls {@code callable} in a thread. Cancelling the future does not end the call. */
    static <T> CompletableFuture<T> call(String name, Callable<T> callable) {
        CompletableFuture<T> result = new CompletableFuture<>();
        start(name, () -> {
            try {
                result.complete(callable.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }
}
