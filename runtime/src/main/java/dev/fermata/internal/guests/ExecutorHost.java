package dev.fermata.internal.guests;

import dev.fermata.GuestHost;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * An executor with one thread as the host of a guest loop: {@link GuestHost#of}. On the executor's thread, except
 * {@link #execute} and {@link #isHostThread}.
 */
public final class ExecutorHost implements GuestHost {
    private final ScheduledExecutorService executor;

    /** The thread that made the last tick, or makes it now; the executor may replace its thread. Written by that thread. */
    private volatile @Nullable Thread thread;

    /** The nearest tick that is scheduled. Later ones are requested again after it. On the executor's thread. */
    private @Nullable ScheduledFuture<?> later;

    /**
     * Creates a host of {@code executor}.
     *
     * @throws IllegalArgumentException if the executor has more than one thread, as far as can be known
     */
    public ExecutorHost(ScheduledExecutorService executor) {
        this.executor = Objects.requireNonNull(executor, "executor");
        if (executor instanceof ScheduledThreadPoolExecutor pool && pool.getCorePoolSize() != 1) {
            throw new IllegalArgumentException("A guest loop needs an executor with one thread, and this one has "
                    + pool.getCorePoolSize() + ": " + executor);
        }
    }

    @Override
    public void execute(Runnable tick) {
        executor.execute(() -> make(tick));
    }

    @Override
    public void executeLater(Runnable tick, long nanos) {
        forgetLater();
        later = executor.schedule(() -> make(tick), nanos, TimeUnit.NANOSECONDS);
    }

    /**
     * Makes a tick. What it throws goes to the uncaught exception handler; a scheduled executor would keep it in a future
     * that no code reads.
     */
    private void make(Runnable tick) {
        Thread current = Thread.currentThread();
        thread = current;
        try {
            tick.run();
        } catch (Throwable failure) {
            current.getUncaughtExceptionHandler().uncaughtException(current, failure);
        }
    }

    @Override
    public boolean isHostThread() {
        return Thread.currentThread() == thread;
    }

    /** Cancels the scheduled tick: an executor that is shut down would wait for it, even if it is hours away. */
    @Override
    public void loopClosed() {
        forgetLater();
    }

    private void forgetLater() {
        if (later != null) {
            later.cancel(false);
            later = null;
        }
    }
}
