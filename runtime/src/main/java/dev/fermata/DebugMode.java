package dev.fermata;

import dev.fermata.abi.NeverAwaited;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a loop does in debug mode; {@link EventLoop#setDebug} says what that is. On the loop's thread. */
final class DebugMode {
    private final EventLoop loop;
    private boolean on = Boolean.getBoolean("fermata.debug");

    /** Nanoseconds from which on a step is slow. */
    private long slowCallback = 100_000_000;

    /** Not null while the loop runs in debug mode. */
    @Nullable
    Watchdog watchdog;

    DebugMode(EventLoop loop) {
        this.loop = loop;
    }

    boolean isOn() {
        return on;
    }

    void set(boolean debug) {
        on = debug;
        unwatch();
        if (loop.isRunning()) {
            watch();
        }
    }

    void setSlowCallback(long nanos) {
        slowCallback = nanos;
        if (watchdog != null) {
            watchdog.setLimit(nanos);
        }
    }

    /** The loop runs. */
    void watch() {
        if (on && watchdog == null) {
            watchdog = new Watchdog(loop, slowCallback);
        }
    }

    void unwatch() {
        if (watchdog != null) {
            watchdog.end();
            watchdog = null;
        }
    }

    /** At the end of each iteration. */
    void iterated() {
        if (on) {
            report(NeverAwaited.collected());
        }
    }

    void loopEnds() {
        report(NeverAwaited.leftBy(loop));
        unwatch();
    }

    private void report(List<NeverAwaited.Made> coroutines) {
        for (NeverAwaited.Made coroutine : coroutines) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    coroutine.description() + " was never awaited", coroutine.site(), null));
        }
    }
}
