package dev.fermata.internal.engine;

import dev.fermata.Task;

/** Runs the steps of a loop in the engine's place, and watches them. On the loop's thread. */
@FunctionalInterface
public interface StepWatch {
    /**
     * Runs {@code step} with {@link Engine#run}, even if the watching fails: a task whose step is lost would wait for ever.
     */
    void run(Object step);

    /** Called when a task was created, before its first step. */
    default void created(Task<?> task) {}

    /** Called when a task has made its first step inside the call that created it, and not in {@link #run}. */
    default void startedEagerly(Task<?> task) {}
}
