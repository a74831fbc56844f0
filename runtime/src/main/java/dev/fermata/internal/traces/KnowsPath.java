package dev.fermata.internal.traces;

import org.jspecify.annotations.Nullable;

/** A stage of Fermata's, which can say on which way its failure came. */
public interface KnowsPath {
    /** The trace of the failure when the stage failed; null if it was made there. To be asked when it has. From any thread. */
    StackTraceElement @Nullable [] path();
}
