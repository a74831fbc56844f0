package dev.fermata.internal.inspection;

import org.jspecify.annotations.Nullable;

/** Is told by a {@link Watchdog} of steps that take too long. */
public interface SlowSteps {
    /**
     * Called while the step still runs, on the watchdog's thread. If the step ends meanwhile, the loop's thread waits until
     * this has returned.
     *
     * @param stack the stack of the loop's thread, with Fermata's own methods
     */
    void blocks(@Nullable Object step, long millis, StackTraceElement[] stack);

    /** Called when a step has ended for which {@link #blocks} was called, on the loop's thread. */
    void released(@Nullable Object step, long millis);
}
