package dev.fermata.internal.signals;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.threads.LoopExecutor;

/** A run that Ctrl-C and the end of the process can end. */
public interface EndableRun {
    /** Returns the engine of the run's loop. From any thread. */
    Engine engine();

    /** Returns the executor of the run's loop. From any thread. */
    LoopExecutor executor();

    /**
     * Cancels the main task. On the loop's thread.
     *
     * @return false if nothing is left to cancel
     */
    boolean cancelMain(String message);

    /** Returns how long, in real nanoseconds, the end of the process waits for the end of the run. From any thread. */
    long shutdownLimit();
}
