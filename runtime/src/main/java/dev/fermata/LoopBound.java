package dev.fermata;

import dev.fermata.codegen.Carrier;
import org.jspecify.annotations.Nullable;

/**
 * What tasks of one loop wait at. It belongs to no loop until somebody has to wait, so that it can be made anywhere, a
 * static field included; from then on it belongs to that one. asyncio: {@code mixins._LoopBoundMixin}.
 */
abstract class LoopBound {
    private @Nullable EventLoop loop;

    /**
     * The running task, which is about to take from this, or to wait at it.
     *
     * @param what for the message if there is no loop: "AsyncLock.acquire"
     * @throws IllegalStateException if no loop runs, or another than the one this belongs to
     */
    final Task<?> user(Carrier carrier, String what) {
        Task<?> task = LoopCarrier.current(carrier, what);
        checkLoop(task.loop);
        return task;
    }

    final void checkLoop(EventLoop used) {
        if (loop != null && loop != used) {
            throw new IllegalStateException("The " + this
                    + " belongs to another event loop, whose tasks have waited at it." + " Make one for each loop");
        }
    }

    final void bind(EventLoop used) {
        loop = used;
    }

    /** In debug mode, that the caller is on the thread of the loop this belongs to, if any. */
    final void checkThread(String what) {
        if (loop != null) {
            loop.checkThread(what);
        }
    }
}
