package dev.fermata;

import dev.fermata.abi.Abi;
import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import dev.fermata.internal.base.LoopTime;
import dev.fermata.internal.base.Suppression;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Calls again what has failed:
 *
 * <pre>{@code
 * static final Retry RETRY = Retry.attempts(5).backoff(Duration.ofMillis(100), Duration.ofSeconds(10)).on(IOException.class);
 *
 * Page page = await(RETRY.call(() -> fetch(url)));
 * }</pre>
 *
 * Between two attempts it sleeps, at first for 100 ms, each time twice as long, up to 10 s, and a random part of that less, so
 * that those who failed together do not come back together. The random numbers are those of the loop
 * ({@link EventLoop#random()}), the time is that of the loop.
 *
 * <p>A cancel ends it at once, in an attempt or in between, and so does an {@link Error}. A timeout around it limits all
 * attempts together; one in the call limits each of them, and its {@link TimeoutException} is a failure like others.
 *
 * <p>Immutable: each method returns another one. From any thread. asyncio has no counterpart; Python's libraries for it are
 * {@code tenacity} and {@code stamina}.
 */
public final class Retry {
    /** How many earlier failures are suppressed in what is thrown. Some retry for ever. */
    private static final int MOST_KEPT = 10;

    private final int attempts;
    private final Duration first;
    private final Duration most;
    private final double jitter;
    private final Predicate<? super Exception> retryable;

    private Retry(int attempts, Duration first, Duration most, double jitter, Predicate<? super Exception> retryable) {
        this.attempts = attempts;
        this.first = first;
        this.most = most;
        this.jitter = jitter;
        this.retryable = retryable;
    }

    /**
     * Returns retries after any exception, with 100 ms before the second attempt, up to 10 s before later ones, and a jitter
     * of a half.
     *
     * @param attempts how many there are at most, with the first
     * @throws IllegalArgumentException if {@code attempts} is less than one
     */
    public static Retry attempts(int attempts) {
        if (attempts < 1) {
            throw new IllegalArgumentException("Retry: " + attempts + " attempts call nothing");
        }
        return new Retry(attempts, Duration.ofMillis(100), Duration.ofSeconds(10), 0.5, failure -> true);
    }

    /**
     * Sets how long to sleep between attempts.
     *
     * @param first before the second attempt; it doubles with each further one. Zero for no time at all
     * @param most no sleep is longer
     * @throws IllegalArgumentException if {@code first} is negative, or greater than {@code most}
     */
    public Retry backoff(Duration first, Duration most) {
        if (first.isNegative() || first.compareTo(most) > 0) {
            throw new IllegalArgumentException("Retry: a backoff from " + first + " to " + most);
        }
        return new Retry(attempts, first, most, jitter, retryable);
    }

    /**
     * Sets which part of each sleep is random.
     *
     * @param part 0 for none; with 1 it sleeps for a random time between nothing and the whole
     * @throws IllegalArgumentException if {@code part} is not between 0 and 1
     */
    public Retry jitter(double part) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("Retry: a jitter of " + part + " is not between 0 and 1");
        }
        return new Retry(attempts, first, most, part, retryable);
    }

    /**
     * Sets after which failures to try again, in place of what {@link #on} or an earlier {@code when} has set. Any other is
     * thrown at once.
     *
     * @param retryable called on the loop's thread. What it throws is thrown in place of the failure, which is suppressed in it
     */
    public Retry when(Predicate<? super Exception> retryable) {
        return new Retry(attempts, first, most, jitter, Objects.requireNonNull(retryable, "retryable"));
    }

    /**
     * Sets after which types of failures to try again, in place of what {@link #when} or an earlier {@code on} has set. Any
     * other is thrown at once.
     *
     * @throws IllegalArgumentException if there are no types
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final Retry on(Class<? extends Exception>... types) {
        List<Class<? extends Exception>> all = List.copyOf(Arrays.asList(types));
        if (all.isEmpty()) {
            throw new IllegalArgumentException("Retry: on() without a type retries nothing");
        }
        return when(failure -> all.stream().anyMatch(it -> it.isInstance(failure)));
    }

    /**
     * Calls {@code callable}, and again as long as that fails.
     *
     * @return a coroutine that returns the first result. It throws the last failure, in which those before it
     *     are suppressed, at most ten; and IllegalStateException where no task runs
     */
    public <T> Coroutine<T> call(AsyncCallable<T> callable) {
        return new Retrying<>(this, Objects.requireNonNull(callable, "call(null): there is nothing to call"));
    }

    /** Returns how long to sleep after a number of failures, in nanoseconds. */
    private long pause(int failed, double random) {
        long whole = LoopTime.nanos(most);
        long doubled = LoopTime.nanos(first);
        if (doubled == 0) {
            return 0;
        }
        for (int i = 1; i < failed && doubled < whole; i++) {
            doubled = doubled > whole / 2 ? whole : 2 * doubled;
        }
        return (long) (Math.min(doubled, whole) * (1 - jitter * random));
    }

    @Override
    public String toString() {
        return "retry (" + attempts + " attempts)";
    }

    /** The calls and the sleeps between them. */
    private static final class Retrying<T> extends Frame<T> {
        private final Retry retry;
        private final AsyncCallable<T> callable;

        /** How many attempts have failed. */
        private int failed;

        private boolean sleeping;

        /** The running task, and how many cancels it had when the attempt began. */
        private @Nullable Task<?> task;

        private int cancels;

        /** The failures of earlier attempts, at most {@link #MOST_KEPT}. */
        private final Deque<Exception> earlier = new ArrayDeque<>();

        Retrying(Retry retry, AsyncCallable<T> callable) {
            this.retry = retry;
            this.callable = callable;
        }

        @Override
        protected @Nullable Object start(Carrier carrier) throws Throwable {
            task = carrier.task("Retry.call").task();
            return attemptUntilSuspended(carrier);
        }

        @Override
        protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable thrown, Carrier carrier)
                throws Throwable {
            if (thrown != null && (sleeping || !(thrown instanceof Exception))) {
                throw thrown;
            }
            if (!sleeping) {
                if (thrown == null) {
                    return value;
                }
                if (sleepAfter((Exception) thrown, carrier) == Abi.SUSPENDED) {
                    return Abi.SUSPENDED;
                }
            }
            return attemptUntilSuspended(carrier);
        }

        /** Calls until a call or a sleep suspends, or a call returns. */
        private @Nullable Object attemptUntilSuspended(Carrier carrier) throws Throwable {
            while (true) {
                sleeping = false;
                cancels = Objects.requireNonNull(task).cancelling();
                try {
                    Object value = Abi.await(callable.call(), carrier);
                    if (value == Abi.SUSPENDED) {
                        carrier.suspended(this);
                    }
                    return value;
                } catch (Exception thrown) {
                    if (sleepAfter(thrown, carrier) == Abi.SUSPENDED) {
                        return Abi.SUSPENDED;
                    }
                }
            }
        }

        /** Counts a failed attempt and sleeps. Throws the failure if there is to be no other attempt. */
        private @Nullable Object sleepAfter(Exception thrown, Carrier carrier) throws Throwable {
            failed++;
            if (isLast(thrown)) {
                Suppression.addAll(thrown, earlier);
                throw thrown;
            }
            earlier.add(thrown);
            if (earlier.size() > MOST_KEPT) {
                earlier.remove();
            }
            double random = carrier.loop("Retry.call").random().nextDouble();
            sleeping = true;
            Object slept = Abi.await(Asyncio.sleep(Duration.ofNanos(retry.pause(failed, random))), carrier);
            if (slept == Abi.SUSPENDED) {
                carrier.suspended(this);
            }
            return slept;
        }

        private boolean isLast(Exception thrown) {
            boolean cancelled = Objects.requireNonNull(task).cancelling() > cancels; // and answered by this failure
            return cancelled || failed >= retry.attempts || !isRetryable(thrown);
        }

        private boolean isRetryable(Exception thrown) {
            try {
                return retry.retryable.test(thrown);
            } catch (Throwable ofPredicate) {
                Suppression.add(ofPredicate, thrown);
                Suppression.addAll(ofPredicate, earlier);
                throw ofPredicate;
            }
        }
    }
}
