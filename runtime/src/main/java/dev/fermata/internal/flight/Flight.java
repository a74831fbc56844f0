package dev.fermata.internal.flight;

import dev.fermata.internal.engine.Engine;
import dev.fermata.internal.engine.Ready;
import dev.fermata.internal.inspection.DebugMode;
import org.jspecify.annotations.Nullable;

/**
 * Has the steps of a loop watched while a recording wants events of Fermata, and only then. Without one, nothing on the
 * path of a step knows of recordings. On the loop's thread, except {@link #recordingsChanged}.
 */
public final class Flight implements Runnable {
    /** False where the module {@code jdk.jfr} is missing; then no class that needs it is linked. */
    private static final boolean AVAILABLE = isAvailable();

    private final Engine engine;
    private final DebugMode debugMode;

    /** Not null while a recording wants events. */
    private @Nullable FlightWatch watch;

    /** What {@link Recordings#ends} was at the last look. If it has changed, {@link #watch} has begun before the recordings. */
    private int endsSeen;

    /** Creates the flight of a loop, whose debug mode may watch the same steps. */
    public Flight(Engine engine, DebugMode debugMode) {
        this.engine = engine;
        this.debugMode = debugMode;
    }

    private static boolean isAvailable() {
        try {
            Class.forName("jdk.jfr.FlightRecorder", false, Flight.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException missing) {
            return false; // an image without the module
        }
    }

    /** Called when the loop starts to run on the calling thread. */
    public void loopRuns() {
        if (AVAILABLE) {
            engine.setAwoken(this);
            run();
        }
    }

    /** Called when the loop stops running. */
    public void loopStops() {
        engine.setAwoken(null);
        if (AVAILABLE) {
            Recordings.remove(this);
        }
        if (watch != null) {
            watch.stopLooking();
        }
    }

    /** Called when a guest is created, from any thread. Its first tick looks for recordings. */
    public void guestLives() {
        if (AVAILABLE) {
            engine.setAwoken(this);
        }
    }

    /** Called when the loop closes. What has not ended never will. */
    public void loopEnds() {
        loopStops();
        if (watch != null) {
            watch.loopEnds();
            debugMode.setOuter(null);
            watch = null;
        }
    }

    /**
     * Looks whether there may be recordings by now. Called when the loop starts to run and after each wait, until there
     * may be. From then on the recorder tells. It is not asked to tell before, since that alone starts parts of it.
     */
    @Override
    public void run() {
        if (Recordings.haveBegun()) {
            engine.setAwoken(null);
            Recordings.add(this); // before it looks, so that no recording begins unseen
            update();
        }
    }

    /**
     * Called when a recording has started or ended. From any thread; on the loop's own, the step that has started a recording
     * is not watched any more.
     */
    void recordingsChanged() {
        engine.offer(new Update());
    }

    private final class Update implements Ready {
        @Override
        public void runReady() {
            update();
        }
    }

    private void update() {
        FlightWatch watching = watch;
        int ends = Recordings.ends();
        if (watching != null && (ends != endsSeen || !Recordings.wantEvents())) {
            watching.stopLooking();
            debugMode.setOuter(null);
            watching = null;
        }
        endsSeen = ends;
        if (watching == null && Recordings.wantEvents()) {
            watching = new FlightWatch(engine);
            debugMode.setOuter(watching);
        }
        watch = watching;
        if (watching != null) {
            watching.look();
        }
    }
}
