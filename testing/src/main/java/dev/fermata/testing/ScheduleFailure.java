package dev.fermata.testing;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** A failure under a schedule, in the form that JUnit and IDEs understand best. */
final class ScheduleFailure {
    private ScheduleFailure() {}

    /**
     * Returns a failure that says how to repeat {@code failure}; or {@code failure} itself, if it is not one of the test's.
     */
    static Throwable of(Throwable failure, Schedule schedule, String story, ExtensionContext test) {
        if (failure instanceof TestAbortedException || failure instanceof VirtualMachineError) {
            return failure;
        }
        String message = schedule.explain(failure, howToRepeat(schedule, test), story);
        AssertionFailedError explained =
                failure instanceof AssertionFailedError compared && compared.isExpectedDefined()
                        ? new AssertionFailedError(message, compared.getExpected(), compared.getActual(), failure)
                        : new AssertionFailedError(message, failure);
        explained.setStackTrace(failure.getStackTrace()); // so that a click on it leads to the test
        return explained;
    }

    private static String howToRepeat(Schedule schedule, ExtensionContext test) {
        String command = "To repeat only this run: mvn test -Dtest='"
                + test.getRequiredTestClass().getName() + "#"
                + test.getRequiredTestMethod().getName() + "' " + schedule.properties();
        return schedule.cancel() == 0 && schedule.seed() != null
                ? command + ", or @Explore(schedules = 1, seed = " + schedule.seed() + ")"
                : command;
    }
}
