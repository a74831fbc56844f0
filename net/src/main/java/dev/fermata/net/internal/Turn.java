package dev.fermata.net.internal;

import static dev.fermata.Asyncio.await;
import static dev.fermata.Asyncio.done;
import static dev.fermata.Asyncio.sleep;

import dev.fermata.Async;
import dev.fermata.Coroutine;
import java.time.Duration;

/**
 * What a connection may move until other tasks have their turn. A call that finds what it asks for does not wait, so a task
 * with a fast peer would never give way, and no timeout would reach it.
 *
 * <p>16 calls or 256 KiB, whatever is reached first. asyncio reads as much of one connection in an iteration of the loop.
 */
public final class Turn {
    private static final int SIZE = 256 * 1024;
    private static final int LEAST = SIZE / 16;

    private long moved;

    /** Counts a call that has moved {@code bytes}. */
    public void count(long bytes) {
        moved += Math.max(bytes, LEAST);
    }

    public boolean isOver() {
        return moved >= SIZE;
    }

    /** Begins the next one, after a wait. */
    public void begin() {
        moved = 0;
    }

    /** Lets the other tasks have their turn, and begins the next one. */
    @Async
    public Coroutine<Void> giveWay() {
        begin();
        await(sleep(Duration.ZERO));
        return done();
    }
}
