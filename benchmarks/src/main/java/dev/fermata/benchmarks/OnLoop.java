package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import org.openjdk.jmh.annotations.TearDown;

/** A benchmark whose tasks end within each invocation, on a loop that stays open. */
public abstract class OnLoop extends Settings {
    final EventLoop loop = EventLoop.create();

    @TearDown
    public void close() {
        loop.close();
    }
}
