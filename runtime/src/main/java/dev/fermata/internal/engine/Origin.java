package dev.fermata.internal.engine;

import dev.fermata.Promise;
import org.jspecify.annotations.Nullable;

/**
 * What completes a promise that is not a plain one: how a cancel reaches it, and what a dump calls it. On the loop's
 * thread.
 */
public interface Origin {
    /**
     * Cancels what completes the promise. Called instead of the promise's own {@link Promise#cancel(String)} while it
     * is pending.
     *
     * @return whether the cancel was accepted: the promise will end, now or later. To end it now, call
     *     {@link LoopPromise#cancelNow}
     */
    boolean cancel(LoopPromise<?> promise, @Nullable String message);

    /** Returns what is waited for, as the end of the sentence "task X waits for …". */
    String describe();

    /** Returns what is waited for in few words, for the trace of a failure. */
    String shortly();
}
