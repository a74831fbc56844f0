package dev.fermata.internal.time;

import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.engine.Clock;
import dev.fermata.internal.engine.Engine;
import java.util.concurrent.TimeUnit;

/** The machine's time. While nothing is ready, the loop's thread is parked. On the loop's thread. */
public final class RealClock extends Clock {
    /** The same five minutes as in asyncio, in nanoseconds. */
    private static final long EXECUTOR_PATIENCE = TimeUnit.MINUTES.toNanos(5);

    private final long origin = System.nanoTime();

    @Override
    public long now() {
        return System.nanoTime() - origin;
    }

    @Override
    public boolean isReal() {
        return true;
    }

    @Override
    public void idle(Engine engine, long due, long report) {
        engine.parker.park(LoopTime.until(Math.min(due, report), now()));
    }

    @Override
    public long executorPatience(Engine engine) {
        return EXECUTOR_PATIENCE;
    }
}
