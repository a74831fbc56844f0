package dev.fermata.internal.base;

import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import java.time.Duration;
import java.util.Objects;

/**
 * Durations on the scale of {@link EventLoop#time()}: nanoseconds that saturate at {@link #NEVER} instead of overflowing.
 * From any thread.
 */
public final class LoopTime {
    /** The time that never comes. */
    public static final long NEVER = Long.MAX_VALUE;

    /** As many seconds take 292 years, and a long holds no more nanoseconds than that. */
    private static final long MOST_SECONDS = Long.MAX_VALUE / 1_000_000_000;

    /** The shortest duration that can be negated. */
    private static final Duration SHORTEST = Duration.ofNanos(-Long.MAX_VALUE);

    private LoopTime() {}

    /**
     * Returns {@code duration} in nanoseconds, or zero if it is negative. {@link Asyncio#FOREVER} and what does not fit
     * into a long become {@link #NEVER}.
     */
    @SuppressWarnings("ReferenceEquality") // Duration.ZERO is compiled to no code where it is a constant
    public static long nanos(Duration duration) {
        if (duration == Duration.ZERO) {
            return 0;
        }
        Objects.requireNonNull(duration, "the Duration is null");
        long seconds = duration.getSeconds();
        if (seconds < 0) {
            return 0;
        }
        return seconds < MOST_SECONDS ? seconds * 1_000_000_000 + duration.getNano() : NEVER;
    }

    /**
     * Returns the time {@code delay} after {@code now}. With a negative delay the time is before {@code now}, so it is due
     * before what has a delay of zero.
     */
    public static long after(long now, Duration delay) {
        if (Objects.requireNonNull(delay, "the Duration is null").isNegative()) {
            // this does not underflow: a loop's time begins at zero
            return now - (delay.compareTo(SHORTEST) <= 0 ? NEVER : -delay.toNanos());
        }
        long nanos = nanos(delay);
        long when = now + nanos;
        return nanos == NEVER || (when < now) ? NEVER : when;
    }

    /** Returns the nanoseconds from {@code now} until {@code when}; zero if {@code when} is past. */
    public static long until(long when, long now) {
        return when == NEVER ? NEVER : when <= now ? 0 : when - now;
    }
}
