package dev.fermata.internal.base;

import dev.fermata.Asyncio;
import dev.fermata.EventLoop;
import java.time.Duration;
import java.util.Objects;

/** Durations on the scale of {@link EventLoop#time()}: nanoseconds that end at {@link #NEVER} instead of overflowing. */
public final class LoopTime {
    /** The time that does not come. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);

    /** Not the shortest of all: that one cannot be negated. */
    private static final Duration SHORTEST = Duration.ofNanos(-Long.MAX_VALUE);

    private LoopTime() {}

    /** {@code duration} in nanoseconds, zero if it is negative; {@link Asyncio#FOREVER} and what does not fit is {@link #NEVER}. */
    public static long nanos(Duration duration) {
        Objects.requireNonNull(duration, "a Duration is null");
        if (duration.isNegative()) {
            return 0;
        }
        return duration.compareTo(LONGEST) >= 0 ? NEVER : duration.toNanos();
    }

    /** The time {@code delay} after {@code now}; before it if {@code delay} is negative: that is due before what has no delay. */
    public static long after(long now, Duration delay) {
        if (Objects.requireNonNull(delay, "a Duration is null").isNegative()) {
            // never less than a long holds: a loop's time begins at zero
            return now - (delay.compareTo(SHORTEST) <= 0 ? NEVER : -delay.toNanos());
        }
        long nanos = nanos(delay);
        long when = now + nanos;
        return nanos == NEVER || (when < now) ? NEVER : when;
    }

    /** How long it is from {@code now} until {@code when}: zero if that is over. */
    public static long until(long when, long now) {
        return when == NEVER ? NEVER : when <= now ? 0 : when - now;
    }
}
