package dev.fermata.internal.time;

import dev.fermata.DeadlockException;
import dev.fermata.internal.engine.Clock;
import dev.fermata.internal.engine.Engine;

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
            throw deadlock(engine, "Deadlock: nothing is ready, no timer is set, nothing is outstanding from outside");
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
                        + " ms of real time, waiting for what comes from outside: a call in an executor, a channel, or a"
                        + " stage that, for all the loop knows, another thread completes. A stage that this loop's own"
                        + " code completes should be a promise (createPromise); for what really takes longer there is"
                        + " EventLoop.setOutsideLimit");
    }

    private static DeadlockException deadlock(Engine engine, String headline) {
        String tasks = engine.face.describeTasks();
        return new DeadlockException(tasks.isEmpty() ? headline : headline + "\n" + tasks);
    }
}
