package dev.fermata.internal.inspection;

import dev.fermata.internal.base.Presence;
import dev.fermata.internal.engine.Engine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The loops that run in this process. From any thread. */
public final class RunningLoops {
    private static final Set<Engine> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Presence.loopStarts();
    }

    private RunningLoops() {}

    /** Called when a loop starts to run. */
    public static void add(Engine engine) {
        RUNNING.add(engine);
    }

    /** Called when a loop stops running. */
    public static void remove(Engine engine) {
        RUNNING.remove(engine);
    }

    /** Returns the running loops in the order in which they were created. */
    public static List<Engine> list() {
        List<Engine> loops = new ArrayList<>(RUNNING);
        loops.sort(Comparator.comparingLong(it -> it.number));
        return loops;
    }
}
