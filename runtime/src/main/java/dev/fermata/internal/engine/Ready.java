package dev.fermata.internal.engine;

/** An entry of the ready queue that is not a task: one call to make in the next iteration. */
public interface Ready {
    /** Makes the call. Called once, on the loop's thread, outside of any task. Throws only what must leave the engine. */
    void runReady();
}
