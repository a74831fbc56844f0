package dev.fermata.internal.channels;

import dev.fermata.internal.engine.Engine;

/** Counts the iterations of the loop. What the system has said about a channel holds for one of them. */
public final class Iterations {
    private Iterations() {}

    /**
     * Returns the number of the iteration that runs on the calling thread, from 1 on. After 2³² of them it begins anew.
     *
     * @throws IllegalStateException if no loop runs here
     */
    public static int current() {
        return (int) Engine.running().iteration();
    }
}
