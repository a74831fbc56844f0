package dev.fermata.internal.signals;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.threads.LoopExecutor;

/** The run that Ctrl-C and the end of the process end. */
public interface EndableRun {
    /** The engine of its loop. From any thread. */
    Engine engine();

    /** The executor of its loop. From any thread. */
    LoopExecutor executor();

    /** Cancels the main task. On the loop's thread. @return false if nothing is left to cancel */
    boolean cancelMain(String message);

    /** Real nanoseconds that the end of the process waits for the end of the run. From any thread. */
    long shutdownLimit();
}
