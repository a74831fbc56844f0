package dev.fermata.lowlevel;

import dev.fermata.EventLoop;
import dev.fermata.abi.Carrier;
import org.jspecify.annotations.Nullable;

/**
 * A primitive that the tasks of one loop share. It belongs to the loop whose task awaits it first. As long as no task had
 * to wait, it keeps nothing of that loop, and once that loop has closed it may belong to another one. So a lock in a static
 * field can serve one run after another.
 *
 * <p>For the loop's thread. asyncio: {@code mixins._LoopBoundMixin}, which checks only when a task has to wait.
 */
public abstract class LoopBound {
    private @Nullable EventLoop loop;

    /** True once a task had to wait; from then on this stays with its loop. */
    private boolean bound;

    /** Creates a primitive that belongs to no loop yet. */
    protected LoopBound() {}

    /**
     * Returns the running task, which is about to take from this primitive or to wait at it.
     *
     * @param carrier the carrier that {@code start} or {@code resume} received
     * @param what the method that was awaited, for the message: "AsyncLock.acquire"
     * @throws IllegalStateException if no task is running, or if the running task belongs to another loop than this
     */
    protected final ParkableTask user(Carrier carrier, String what) {
        ParkableTask task = carrier.task(what);
        useOn(task.loop());
        return task;
    }

    /**
     * As {@link #user}, for an await that need not wait: it does not look at the task.
     *
     * @param carrier the carrier that the await received
     * @param what the method that was awaited, for the message
     * @throws IllegalStateException if no task is running, or if the running task belongs to another loop than this
     */
    protected final void use(Carrier carrier, String what) {
        useOn(carrier.loop(what));
    }

    /**
     * Records that a task of the loop {@code used} uses this.
     *
     * @throws IllegalStateException if this belongs to another loop
     */
    protected final void useOn(EventLoop used) {
        EventLoop before = loop;
        if (before == used) {
            return;
        }
        if (before != null && (bound || !before.isClosed())) {
            throw new IllegalStateException(
                    "The " + this
                            + " belongs to another event loop, whose tasks have waited at it or still use it. Create one for each loop");
        }
        loop = used;
    }

    /** Called when a task of its loop waits. */
    final void bind() {
        bound = true;
    }

    /**
     * Checks, in debug mode, that the calling thread is that of the loop this belongs to.
     *
     * @param what the method that was called, for the message
     * @throws IllegalStateException in debug mode from another thread
     */
    protected final void checkThread(String what) {
        if (loop != null) {
            loop.checkThread(what);
        }
    }
}
