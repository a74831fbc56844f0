package dev.fermata.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Virtual threads, which the language level of this build does not know. */
final class VirtualThreads {
    /** {@code Thread.startVirtualThread}; null on a JDK without. */
    private static final @Nullable MethodHandle START = find();

    private VirtualThreads() {}

    static boolean exist() {
        return START != null;
    }

    static Thread start(Runnable body) {
        if (START == null) {
            throw new IllegalStateException("This JDK has no virtual threads");
        }
        try {
            return (Thread) START.invokeExact(body);
        } catch (Throwable failure) {
            throw new IllegalStateException("cannot start a virtual thread", failure);
        }
    }

    /**
     * Has {@code count} threads run {@code body} side by side, and waits for them. They are started by a virtual thread,
     * and all anew each time: a scheduler that is busy with threads that give way takes nothing that comes from outside.
     */
    static void runAll(int count, Runnable body) throws InterruptedException {
        CountDownLatch running = new CountDownLatch(count);
        start(() -> {
            for (int i = 0; i < count; i++) {
                start(() -> {
                    body.run();
                    running.countDown();
                });
            }
        });
        running.await();
    }

    /** Calls {@code body} in a virtual thread and returns its result. */
    static <T> T call(Callable<T> body) {
        CompletableFuture<T> result = new CompletableFuture<>();
        start(() -> {
            try {
                result.complete(body.call());
            } catch (Throwable failure) {
                result.completeExceptionally(failure);
            }
        });
        return result.join();
    }

    @SuppressWarnings("ThreadPriorityCheck") // what it does is what is measured
    static void giveWay() {
        Thread.yield();
    }

    private static @Nullable MethodHandle find() {
        try {
            return MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
