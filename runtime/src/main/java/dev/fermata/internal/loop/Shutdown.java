package dev.fermata.internal.loop;

import dev.fermata.ExceptionHandler;
import dev.fermata.internal.base.Rethrow;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.LoopTask;
import dev.fermata.internal.threads.LoopExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides how a loop ends, one step after each iteration. It cancels the tasks until none is left, reports what failed
 * then, lets their callbacks run, and waits for the calls in the executor. The code that makes the iterations asks
 * {@link #next} what to do: a run, which blocks its thread, as well as a guest, which must not. On the loop's thread.
 */
final class Shutdown {
    /** What to do now. */
    enum Next {
        /** Make an iteration; it may wait. */
        ITERATE,
        /** Make an iteration that does not wait. */
        ITERATE_AT_ONCE,
        /** Wait for the end of a call in the executor, and make an iteration. */
        AWAIT_CALLS,
        /** Close the loop. */
        CLOSE
    }

    /** How many iterations asyncio's {@code run} makes after the last task, as long as anything is ready. */
    private static final int LAST_ITERATIONS = 4;

    private final Engine engine;
    private final LoopExecutor executor;

    /** The tasks that were cancelled last. What they create meanwhile is cancelled when they have ended. */
    private List<LoopTask<?>> cancelled = List.of();

    /** How many iterations are left for the callbacks of those tasks. */
    private int iterationsLeft;

    private boolean awaitsCalls = true;

    /** Cancels the tasks. */
    Shutdown(Engine engine, LoopExecutor executor) {
        this.engine = engine;
        this.executor = executor;
        cancelTasks();
    }

    Next next() {
        if (!allDone()) {
            return Next.ITERATE;
        }
        reportFailed();
        if (iterationsLeft > 0 && engine.hasNews()) {
            iterationsLeft--;
            return Next.ITERATE_AT_ONCE;
        }
        if (engine.tasks.size() > 0) {
            cancelTasks();
            return Next.ITERATE;
        }
        return awaitsCalls && executor.isBusy() ? Next.AWAIT_CALLS : Next.CLOSE;
    }

    /** Called when the calls in the executor have had their time. */
    void giveUpOnCalls() {
        awaitsCalls = false;
    }

    private void cancelTasks() {
        iterationsLeft = LAST_ITERATIONS;
        cancelled = new ArrayList<>(engine.tasks.toList());
        for (LoopTask<?> task : cancelled) {
            task.cancel(); // without a message, as in asyncio
        }
    }

    private boolean allDone() {
        for (LoopTask<?> task : cancelled) {
            if (!task.done()) {
                return false;
            }
        }
        return true;
    }

    private void reportFailed() {
        for (LoopTask<?> task : cancelled) {
            Throwable failure = task.reportFailure();
            if (failure != null && !Rethrow.isFatal(failure)) { // a fatal one has left the loop
                engine.report(new ExceptionHandler.Context(
                        ExceptionHandler.Kind.FAILED_AT_CLOSE,
                        task.describe() + " failed while it was cancelled at the end of the event loop",
                        failure,
                        task));
            }
        }
        cancelled = List.of();
    }
}
