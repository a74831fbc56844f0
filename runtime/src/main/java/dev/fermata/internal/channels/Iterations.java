package dev.fermata.internal.channels;

import dev.fermata.internal.engine.Engine;

/** Counts the iterations of loops, for what has to give way to other tasks in each. */
public final class Iterations {
    private Iterations() {}

    /**
     * Returns the number of the iteration that runs on the calling thread, from 1 on; after 2³² of them it begins anew. 0 if no
     * loop runs here: a task may be started eagerly before its loop runs.
     */
    public static int current() {
        Engine running = Engine.runningOrNull();
        return running == null ? 0 : (int) running.iteration();
    }
}
