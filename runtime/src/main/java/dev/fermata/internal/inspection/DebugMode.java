package dev.fermata.internal.inspection;

import dev.fermata.ExceptionHandler;
import dev.fermata.internal.engine.Debugging;
import dev.fermata.internal.engine.Engine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The debug mode of a loop; {@link dev.fermata.EventLoop#setDebug} describes it. On the loop's thread. */
public final class DebugMode implements Debugging {
    private final Engine engine;

    /** How many nanoseconds a step may take before it counts as slow. */
    private long slowCallback = 100_000_000;

    /** Not null while the loop runs in debug mode. */
    private @Nullable Watchdog watchdog;

    /** Not null while a recording wants events. */
    private @Nullable OuterWatch outer;

    /** Creates the debug mode of a loop; it is on with {@code -Dfermata.debug=true}. */
    public DebugMode(Engine engine) {
        this.engine = engine;
        if (Boolean.getBoolean("fermata.debug")) {
            engine.setDebugging(this);
        }
    }

    /** Turns debug mode on or off. */
    public void set(boolean debug) {
        engine.setDebugging(debug ? this : null);
        stops();
        if (debug && engine.isRunning()) {
            runs();
        }
    }

    /** Sets how many nanoseconds a step may take before it counts as slow. */
    public void setSlowCallback(long nanos) {
        slowCallback = nanos;
        if (watchdog != null) {
            watchdog.setLimit(nanos);
        }
        if (outer != null) {
            outer.setLimit(nanos);
        }
    }

    @Override
    public void runs() {
        if (watchdog == null) {
            watchdog = new Watchdog(slowCallback, new SlowStepLog(engine.face), Engine::run);
            setWatches();
        }
    }

    @Override
    public void stops() {
        if (watchdog != null) {
            watchdog.end();
            watchdog = null;
            setWatches();
        }
    }

    /** Sets a watch around that of debug mode, which may be on or off; null if there is none any more. */
    public void setOuter(@Nullable OuterWatch watch) {
        outer = watch;
        setWatches();
    }

    private void setWatches() {
        if (outer == null) {
            engine.setWatch(watchdog);
        } else {
            outer.setInner(watchdog);
            outer.setLimit(slowCallback);
            engine.setWatch(outer);
        }
    }

    @Override
    public void iterated() {
        report(NeverAwaited.collected());
    }

    /** Called when the loop closes. */
    public void loopEnds() {
        report(NeverAwaited.leftBy(engine.face));
        stops();
    }

    private void report(List<NeverAwaited.Made> coroutines) {
        for (NeverAwaited.Made coroutine : coroutines) {
            engine.report(new ExceptionHandler.Context(
                    ExceptionHandler.Kind.COROUTINE_NEVER_AWAITED,
                    coroutine.description() + " was never awaited",
                    coroutine.site(),
                    null));
        }
    }
}
