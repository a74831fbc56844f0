package dev.fermata.testing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

/** A failure under a schedule, in the form that JUnit and IDEs understand best. */
final class ScheduleFailure {
    private ScheduleFailure() {}

    /**
     * Returns a failure that says how to repeat {@code failure}; or {@code failure} itself, if it is not one of the test's.
     * A plain assertion is replaced, because as the cause it would say everything again. Another exception is the cause.
     */
    static Throwable of(Throwable failure, Schedule schedule, String story, ExtensionContext test) {
        if (failure instanceof TestAbortedException || failure instanceof VirtualMachineError) {
            return failure;
        }
        boolean replaced =
                failure.getClass() == AssertionError.class || failure.getClass() == AssertionFailedError.class;
        String message = schedule.explain(failure, replaced, howToRepeat(schedule, test), story);
        @Nullable Throwable cause = replaced ? failure.getCause() : failure;
        AssertionFailedError explained =
                failure instanceof AssertionFailedError compared && compared.isExpectedDefined()
                        ? new AssertionFailedError(message, compared.getExpected(), compared.getActual(), cause)
                        : new AssertionFailedError(message, cause);
        explained.setStackTrace(failure.getStackTrace()); // so that a click on it leads to the test
        if (replaced) {
            Arrays.stream(failure.getSuppressed()).forEach(explained::addSuppressed);
        }
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
