package dev.fermata.harness;

import dev.fermata.AsyncCallable;
import dev.fermata.Asyncio;
import dev.fermata.Coroutine;
import dev.fermata.EventLoop;
import java.time.Duration;

/**
 * Virtual time for tests that look at a run from outside, such as at what it throws or leaves behind. All others are
 * {@code @AsyncTest}s.
 */
public final class VirtualTime {
    private VirtualTime() {}

    /** Runs it to its end. */
    public static <T> T virtually(AsyncCallable<T> main) {
        return Asyncio.run(main, EventLoop::virtualTime);
    }

    /** As {@link Asyncio#run(Coroutine)}, in virtual time. */
    public static <T> T virtually(Coroutine<T> main) {
        return virtually(() -> main);
    }

    /** The running loop's time in milliseconds, for differences. */
    public static long now() {
        return EventLoop.running().time() / 1_000_000;
    }

    public static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }
}
