package dev.fermata.testing;

import dev.fermata.AsyncCallable;

/**
 * {@link Explore} without annotations, for other frameworks than JUnit and for JUnit's {@code @Test}:
 * {@code new Explorer().schedules(1000).run(() -> …)}. The properties that repeat a single run work here too. For the
 * thread of the test.
 */
public final class Explorer {
    private int schedules = 200;
    private long seed;
    private boolean cancels;
    private boolean cancelsAnyTask;
    private boolean cancelsInAllOrders;

    /** Creates an explorer with the defaults of {@link Explore}. */
    public Explorer() {}

    /** Sets how many other orders to run, as {@link Explore#schedules}. Returns this. */
    public Explorer schedules(int schedules) {
        this.schedules = schedules;
        return this;
    }

    /** Sets the first seed, as {@link Explore#seed}. Returns this. */
    public Explorer seed(long seed) {
        this.seed = seed;
        return this;
    }

    /** Sets whether there are runs with a cancel at each await, as {@link Explore#cancels}. Returns this. */
    public Explorer cancels(boolean cancels) {
        this.cancels = cancels;
        return this;
    }

    /**
     * Sets whether there are such runs in which the cancel goes to any task, as {@link Explore#cancelsAnyTask}. Returns
     * this.
     */
    public Explorer cancelsAnyTask(boolean cancelsAnyTask) {
        this.cancelsAnyTask = cancelsAnyTask;
        return this;
    }

    /** Sets whether there are such runs in each order, as {@link Explore#cancelsInAllOrders}. Returns this. */
    public Explorer cancelsInAllOrders(boolean cancelsInAllOrders) {
        this.cancelsInAllOrders = cancelsInAllOrders;
        return this;
    }

    /**
     * Calls {@code body} and awaits what it returns, once for each schedule, each time as
     * {@link AsyncTests#run(AsyncCallable)} does.
     *
     * @throws IllegalStateException if an event loop is running on this thread
     * @throws AssertionError if a run fails. No more runs follow. The message says how to repeat the run, and what happened.
     *     The failure is the cause, unless it is a plain assertion: that is replaced. Where JUnit is on the path, the error
     *     is an {@code AssertionFailedError} with the expected and the actual value. JUnit's assumption that does not hold
     *     is thrown as it is
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
            SchedulePlayer player = exploration.player();
            TestRun run = new TestRun("test", false, player);
            try {
                AsyncTests.runAlone(run, () -> run.run(body));
            } catch (Throwable failure) {
                throw AsyncTests.<Error>unchecked(
                        ScheduleFailure.of(failure, schedule, schedule.properties(), player.story()));
            }
            exploration.ended(false, player.parks());
        }
    }
}
