package dev.fermata;

import dev.fermata.abi.Carrier;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks of one loop use together. It belongs to the loop whose tasks await it first. As long as none of them had to
 * wait, nothing of that loop is left in it, and when that loop has closed it may belong to another one: so a lock in a static
 * field serves one run after the other. asyncio: {@code mixins._LoopBoundMixin}, which looks only when somebody has to wait.
 */
abstract class LoopBound {
    private @Nullable EventLoop loop;

    /** Somebody had to wait: it stays with its loop. */
    private boolean bound;

    /**
     * The running task, which is about to take from this, or to wait at it.
     *
     * @param what for the message if there is no loop: "AsyncLock.acquire"
     * @throws IllegalStateException if no loop runs, or another than the one this belongs to
     */
    final Task<?> user(Carrier carrier, String what) {
        Task<?> task = LoopCarrier.current(carrier, what);
        useOn(task.loop);
        return task;
    }

    final void useOn(EventLoop used) {
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

    /** In debug mode, that the caller is on the thread of the loop this belongs to, if any. */
    final void checkThread(String what) {
        if (loop != null) {
            loop.checkThread(what);
        }
    }
}
