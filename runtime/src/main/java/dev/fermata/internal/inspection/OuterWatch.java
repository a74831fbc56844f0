package dev.fermata.internal.inspection;

import dev.fermata.internal.engine.StepWatch;
import org.jspecify.annotations.Nullable;

/** A watch around that of debug mode. On the loop's thread. */
public interface OuterWatch extends StepWatch {
    /** Sets what runs the steps from the next one on; null if that is the engine. */
    void setInner(@Nullable StepWatch inner);

    /** Sets how many nanoseconds a step may take before it counts as slow. */
    void setLimit(long nanos);
}
