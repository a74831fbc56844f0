package dev.fermata.testing.net;

import java.time.Duration;
import java.util.Objects;

/**
 * What the way from one host to another is like: {@code LinkOptions.defaults().latency(Duration.ofMillis(20)).loss(0.01)}.
 * Immutable: each method returns another one. From any thread.
 */
public final class LinkOptions {
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private static final LinkOptions DEFAULTS = new LinkOptions(
            new Latency(MILLISECOND.toNanos(), MILLISECOND.toNanos()),
            Long.MAX_VALUE,
            0,
            64 * 1024,
            Duration.ofSeconds(127).toNanos(),
            Duration.ofMinutes(15).toNanos());

    /** Of a host to itself. */
    static final LinkOptions LOOPBACK = DEFAULTS.latency(Duration.ZERO);

    /** In nanoseconds. */
    record Latency(long least, long most) {}

    final Latency latency;
    final long bandwidth;
    final double loss;
    final int buffer;
    final long connectLimit;
    final long silenceLimit;

    private LinkOptions(
            Latency latency, long bandwidth, double loss, int buffer, long connectLimit, long silenceLimit) {
        this.latency = latency;
        this.bandwidth = bandwidth;
        this.loss = loss;
        this.buffer = buffer;
        this.connectLimit = connectLimit;
        this.silenceLimit = silenceLimit;
    }

    /**
     * Returns the defaults: a latency of 1 ms, any bandwidth, no loss, buffers of 64 KiB; and the times of Linux, which gives
     * up a connect attempt after 127 s, and a connection after 15 minutes without an acknowledgement.
     */
    public static LinkOptions defaults() {
        return DEFAULTS;
    }

    /** Sets how long each packet travels, one way. */
    public LinkOptions latency(Duration time) {
        return latency(time, time);
    }

    /**
     * Sets how long packets travel, one way: for each a time is drawn from the loop's random numbers. Those of one connection
     * stay in order; datagrams may overtake each other.
     *
     * @param least zero or more
     * @param most not less
     */
    public LinkOptions latency(Duration least, Duration most) {
        if (least.isNegative() || least.compareTo(most) > 0) {
            throw new IllegalArgumentException("a latency from " + least + " to " + most);
        }
        return new LinkOptions(
                new Latency(least.toNanos(), most.toNanos()), bandwidth, loss, buffer, connectLimit, silenceLimit);
    }

    /**
     * Sets how many bytes a second the link carries. What is sent faster waits for its turn. Only the bytes of the program
     * count.
     *
     * @param bytesPerSecond one or more
     */
    public LinkOptions bandwidth(long bytesPerSecond) {
        if (bytesPerSecond < 1) {
            throw new IllegalArgumentException("a bandwidth of " + bytesPerSecond + " bytes a second");
        }
        return new LinkOptions(latency, bytesPerSecond, loss, buffer, connectLimit, silenceLimit);
    }

    /**
     * Sets which part of the packets is lost; which ones is drawn from the loop's random numbers. A connection sends again
     * what was lost, so a loss delays it. A datagram is gone.
     *
     * @param probability from 0 to less than 1
     */
    public LinkOptions loss(double probability) {
        if (!(probability >= 0 && probability < 1)) {
            throw new IllegalArgumentException("a loss of " + probability + "; it must be from 0 to less than 1");
        }
        return new LinkOptions(latency, bandwidth, probability, buffer, connectLimit, silenceLimit);
    }

    /**
     * Sets how many bytes each end of a connection holds that were written and not acknowledged, and how many that have
     * arrived and were not read. A writer waits when both are full.
     *
     * @param bytes one or more
     */
    public LinkOptions buffer(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a buffer of " + bytes + " bytes");
        }
        return new LinkOptions(latency, bandwidth, loss, bytes, connectLimit, silenceLimit);
    }

    /** Sets how long a connect attempt waits for an answer before it fails. */
    public LinkOptions connectLimit(Duration limit) {
        return new LinkOptions(latency, bandwidth, loss, buffer, checked(limit), silenceLimit);
    }

    /**
     * Sets how long a connection waits for the acknowledgement of what it has sent before it is broken. One that has nothing
     * to send does not notice that its peer is gone.
     */
    public LinkOptions silenceLimit(Duration limit) {
        return new LinkOptions(latency, bandwidth, loss, buffer, connectLimit, checked(limit));
    }

    private static long checked(Duration limit) {
        Objects.requireNonNull(limit, "limit");
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a limit of " + limit + "; it must be more than zero");
        }
        return limit.compareTo(Duration.ofNanos(Long.MAX_VALUE / 4)) > 0 ? Long.MAX_VALUE / 4 : limit.toNanos();
    }
}
