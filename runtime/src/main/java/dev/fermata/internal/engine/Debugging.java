package dev.fermata.internal.engine;

/** What debug mode does besides the checks of threads, which the engine does itself. On the loop's thread. */
public interface Debugging {
    /** Called when the loop starts to run, and before each tick of a guest. */
    void runs();

    /** Called when the loop stops running. */
    void stops();

    /** Called at the end of an iteration. */
    void iterated();
}
