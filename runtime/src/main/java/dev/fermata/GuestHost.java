package dev.fermata;

import dev.fermata.internal.Backend;
import java.util.concurrent.ScheduledExecutorService;

/**
 * The event loop of another library, on whose thread a guest loop lives: {@link EventLoop#guest}. {@link SwingHost} is one,
 * and {@link #of} makes one from an executor; docs/guest-loops.md shows one for JavaFX. Trio: the
 * {@code run_sync_soon_threadsafe} of {@code start_guest_run}.
 */
public interface GuestHost {
    /**
     * Returns a host that uses an executor's thread. The executor must have exactly one thread, as
     * {@code newSingleThreadScheduledExecutor} and each of Netty's event loops have, and must stay open until the loop is
     * closed. A throwable that leaves the loop goes to the uncaught exception handler of that thread.
     *
     * @throws IllegalArgumentException if the executor has more than one thread, as far as can be known
     */
    static GuestHost of(ScheduledExecutorService executor) {
        return Backend.get().hostOf(executor);
    }

    /** Calls {@code tick} soon on the host's thread. The loop calls this method from any thread. */
    void execute(Runnable tick);

    /**
     * Calls {@code tick} later on the host's thread. The loop calls this method on that thread.
     *
     * @param nanos the delay in nanoseconds, more than zero; a call that comes early does no harm
     */
    void executeLater(Runnable tick, long nanos);

    /** Whether the calling thread is the host's. */
    boolean isHostThread();

    /**
     * Called on the host's thread when the loop is closed. A delayed call that is still outstanding is no longer needed.
     */
    default void loopClosed() {}
}
