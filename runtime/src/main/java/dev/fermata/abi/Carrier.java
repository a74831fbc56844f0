package dev.fermata.abi;

import dev.fermata.Awaitable;
import dev.fermata.lowlevel.ParkableTask;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What a coroutine is mounted on while it runs: the hidden last parameter of every rewritten body. An event loop has
 * one for all its tasks, a hot method that was started outside of a loop has its own. It knows whom to park and links
 * the frames of a chain while that chain unwinds; between two steps it is empty.
 *
 * <p>Used by one thread at a time.
 */
public abstract class Carrier {
    /** Of the chain that is unwinding, the innermost frame and the one linked last; null both when none is. */
    private @Nullable Frame<?> first;

    private @Nullable Frame<?> last;

    protected Carrier() {}

    /**
     * Called by each frame, innermost first, on its way out of a suspension. The link is stored only when it changes: a
     * chain that suspends again at its leaf writes nothing.
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
     * The trampoline. Resumes {@code leaf} and hands its result to its caller's frame, and so on outwards, in a loop: the
     * cost of a resume does not grow with the depth of the chain.
     *
     * @return the outermost frame's result, or {@link Abi#SUSPENDED}; then {@link #takeChain} has the chain
     */
    protected final @Nullable Object resume(
            @Nullable Frame<?> leaf, @Nullable Object value, @Nullable Throwable failure) throws Throwable {
        Frame<?> frame = failure == null ? leaf : catching(leaf);
        while (frame != null) {
            Frame<?> caller = frame.caller;
            try {
                value = frame.resume(value, failure, this);
                if (value == Abi.SUSPENDED) {
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
        }
        if (failure != null) {
            throw failure;
        }
        return value;
    }

    /** The first frame from {@code frame} outwards that could catch what is thrown into it. */
    private static @Nullable Frame<?> catching(@Nullable Frame<?> frame) {
        Frame<?> catching = frame;
        while (catching != null && !catching.catches()) {
            catching = catching.caller;
        }
        return catching;
    }

    /** The innermost frame of the chain that has just suspended; null if the awaited thing was the whole chain. */
    protected final @Nullable Frame<?> takeChain() {
        Frame<?> leaf = first;
        first = null;
        last = null;
        return leaf;
    }

    /**
     * {@code thrown} leaves {@code left}, which the trampoline has resumed. For what has to be done to its trace.
     *
     * @param handedIn what was thrown into {@code left}; null if a value was handed in
     */
    protected abstract void thrown(Throwable thrown, @Nullable Throwable handedIn, Frame<?> left);

    /** The calling body suspends while it holds {@code caught}, which one of its handlers has caught. */
    protected abstract void caught(Throwable caught);

    /**
     * The running task, for a primitive that parks it.
     *
     * @param what the primitive, for the message: "sleep"
     * @throws IllegalStateException if no task is running: in a callback, or in a hot method that was called outside of a loop
     */
    public ParkableTask task(String what) {
        throw new IllegalStateException(what + " needs an event loop: start it with Asyncio.run");
    }

    /**
     * Awaits anything that is not a coroutine: its result if it is there, its failure thrown, or the running chain
     * parked on it and {@link Abi#SUSPENDED} returned.
     */
    protected abstract @Nullable Object await(Awaitable<?> awaitable) throws Throwable;

    /** Awaits a stage likewise. */
    protected abstract @Nullable Object await(CompletionStage<?> stage) throws Throwable;
}
