package dev.fermata.internal.engine;

/** Runs the steps of a loop in the engine's place, and watches them. On the loop's thread. */
@FunctionalInterface
public interface StepWatch {
    /**
     * Runs {@code step} with {@link Engine#run}, even if the watching fails: a task whose step is lost would wait for ever.
     */
    void run(Object step);
}
