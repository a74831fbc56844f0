package dev.fermata.testing;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The runs of an explored test, one after the other. Whether there is a next run is known only when the previous one has
 * ended. The loop's own order comes first, then the seeds, then the cancels; or, with
 * {@code cancelsInAllOrders}, the cancels of each order after it.
 */
final class Exploration implements Iterator<Schedule> {
    static final String SCHEDULES = "fermata.schedules";

    private final long firstSeed;
    private final int schedules;
    private final Cancels cancels;

    /** The only run, if one is asked for. */
    private final @Nullable Schedule only;

    private int runs;

    /** How many of the seeds there were. */
    private int orders;

    private Schedule current = Schedule.OWN;

    /**
     * True from {@link #next} to {@link #ended}. If it is still true afterwards, the run did not even begin, which counts
     * as a failure.
     */
    private boolean running;

    private boolean failed;

    /**
     * How many awaits there are to cancel at: those of the run in the same order without a cancel. No more of them once a
     * run had fewer.
     */
    private int cancelPoints;

    /**
     * Which runs there are with a cancel.
     *
     * @param wanted whether there are any
     * @param ofAnyTask whether the cancel goes to the task that has just begun to wait; then they are wanted
     * @param inAllOrders whether they come in the orders of the seeds too; then they are wanted
     */
    record Cancels(boolean wanted, boolean ofAnyTask, boolean inAllOrders) {
        boolean any() {
            return wanted || ofAnyTask || inAllOrders;
        }
    }

    Exploration(int schedules, long firstSeed, Cancels cancels, Function<String, @Nullable String> properties) {
        String more = properties.apply(SCHEDULES);
        this.schedules =
                more == null ? schedules : (int) Math.min(Integer.MAX_VALUE - 1, Schedule.number(SCHEDULES, more, 0));
        this.firstSeed = firstSeed;
        this.cancels = cancels;
        this.only = Schedule.askedFor(properties);
        if (schedules < 0) {
            throw new IllegalArgumentException("schedules = " + schedules + ": the number must not be negative");
        }
    }

    @Override
    public boolean hasNext() {
        if (failed || running) {
            return false;
        }
        if (only != null || runs == 0) {
            return runs == 0;
        }
        return orders < schedules || (cancels.any() && current.cancel() < cancelPoints);
    }

    @Override
    public Schedule next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        running = true;
        current = afterCurrent();
        runs++;
        return current;
    }

    private Schedule afterCurrent() {
        if (only != null) {
            return only;
        }
        if (runs == 0) {
            return Schedule.OWN;
        }
        boolean cancelsFirst = cancels.inAllOrders() && current.cancel() < cancelPoints;
        if (orders < schedules && !cancelsFirst) {
            return new Schedule(firstSeed + orders++, 0);
        }
        return new Schedule(cancels.inAllOrders() ? current.seed() : null, current.cancel() + 1);
    }

    /** The schedule that {@link #next} returned last. */
    Schedule current() {
        return current;
    }

    /** Returns a new player of {@link #current}. */
    SchedulePlayer player() {
        return new SchedulePlayer(current, cancels.ofAnyTask());
    }

    /**
     * Called when the current run has ended.
     *
     * @param parks how many times a task has begun to wait in it
     */
    void ended(boolean failed, int parks) {
        running = false;
        this.failed = failed;
        if (current.isOwn() || (cancels.inAllOrders() && current.cancel() == 0)) {
            cancelPoints = parks;
        } else if (parks < current.cancel()) {
            cancelPoints = 0; // the awaits differ from those of the first run now, and there might be no end
        }
    }
}
