package dev.fermata.internal.flight;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;

/**
 * Knows whether a recording wants an event of Fermata, and tells the loops when that may have changed. Linked only where
 * the module {@code jdk.jfr} is there. From any thread.
 */
final class Recordings implements FlightRecorderListener {
    /** The loops that are told. */
    private static final Set<Flight> LOOPS = ConcurrentHashMap.newKeySet();

    private static final AtomicInteger ENDS = new AtomicInteger();

    private static boolean listens;

    private Recordings() {}

    /** One of each event. The JDK starts its recorder when such a class is initialised, so this class is used late. */
    private static final class Events {
        static final Event[] ALL = {new TaskEvent(), new WaitEvent(), new StepEvent(), new SlowStepEvent()};
    }

    /** Whether this process has begun to use the recorder. Before that there can be no recording. Reads a static field. */
    static boolean haveBegun() {
        return FlightRecorder.isInitialized();
    }

    /** From now on, {@code flight} is told when a recording has started or ended. */
    static synchronized void add(Flight flight) {
        LOOPS.add(flight);
        if (!listens) {
            listens = true;
            FlightRecorder.addListener(new Recordings());
        }
    }

    /** From now on, {@code flight} is told nothing. */
    static void remove(Flight flight) {
        LOOPS.remove(flight);
    }

    /** Whether a running recording has an event of Fermata switched on. */
    static boolean wantEvents() {
        for (Event event : Events.ALL) {
            if (event.isEnabled()) {
                return true;
            }
        }
        return false;
    }

    /** Returns how often a recording has ended so that none was left that wanted events. */
    static int ends() {
        return ENDS.get();
    }

    @Override
    public void recordingStateChanged(Recording recording) {
        if (!wantEvents()) {
            ENDS.incrementAndGet();
        }
        LOOPS.forEach(Flight::recordingsChanged);
    }
}
