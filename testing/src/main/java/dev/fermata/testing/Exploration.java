package dev.fermata.testing;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The runs of an explored test, one after the other. Whether there is a next run is known only when the previous one has
 * ended. The loop's own order comes first, then the seeds, then the cancels.
 */
final class Exploration implements Iterator<Schedule> {
    static final String SCHEDULES = "fermata.schedules";

    private final long firstSeed;
    private final int schedules;
    private final boolean cancels;
    final boolean anyTask;

    /** The only run, if one is asked for. */
    private final @Nullable Schedule only;

    private int runs;
    private Schedule current = Schedule.OWN;

    /**
     * True from {@link #next} to {@link #ended}. If it is still true afterwards, the run did not even begin, which counts
     * as a failure.
     */
    private boolean running;

    private boolean failed;

    /** At how many awaits to cancel: the number in the first run, or less if a later run had fewer. */
    private int parks;

    Exploration(
            int schedules,
            long firstSeed,
            boolean cancels,
            boolean anyTask,
            Function<String, @Nullable String> properties) {
        String more = properties.apply(SCHEDULES);
        this.schedules =
                more == null ? schedules : (int) Math.min(Integer.MAX_VALUE - 1, Schedule.number(SCHEDULES, more, 0));
        this.firstSeed = firstSeed;
        this.cancels = cancels || anyTask;
        this.anyTask = anyTask;
        this.only = Schedule.askedFor(properties);
        if (schedules < 0) {
            throw new IllegalArgumentException("schedules = " + schedules + ": there cannot be less than none");
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
        return runs <= schedules || (cancels && runs - schedules <= parks);
    }

    @Override
    public Schedule next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        running = true;
        current = only != null
                ? only
                : runs == 0
                        ? Schedule.OWN
                        : runs <= schedules
                                ? new Schedule(firstSeed + runs - 1, 0)
                                : new Schedule(null, runs - schedules);
        runs++;
        return current;
    }

    /** The schedule that {@link #next} returned last. */
    Schedule current() {
        return current;
    }

    /** Called when the current run has ended. */
    void ended(boolean failed, int parks) {
        running = false;
        this.failed = failed;
        if (current.isOwn()) {
            this.parks = parks;
        } else if (parks < current.cancel()) {
            this.parks = 0; // the awaits differ from those of the first run now, and there might be no end
        }
    }
}
