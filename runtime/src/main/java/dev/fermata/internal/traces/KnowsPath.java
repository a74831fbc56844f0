package dev.fermata.internal.traces;

import org.jspecify.annotations.Nullable;

/** A stage of Fermata's that knows the path of its failure. */
public interface KnowsPath {
    /**
     * Returns the trace of the failure when the stage failed; null if it was created there. Valid once the stage has
     * failed. From any thread.
     */
    StackTraceElement @Nullable [] path();
}
