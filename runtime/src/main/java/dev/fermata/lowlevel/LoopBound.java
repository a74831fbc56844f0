package dev.fermata.lowlevel;

import dev.fermata.EventLoop;
import dev.fermata.abi.Carrier;
import org.jspecify.annotations.Nullable;

/**
 * A primitive that the tasks of one loop share. It belongs to the loop whose task awaits it first. As long as no task had to
 * wait, nothing of that loop is left in it, and when that loop has closed it may belong to another one. So a lock in a static
 * field serves one run after the other.
 *
 * <p>For the loop's thread. asyncio: {@code mixins._LoopBoundMixin}, which checks only when a task has to wait.
 */
public abstract class LoopBound {
    private @Nullable EventLoop loop;

    /** A task had to wait, so it stays with its loop. */
    private boolean bound;

    /** Belongs to no loop yet. */
    protected LoopBound() {}

    /**
     * Returns the running task, which is about to take from this, or to wait at it.
     *
     * @param what the method that was awaited, for the message if there is no loop: "AsyncLock.acquire"
     * @throws IllegalStateException if no task is running, or if it is a task of another loop than this belongs to
     */
    protected final ParkableTask user(Carrier carrier, String what) {
        ParkableTask task = carrier.task(what);
        useOn(task.loop());
        return task;
    }

    /**
     * This is used by a task of {@code used}.
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
                    "The " + this + " belongs to another event loop, whose tasks have used it. Make one for each loop");
        }
        loop = used;
    }

    /** A task of its loop waits. */
    final void bind() {
        bound = true;
    }

    /**
     * Throws, in debug mode, if the calling thread is not that of the loop this belongs to.
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
