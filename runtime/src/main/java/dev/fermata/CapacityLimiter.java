package dev.fermata;

/**
 * How many blocking calls run at a time: {@code await(toThread(limiter, () -> query(connection)))}. Each call takes a token
 * and keeps it until it has ended on its thread. A task that is cancelled leaves its call behind, which continues; the call
 * still counts. A semaphore around {@code toThread} would let the next call in at that moment, while the first one still uses
 * the connection that it was to protect.
 *
 * <p>A call that outlives its loop never gives its token back, so create a limiter for each run and not in a static field.
 *
 * <p>The limiter is strictly fair: the call that has waited longest begins first. For the thread of one event loop. Trio and
 * anyio: {@code CapacityLimiter}.
 */
public final class CapacityLimiter {
    private final AsyncSemaphore tokens;
    private final int total;

    /**
     * Creates a limiter.
     *
     * @param tokens how many calls may run at a time, one or more
     * @throws IllegalArgumentException if {@code tokens} is less than one
     */
    public CapacityLimiter(int tokens) {
        if (tokens < 1) {
            throw new IllegalArgumentException("CapacityLimiter: no call could ever run with " + tokens + " tokens");
        }
        this.tokens = new AsyncSemaphore(tokens);
        total = tokens;
    }

    /** Returns how many calls may run at a time. Trio: {@code total_tokens}. */
    public int total() {
        return total;
    }

    /** Returns how many calls run, also those whose task was cancelled. Trio: {@code borrowed_tokens}. */
    public int borrowed() {
        return total - tokens.free();
    }

    AsyncSemaphore tokens() {
        return tokens;
    }

    @Override
    public String toString() {
        return "capacity limiter (" + borrowed() + " of " + total + " borrowed)";
    }
}
