package dev.fermata;

import dev.fermata.internal.Suppression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end of {@link Asyncio#run}: cancels what is left until nothing is left, waits for it, reports what failed then, waits
 * for the executor's calls, and closes the loop. An interrupt that came before is put off, or nothing could wait.
 */
final class EndOfRun {
    /** How many iterations asyncio's {@code run} makes after the last task, as long as anything is ready. */
    static final int LAST_ITERATIONS = 4;

    private final EventLoop loop;
    private boolean interrupted;

    /** The first that left an iteration. */
    private @Nullable VirtualMachineError fatal;

    private EndOfRun(EventLoop loop) {
        this.loop = loop;
    }

    static void of(EventLoop loop) {
        new EndOfRun(loop).complete();
    }

    private void complete() {
        loop.enter();
        interrupted = Thread.interrupted();
        long patience = loop.executorPatience();
        try {
            do {
                cancelTasks();
                patience = awaitExecutorCalls(patience);
            } while (loop.tasks.size() > 0);
            if (fatal != null) {
                throw fatal;
            }
        } finally {
            loop.closeNow(patience);
            loop.exit();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Cancels the tasks and runs until none is left and their callbacks have run. */
    private void cancelTasks() {
        do {
            List<Task<?>> left = loop.tasks.toList();
            loop.cancelAll(left);
            while (!allDone(left)) {
                iterate();
                interrupted |= Thread.interrupted();
            }
            reportFailed(loop, left);
            for (int i = 0; i < LAST_ITERATIONS && loop.hasNews(); i++) {
                loop.iterateWithoutWaiting();
            }
        } while (loop.tasks.size() > 0);
    }

    /** An Error that ended one task is thrown when the others have cleaned up; one that ended none would come again for ever. */
    private void iterate() {
        int tasks = loop.tasks.size();
        try {
            loop.iterate();
        } catch (VirtualMachineError failure) {
            if (loop.tasks.size() >= tasks) {
                throw failure;
            }
            if (fatal == null) {
                fatal = failure;
            } else {
                Suppression.add(fatal, failure);
            }
        }
    }

    static boolean allDone(List<Task<?>> left) {
        for (Task<?> task : left) {
            if (!task.done()) {
                return false;
            }
        }
        return true;
    }

    static void reportFailed(EventLoop loop, List<Task<?>> ended) {
        for (Task<?> task : ended) {
            Throwable failure = task.reportFailure();
            if (failure != null && !Rethrow.isFatal(failure)) { // such a one has left the loop
                loop.callExceptionHandler(new ExceptionHandler.Context(
                        task.describe() + " failed while it was cancelled at the end of the event loop",
                        failure,
                        task));
            }
        }
    }

    /**
     * Waits for the calls in the loop's executor, and runs what they hand over. A new interrupt ends the wait.
     *
     * @return what is left of {@code patience}; zero if calls are still running
     */
    private long awaitExecutorCalls(long patience) {
        long end = System.nanoTime() + patience;
        while (loop.executor.isBusy()) {
            long left = end - System.nanoTime();
            if (left <= 0 || Thread.currentThread().isInterrupted()) {
                return 0;
            }
            loop.parker.park(loop.isInRealTime() ? Math.min(left, LoopTime.until(loop.nextDue(), loop.time())) : left);
            loop.iterateWithoutWaiting();
        }
        return Math.max(0, end - System.nanoTime());
    }
}
