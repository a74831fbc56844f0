package dev.fermata.testing;

import dev.fermata.AsyncCallable;

/**
 * {@link Explore} without annotations, for other frameworks than JUnit and for JUnit's {@code @Test}:
 * {@code new Explorer().schedules(1000).run(() -> …)}. The properties that repeat a single run work here too.
 */
public final class Explorer {
    private int schedules = 200;
    private long seed;
    private boolean cancels;
    private boolean cancelsAnyTask;
    private boolean cancelsInAllOrders;

    /** With the defaults of {@link Explore}. */
    public Explorer() {}

    /** As {@link Explore#schedules}. */
    public Explorer schedules(int schedules) {
        this.schedules = schedules;
        return this;
    }

    /** As {@link Explore#seed}. */
    public Explorer seed(long seed) {
        this.seed = seed;
        return this;
    }

    /** As {@link Explore#cancels}. */
    public Explorer cancels(boolean cancels) {
        this.cancels = cancels;
        return this;
    }

    /** As {@link Explore#cancelsAnyTask}. */
    public Explorer cancelsAnyTask(boolean cancelsAnyTask) {
        this.cancelsAnyTask = cancelsAnyTask;
        return this;
    }

    /** As {@link Explore#cancelsInAllOrders}. */
    public Explorer cancelsInAllOrders(boolean cancelsInAllOrders) {
        this.cancelsInAllOrders = cancelsInAllOrders;
        return this;
    }

    /**
     * Calls {@code body} and awaits what it returns, once for each schedule, each time as {@link AsyncTests#run(AsyncCallable)}
     * does.
     *
     * @throws IllegalStateException if an event loop is running on this thread
     * @throws AssertionError at the first run that fails under a schedule that is not the loop's own, with what to do to repeat
     *     it; the failure is the cause
     */
    public <T> void run(AsyncCallable<T> body) {
        AsyncTests.requireNoLoop();
        Exploration exploration = new Exploration(
                schedules,
                seed,
                new Exploration.Cancels(cancels, cancelsAnyTask, cancelsInAllOrders),
                it -> System.getProperty(it));
        while (exploration.hasNext()) {
            Schedule schedule = exploration.next();
            SchedulePlayer player = new SchedulePlayer(schedule, exploration.cancels.ofAnyTask());
            TestRun run = new TestRun("test", false, player);
            try {
                AsyncTests.runAlone(run, () -> run.run(body));
            } catch (VirtualMachineError fatal) {
                throw fatal;
            } catch (Throwable failure) {
                if (schedule.isOwn()) {
                    throw failure;
                }
                AssertionError explained = new AssertionError(
                        schedule.explain(failure, "To run just this again: " + schedule.properties()), failure);
                explained.setStackTrace(failure.getStackTrace());
                throw explained;
            }
            exploration.ended(false, player.parks());
        }
    }
}
