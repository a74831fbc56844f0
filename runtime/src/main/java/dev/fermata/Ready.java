package dev.fermata;

/** An entry of the ready queue that is not a task: one call to make in the next iteration. */
interface Ready {
    /** Called once, on the loop's thread, outside of any task. Throws only what must leave the loop. */
    void runReady();
}
