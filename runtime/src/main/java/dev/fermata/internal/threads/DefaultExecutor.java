package dev.fermata.internal.threads;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Creates the executor of {@code toThread}: virtual threads where the JDK has them, otherwise as many daemon threads as
 * asyncio would use. From any thread.
 */
final class DefaultExecutor {
    private static final int JDK_WITH_VIRTUAL_THREADS = 21;

    private DefaultExecutor() {}

    static ExecutorService create() {
        return Runtime.version().feature() >= JDK_WITH_VIRTUAL_THREADS ? ofVirtualThreads() : ofDaemons();
    }

    /** Creates it through a method handle, because this class is compiled for Java 17. */
    private static ExecutorService ofVirtualThreads() {
        try {
            return (ExecutorService) MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class))
                    .invokeExact();
        } catch (Throwable e) {
            throw new IllegalStateException("JDK " + Runtime.version() + " has no virtual threads", e);
        }
    }

    private static ExecutorService ofDaemons() {
        int threads = Math.min(32, Runtime.getRuntime().availableProcessors() + 4);
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), new DaemonThreads());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Creates daemon threads: a call that hangs must not keep a program alive whose {@code run} has ended. */
    private static final class DaemonThreads implements ThreadFactory {
        private final AtomicInteger made = new AtomicInteger();

        @Override
        public Thread newThread(Runnable call) {
            Thread thread = new Thread(call, "fermata-" + made.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }
    }
}
