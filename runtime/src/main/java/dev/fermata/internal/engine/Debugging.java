package dev.fermata.internal.engine;

/** What debug mode does beside the checks of threads, which the engine does itself. On the loop's thread. */
public interface Debugging {
    /** The loop runs from now on, or makes an iteration. */
    void runs();

    /** It does not run any more. */
    void stops();

    /** An iteration ends. */
    void iterated();
}
