package dev.fermata.abi;

import dev.fermata.Awaitable;
import dev.fermata.EventLoop;
import dev.fermata.lowlevel.ParkableTask;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a coroutine is mounted on while it runs: the hidden last parameter of every woven body. An event loop has one for
 * all its tasks; a hot method that was started outside of a loop has its own. It knows the running task, and links the
 * frames of a chain while that chain unwinds. Between two steps it is empty.
 *
 * <p>Used by one thread at a time.
 */
public abstract class Carrier {
    /**
     * The innermost frame of the chain that is unwinding, and the frame that was linked last. Both are null when no chain
     * unwinds.
     */
    private @Nullable Frame<?> first;

    private @Nullable Frame<?> last;

    protected Carrier() {}

    /**
     * Links {@code frame} to the chain that unwinds. A frame calls this when its activation suspends for the first time;
     * innermost first.
     */
    public final void suspended(Frame<?> frame) {
        frame.used();
        Frame<?> callee = last;
        if (callee == null) {
            first = frame;
        } else if (callee.caller != frame) {
            callee.caller = frame;
        }
        last = frame;
    }

    /**
     * As {@link #suspended}, for an activation that has suspended before. It runs because {@link #resume} has resumed this
     * very frame, so it is the outermost of what unwinds in this step, and its own link is right. Where nothing below it has
     * suspended, nothing is stored.
     */
    public final void suspendedAgain(Frame<?> frame) {
        Frame<?> callee = last;
        if (callee != null && callee.caller != frame) {
            callee.caller = frame;
        }
    }

    /**
     * Resumes {@code leaf} and hands its result to its caller's frame, and so on outwards. This is the trampoline: it is a
     * loop, so the cost of a resume does not grow with the depth of the chain.
     *
     * @return the outermost frame's result, or {@link Abi#SUSPENDED}; then {@link #takeChain} returns the chain
     * @throws Throwable the failure that leaves the outermost frame
     */
    protected final @Nullable Object resume(
            @Nullable Frame<?> leaf, @Nullable Object value, @Nullable Throwable failure) throws Throwable {
        Frame<?> frame = failure == null ? leaf : catching(leaf);
        boolean inLeaf = frame == leaf;
        if (!inLeaf) {
            leafLeft();
        }
        while (frame != null) {
            Frame<?> caller = frame.caller;
            try {
                value = frame.resume(value, failure, this);
                if (value == Abi.SUSPENDED) {
                    if (!inLeaf && last == null) {
                        first = frame;
                        last = frame;
                    }
                    return value;
                }
                failure = null;
                frame = caller;
            } catch (Throwable thrown) {
                thrown(thrown, failure, frame);
                value = null;
                failure = thrown;
                frame = catching(caller);
            }
            if (inLeaf) {
                inLeaf = false;
                leafLeft();
            }
        }
        if (failure != null) {
            throw failure;
        }
        return value;
    }

    /** Returns the first frame from {@code frame} outwards that could catch what is thrown into it. */
    private static @Nullable Frame<?> catching(@Nullable Frame<?> frame) {
        Frame<?> catching = frame;
        while (catching != null && !catching.catches()) {
            catching = catching.caller;
        }
        return catching;
    }

    /**
     * Returns the innermost frame of the chain that has just suspended, and forgets it; null if the chain consists only of
     * what was awaited.
     *
     * @param resumed the leaf that {@link #resume} was called with, unless {@link #leafLeft} was called since; null after a
     *     start. It is the innermost frame again if nothing else has suspended
     */
    protected final @Nullable Frame<?> takeChain(@Nullable Frame<?> resumed) {
        if (last == null) { // asked as suspendedAgain asks: where that is inlined, the answer is known
            return resumed;
        }
        Frame<?> leaf = first;
        first = null;
        last = null;
        return leaf;
    }

    /**
     * Called when the leaf that {@link #resume} was called with is left for good, by a result or an exception. What keeps
     * suspended chains forgets it here, so that what it refers to can be collected while its callers go on.
     */
    protected void leafLeft() {}

    /**
     * Called when {@code thrown} leaves the frame {@code left}, which the trampoline has resumed. For work on the trace of
     * the exception.
     *
     * @param handedIn what was thrown into {@code left}; null if a value was handed in
     */
    protected abstract void thrown(Throwable thrown, @Nullable Throwable handedIn, Frame<?> left);

    /** Called by a body that suspends while it holds {@code caught}, which one of its handlers has caught. */
    protected abstract void caught(Throwable caught);

    /**
     * Returns the running task, for a primitive that parks it.
     *
     * @param what the primitive, for the message: "sleep"
     * @throws IllegalStateException if no task is running: in a callback, or in a hot method that was called outside of a
     *     loop
     */
    public ParkableTask task(String what) {
        throw new IllegalStateException(what + " needs an event loop. Start the program with Asyncio.run");
    }

    /**
     * Returns the loop of the running task, for a primitive that may not have to park it.
     *
     * @param what as for {@link #task}
     * @throws IllegalStateException as {@link #task} does
     */
    public EventLoop loop(String what) {
        return task(what).loop();
    }

    /**
     * Awaits what is not a coroutine. If it is done, returns its result or throws its failure; otherwise parks the running
     * chain on it.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     */
    protected abstract @Nullable Object await(Awaitable<?> awaitable) throws Throwable;

    /** As {@link #await(Awaitable)}, for a stage. */
    protected abstract @Nullable Object await(CompletionStage<?> stage) throws Throwable;
}
