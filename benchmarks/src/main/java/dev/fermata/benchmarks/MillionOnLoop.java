package dev.fermata.benchmarks;

import org.openjdk.jmh.annotations.Fork;

/** A benchmark with a million tasks or timers at once, and a heap for them. */
@Fork(
        jvmArgsPrepend = {
            Settings.LARGE_HEAP_MIN,
            Settings.LARGE_HEAP_MAX,
            Settings.PRE_TOUCH,
            Settings.ONE_CARRIER,
            Settings.NO_SECOND_CARRIER
        })
public abstract class MillionOnLoop extends OnLoop {
    static final int MILLION = 1_000_000;

    /** The sum of the numbers below a million. */
    static final long SUM = MILLION * (MILLION - 1L) / 2;
}
