package dev.fermata.internal.engine;

/** Runs the steps of a loop in the engine's place, and watches them. On the loop's thread. */
@FunctionalInterface
public interface StepWatch {
    /** Runs {@code step} by {@link Engine#run}, whatever fails around it: a task that waits for a lost step waits for ever. */
    void run(Object step);
}
