package dev.fermata.internal.time;

import dev.fermata.DeadlockException;
import dev.fermata.internal.engine.Clock;
import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.traces.Awaiting;

/**
 * Time that stands still while anything runs and jumps to the next timer when nothing is ready. Events from outside take
 * real time: while something is outstanding there, the loop really waits and virtual time stands still. On the loop's
 * thread.
 */
public final class VirtualClock extends Clock {
    private long now;

    @Override
    public long now() {
        return now;
    }

    @Override
    public boolean isReal() {
        return false;
    }

    @Override
    public void idle(Engine engine, long due, long report) {
        if (engine.awaitsOutside()) {
            waitForOutside(engine);
        } else if (due != Long.MAX_VALUE) {
            now = Math.max(now, Math.min(due, report));
        } else if (!engine.hasMail()) {
            throw deadlock(
                    engine,
                    "Deadlock: all tasks wait, no timer is set, and nothing outside of the loop is outstanding");
        }
    }

    @Override
    public long executorPatience(Engine engine) {
        return engine.outsideLimit();
    }

    private static void waitForOutside(Engine engine) {
        long limit = engine.outsideLimit();
        long start = System.nanoTime();
        for (long left = limit; left > 0; left = limit - (System.nanoTime() - start)) {
            engine.parker.park(left);
            if (engine.hasNews() || Thread.currentThread().isInterrupted()) {
                return;
            }
        }
        throw deadlock(
                engine,
                "Virtual time stood still for " + limit / 1_000_000
                        + " ms of real time, waiting for something outside of the loop: a call in an executor, a channel, or a"
                        + " stage that another thread may complete. If this loop's own code completes it, use a promise"
                        + " (createPromise) instead. If it really takes longer, raise the limit with"
                        + " EventLoop.setOutsideLimit");
    }

    private static DeadlockException deadlock(Engine engine, String headline) {
        String tasks = engine.face.describeTasks();
        var deadlock = new DeadlockException(tasks.isEmpty() ? headline : headline + "\n" + tasks);
        engine.explain(deadlock);
        return Awaiting.here(deadlock);
    }
}
