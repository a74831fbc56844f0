package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.lowlevel.LoopBound;
import dev.fermata.lowlevel.ParkableTask;
import dev.fermata.lowlevel.Waiter;
import dev.fermata.lowlevel.WaitingLine;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Permits at a steady rate: {@code new RateLimiter(10, Duration.ofSeconds(1))} lets one task pass each tenth of a second.
 * {@code await(limiter.acquire())} waits until it is the task's turn. Permits that nobody takes are lost, unless a burst is
 * allowed: then up to so many are kept for later.
 *
 * <p>In real time a timer fires a little late, and the limiter does not catch up. At more than some hundred permits a second
 * allow a burst of a few, which makes up for it.
 *
 * <p>The limiter is strictly fair. A task that is cancelled while it waits takes no permit, and the next one is not delayed
 * by it. For the thread of one event loop, and in its time. asyncio has no counterpart; libraries for it have
 * {@code aiolimiter.AsyncLimiter}, whose bursts are as large as the rate.
 */
public final class RateLimiter extends LoopBound {
    /** In nanoseconds. What is added up of it must not overflow. */
    private static final long LONGEST = LoopTime.NEVER / 4;

    /** In nanoseconds, from one permit to the next. */
    private final long interval;

    /** How long the limiter can be left alone until no more permits are kept, in nanoseconds. */
    private final long kept;

    private final WaitingLine line = new WaitingLine(this);

    /** The loop whose clock {@link #next} is of; null before the first permit. */
    private @Nullable EventLoop clock;

    /** When the next permit would be there if none were ever kept, in nanoseconds of the loop. */
    private long next;

    /** Null if no task waits. */
    private @Nullable TimerHandle timer;

    /**
     * Creates a limiter without bursts.
     *
     * @param permits how many permits there are in each {@code per}, one or more
     * @throws IllegalArgumentException if {@code permits} or {@code per} is zero or less, or if {@code per} is less than a
     *     nanosecond for each permit or more than 70 years
     */
    public RateLimiter(int permits, Duration per) {
        this(permits, per, 1);
    }

    /**
     * Creates a limiter that lets a burst pass after a pause. Within any {@code per}, no more than
     * {@code permits + burst} tasks pass.
     *
     * @param burst how many permits may be taken at once, one or more
     * @throws IllegalArgumentException as {@link #RateLimiter(int, Duration)} does, if {@code burst} is less than one, and if such a
     *     burst takes more than 70 years to collect
     */
    public RateLimiter(int permits, Duration per, int burst) {
        if (permits < 1 || burst < 1) {
            throw new IllegalArgumentException(
                    "RateLimiter: no task could ever pass with " + permits + " permits in bursts of " + burst);
        }
        long nanos = LoopTime.nanos(per);
        if (nanos < permits || nanos > LONGEST) {
            throw new IllegalArgumentException("RateLimiter: " + permits + " permits in " + per + " are no rate");
        }
        interval = (nanos + permits - 1) / permits; // rounded down, more would pass
        if (interval > LONGEST / burst) {
            throw new IllegalArgumentException(
                    "RateLimiter: a burst of " + burst + " permits takes too long to collect");
        }
        kept = interval * (burst - 1);
    }

    /**
     * Waits for a permit. If one is there and no task waits, this does not suspend.
     *
     * @return a coroutine that throws IllegalStateException if it is awaited on another loop than the one that uses the
     *     limiter
     */
    public Coroutine<Void> acquire() {
        return new Acquire(this);
    }

    /**
     * Takes a permit if that is possible without waiting and without overtaking a task that waits.
     *
     * @return whether it was taken
     * @throws IllegalStateException if no loop runs on this thread, or another one than the one that uses the limiter
     */
    public boolean tryAcquire() {
        EventLoop loop = EventLoop.running();
        useOn(loop);
        return line.isEmpty() && take(loop);
    }

    private boolean take(EventLoop loop) {
        long now = loop.time();
        if (clock != loop) { // a limiter in a static field, and the next run
            clock = loop;
            next = now;
        }
        if (now < next - kept) {
            return false;
        }
        next = Math.max(next, now) + interval;
        return true;
    }

    /** Lets pass whoever may, and comes back for the first of the others. */
    private void grant(EventLoop loop) {
        stopTimer();
        while (!line.isEmpty() && take(loop)) {
            line.grantFirst();
        }
        if (!line.isEmpty()) {
            timer = loop.callAt(next - kept, () -> grant(loop));
        }
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    @Override
    public String toString() {
        return "rate limiter (a permit each " + Duration.ofNanos(interval) + ", " + line.size() + " waiting)";
    }

    /** One wait for a permit. */
    private static final class Acquire extends Waiter<Void> {
        private final RateLimiter limiter;

        Acquire(RateLimiter limiter) {
            this.limiter = limiter;
        }

        @Override
        protected WaitingLine line() {
            return limiter.line;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) {
            ParkableTask task = limiter.user(carrier, "RateLimiter.acquire");
            EventLoop loop = task.loop();
            if (limiter.line.isEmpty() && limiter.take(loop)) {
                return null;
            }
            Object suspended = waitInLine(task);
            if (limiter.timer == null) {
                limiter.grant(loop);
            }
            return suspended;
        }

        /** The permit that was given to a task that is cancelled is there for the next one. */
        @Override
        protected void lost() {
            limiter.next -= limiter.interval;
            limiter.grant(task().loop());
        }

        @Override
        public boolean takeBack(@Nullable String message) {
            boolean left = super.takeBack(message);
            if (limiter.line.isEmpty()) {
                limiter.stopTimer(); // nobody waits for it
            }
            return left;
        }

        @Override
        public String describeWait() {
            return "a permit of a " + limiter;
        }
    }
}
