package dev.fermata.internal.loop;

import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.Suppression;
import dev.fermata.internal.engine.Engine;
import org.jspecify.annotations.Nullable;

/**
 * Ends a run of {@link dev.fermata.Asyncio#run}: makes the iterations that {@link Shutdown} asks for, and closes the loop.
 * On the thread that ran the loop. An interrupt that came before is put off, because otherwise nothing could wait.
 */
final class EndOfRun {
    private final Loop loop;
    private final Engine engine;
    private boolean interrupted;

    /** How long, in real nanoseconds, it may still wait for the calls in the executor. */
    private long patience;

    /** Whether it no longer waits for them. */
    private boolean givenUp;

    /** The first Error that left an iteration. */
    private @Nullable VirtualMachineError fatal;

    /** Prepares the end of a run of {@code loop}, which may still run. */
    EndOfRun(Loop loop) {
        this.loop = loop;
        this.engine = loop.engine();
    }

    static void of(Loop loop) {
        new EndOfRun(loop).complete();
    }

    /** Makes it not wait for calls in the executor, or stop waiting for them. On the loop's thread. */
    void giveUpOnCalls() {
        givenUp = true;
    }

    /** Ends the run. */
    void complete() {
        patience = engine.executorPatience();
        loop.enter();
        interrupted = Thread.interrupted();
        try {
            Shutdown shutdown = new Shutdown(engine, loop.executor());
            for (Shutdown.Next next = shutdown.next(); next != Shutdown.Next.CLOSE; next = shutdown.next()) {
                switch (next) {
                    case ITERATE -> iterate();
                    case ITERATE_AT_ONCE -> engine.iterate(false);
                    case AWAIT_CALLS -> awaitCalls(shutdown);
                    case CLOSE -> throw new AssertionError(next);
                }
            }
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

    /**
     * Makes an iteration. An Error that has ended a task is thrown once the others have cleaned up. One that has ended no
     * task is thrown at once, because it would come again for ever.
     */
    private void iterate() {
        int tasks = engine.tasks.size();
        try {
            engine.iterate(true);
        } catch (VirtualMachineError failure) {
            if (engine.tasks.size() >= tasks) {
                throw failure;
            }
            if (fatal == null) {
                fatal = failure;
            } else {
                Suppression.add(fatal, failure);
            }
        }
        interrupted |= Thread.interrupted();
    }

    /** Waits for a call in the loop's executor, and runs what the call hands over. A new interrupt ends the wait. */
    private void awaitCalls(Shutdown shutdown) {
        if (givenUp || patience <= 0 || Thread.currentThread().isInterrupted()) {
            patience = 0;
            shutdown.giveUpOnCalls();
            return;
        }
        long start = System.nanoTime();
        engine.parker.park(
                engine.isInRealTime() ? Math.min(patience, LoopTime.until(engine.nextDue(), engine.time())) : patience);
        engine.iterate(false);
        patience = Math.max(0, patience - (System.nanoTime() - start));
    }
}
