package dev.fermata.internal.loop;

import dev.fermata.CancelledError;
import dev.fermata.Coroutine;
import dev.fermata.KeyboardInterrupt;
import dev.fermata.Task;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.signals.CtrlC;
import dev.fermata.internal.signals.ProcessEnd;
import dev.fermata.internal.signals.QuietEnd;
import org.jspecify.annotations.Nullable;

/**
 * Runs main tasks on one loop, one after the other, until the loop is closed: what {@link dev.fermata.Asyncio#run} and
 * {@link dev.fermata.Runner} have in common. Ctrl-C and the end of the process end such a run. Used by one thread at a
 * time.
 */
final class MainRuns {
    private final Loop loop;
    private final @Nullable ProcessEnd processEnd;

    MainRuns(Loop loop) {
        this.loop = loop;
        this.processEnd = ProcessEnd.watch(loop);
    }

    /** Runs {@code main} and closes the loop. */
    static <T> T once(Coroutine<T> main, Loop loop) {
        loop.checkCanRun(main); // first, because a loop that is refused may be running elsewhere
        MainRuns runs = new MainRuns(loop);
        runs.begin();
        try (CtrlC ctrlC = CtrlC.watch(loop, runs.processEnd)) {
            T result;
            try {
                result = runs.untilComplete(main, ctrlC);
            } catch (Throwable failure) {
                try {
                    runs.endLoop();
                } catch (Throwable second) {
                    Suppression.add(failure, second);
                }
                throw failure;
            }
            runs.endLoop();
            return result;
        }
    }

    /** Runs {@code main} and leaves the loop open for the next one. */
    <T> T run(Coroutine<T> main) {
        loop.checkCanRun(main);
        begin();
        try (CtrlC ctrlC = CtrlC.watch(loop, processEnd)) {
            return untilComplete(main, ctrlC);
        } finally {
            if (processEnd != null) {
                processEnd.runEnds();
            }
        }
    }

    /** Ends what is left on the loop and closes it. */
    void close() {
        begin();
        try (CtrlC ctrlC = CtrlC.watch(loop, processEnd)) {
            endLoop();
        }
    }

    private void begin() {
        if (processEnd != null) {
            processEnd.runBegins();
        }
    }

    private <T> T untilComplete(Coroutine<T> main, @Nullable CtrlC ctrlC) {
        Task<T> task = loop.createTask(main);
        try {
            return loop.runUntilComplete(task);
        } catch (CancelledError cancel) {
            if (ctrlC != null && ctrlC.came() && task.uncancel() == 0) {
                KeyboardInterrupt interrupt = new KeyboardInterrupt(cancel);
                QuietEnd.with(interrupt, QuietEnd.CTRL_C);
                throw interrupt;
            }
            if (processEnd != null && processEnd.came()) {
                QuietEnd.with(cancel, null);
            }
            throw cancel;
        }
    }

    private void endLoop() {
        try {
            if (!loop.isClosed()) {
                EndOfRun.of(loop);
            }
        } finally {
            if (processEnd != null) {
                processEnd.loopClosed();
            }
        }
    }
}
