package dev.fermata;

import dev.fermata.internal.Backend;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Somebody else's event loop, on whose thread a guest loop lives: {@link EventLoop#guest}. {@link SwingHost} is one, an
 * executor becomes one by {@link #of}; docs/guest-loops.md shows JavaFX's.
 */
public interface GuestHost {
    /**
     * An executor's thread as the host. The executor must have one thread, as {@code newSingleThreadScheduledExecutor} has and
     * each of Netty's event loops, and stay open until the loop is closed. A throwable that leaves the loop goes to the
     * uncaught exception handler of that thread.
     *
     * @throws IllegalArgumentException if the executor has more than one thread, as far as it tells
     */
    static GuestHost of(ScheduledExecutorService executor) {
        return Backend.get().hostOf(executor);
    }

    /** Has {@code tick} called soon on the host's thread. Called from any thread. */
    void execute(Runnable tick);

    /**
     * Has {@code tick} called on the host's thread later. Called on that thread.
     *
     * @param nanos delay, more than zero; a call that comes early does no harm
     */
    void executeLater(Runnable tick, long nanos);

    /** Whether the calling thread is the host's. */
    boolean isHostThread();

    /** The loop is closed, and a delayed call that is still outstanding need not come. Called on the host's thread. */
    default void loopClosed() {}
}
