package dev.fermata.benchmarks;

import dev.fermata.EventLoop;
import java.util.Locale;

/**
 * Switches 10^9 times between tasks that give way, or as often as the argument says, and prints the used heap after each
 * tenth. Fails if it grows.
 */
final class Soak {
    private static final long SWITCHES = 1_000_000_000;
    private static final int TASKS = 100;
    private static final int PARTS = 10;

    /** Collections leave a little more or less behind: code that was compiled, classes that were loaded. */
    private static final long NOISE = 64 * 1024;

    private Soak() {}

    public static void main(String[] args) {
        long switches = args.length > 0 ? Long.parseLong(args[0]) : SWITCHES;
        int turns = Math.toIntExact(switches / PARTS / TASKS);
        EventLoop loop = EventLoop.create();
        long first = 0;
        for (int part = 1; part <= PARTS; part++) {
            switchTasks(loop, turns);
            long used = usedAfterCollection();
            System.out.printf(Locale.ROOT, "%,15d switches  %,12d bytes used%n", (long) part * turns * TASKS, used);
            if (part <= 2) {
                first = used; // between the first two the printing itself loads what it needs
            } else if (used > first + NOISE) {
                throw new AssertionError("the heap has grown by " + (used - first) + " bytes");
            }
        }
    }

    private static void switchTasks(EventLoop loop, int turns) {
        for (int i = 1; i < TASKS; i++) {
            loop.createTask(Emitted.turns(turns));
        }
        loop.runUntilComplete(Emitted.turns(turns));
        loop.runUntilComplete(Emitted.turns(2)); // the others end in the iterations after it
    }

    private static long usedAfterCollection() {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
