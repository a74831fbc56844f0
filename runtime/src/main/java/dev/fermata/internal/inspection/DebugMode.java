package dev.fermata.internal.inspection;

import dev.fermata.ExceptionHandler;
import dev.fermata.internal.engine.Debugging;
import dev.fermata.internal.engine.Engine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a loop does in debug mode; {@link dev.fermata.EventLoop#setDebug} says what that is. On the loop's thread. */
public final class DebugMode implements Debugging {
    private final Engine engine;

    /** Nanoseconds from which on a step is slow. */
    private long slowCallback = 100_000_000;

    /** Not null while the loop runs in debug mode. */
    private @Nullable Watchdog watchdog;

    /** Of the loop of {@code engine}; on with {@code -Dfermata.debug=true}. */
    public DebugMode(Engine engine) {
        this.engine = engine;
        if (Boolean.getBoolean("fermata.debug")) {
            engine.setDebugging(this);
        }
    }

    /** Switches it. */
    public void set(boolean debug) {
        engine.setDebugging(debug ? this : null);
        stops();
        if (debug && engine.isRunning()) {
            runs();
        }
    }

    /** Sets from how many nanoseconds on a step is slow. */
    public void setSlowCallback(long nanos) {
        slowCallback = nanos;
        if (watchdog != null) {
            watchdog.setLimit(nanos);
        }
    }

    @Override
    public void runs() {
        if (watchdog == null) {
            watchdog = new Watchdog(engine, slowCallback);
            engine.setWatch(watchdog);
        }
    }

    @Override
    public void stops() {
        if (watchdog != null) {
            watchdog.end();
            watchdog = null;
            engine.setWatch(null);
        }
    }

    @Override
    public void iterated() {
        report(NeverAwaited.collected());
    }

    /** The loop closes. */
    public void loopEnds() {
        report(NeverAwaited.leftBy(engine.face));
        stops();
    }

    private void report(List<NeverAwaited.Made> coroutines) {
        for (NeverAwaited.Made coroutine : coroutines) {
            engine.report(new ExceptionHandler.Context(
                    coroutine.description() + " was never awaited", coroutine.site(), null));
        }
    }
}
