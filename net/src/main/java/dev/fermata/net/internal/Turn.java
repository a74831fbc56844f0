package dev.fermata.net.internal;

import static dev.fermata.Asyncio.sleep;

import dev.fermata.Coroutine;
import dev.fermata.internal.channels.Iterations;
import java.time.Duration;

/**
 * What a connection may move in one iteration of the loop, until other tasks have their turn. A call that finds what it asks
 * for does not wait, so a task with a fast peer would never give way, and no timeout would reach it.
 *
 * <p>16 calls or 256 KiB, whatever is reached first. asyncio reads as much of one connection in an iteration.
 */
public final class Turn {
    private static final int SIZE = 256 * 1024;
    private static final int LEAST = SIZE / 16;

    private int iteration;
    private long moved;

    /** Counts a call that has moved {@code bytes}. */
    public void count(long bytes) {
        int now = Iterations.current();
        if (now != iteration) {
            iteration = now;
            moved = 0;
        }
        moved += Math.max(bytes, LEAST);
    }

    /** Whether other tasks have to have their turn before the next call. */
    public boolean isOver() {
        return moved >= SIZE && iteration == Iterations.current();
    }

    /** Lets the other tasks have their turn. */
    public Coroutine<Void> giveWay() {
        return sleep(Duration.ZERO);
    }
}
