package dev.fermata.testing;

import dev.fermata.SchedulePolicy;
import dev.fermata.Task;
import org.jspecify.annotations.Nullable;

/**
 * Plays a {@link Schedule} on a loop. The order is drawn for everything that runs there; the awaits are counted only while
 * the test's body runs.
 */
final class SchedulePlayer implements SchedulePolicy {
    private final Schedule schedule;
    private final boolean anyTask;

    /**
     * The state of SplitMix64, which returns the same numbers on every JDK, and unrelated orders for neighbouring seeds.
     */
    private long state;

    /** The task of the test's body while it runs. */
    private @Nullable Task<?> test;

    private int parks;
    private boolean cancelled;

    SchedulePlayer(Schedule schedule, boolean anyTask) {
        this.schedule = schedule;
        this.anyTask = anyTask;
        this.state = seed();
    }

    /** Called with the body's task when it begins, and with null when it has ended. */
    void watch(@Nullable Task<?> task) {
        test = task;
    }

    /** Returns the seed of the schedule; zero for the loop's own order. */
    long seed() {
        return schedule.seed() == null ? 0 : schedule.seed();
    }

    /** Returns how many times a task has begun to wait while the body ran. */
    int parks() {
        return parks;
    }

    /** Whether the cancel was sent. */
    boolean hasCancelled() {
        return cancelled;
    }

    /**
     * Chooses any ready call. In a quarter of the cases it chooses none, so that a task can overtake one that needs fewer
     * iterations.
     */
    @Override
    public int next(int ready) {
        if (schedule.seed() == null) {
            return 0;
        }
        long drawn = draw();
        return (drawn & 3) == 0 ? LATER : (int) Long.remainderUnsigned(drawn >>> 2, ready);
    }

    private long draw() {
        state += 0x9E3779B97F4A7C15L;
        long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public boolean cancelHere(Task<?> parked) {
        Task<?> body = test;
        if (body == null || body.done()) {
            return false;
        }
        parks++;
        if (parks == schedule.cancel()) {
            cancelled = (anyTask ? parked : body).cancel("cancelled by the exploration, at await " + parks);
        }
        return false; // the cancel is done; true would cancel the task that has parked
    }
}
