package dev.fermata.internal.engine;

import dev.fermata.Promise;
import org.jspecify.annotations.Nullable;

/** What stands behind a promise that is not a plain one: how a cancel reaches it, and what a dump calls it. */
public interface Origin {
    /**
     * Called in place of the promise's own {@link Promise#cancel(String)} while it is pending.
     *
     * @return whether the cancel was taken: the promise will end, now or later. To end it now, call
     *     {@link Promise#cancelNow}
     */
    boolean cancel(LoopPromise<?> promise, @Nullable String message);

    /** What is waited for, as the end of the sentence "task X waits for …". */
    String describe();

    /** The same in few words, for the trace of a failure. */
    String shortly();
}
