package dev.fermata.testing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A failure under a schedule, in the form that JUnit and IDEs understand best. */
final class ScheduleFailure {
    /** False where tests run without JUnit. The class {@link Opentest4j} must not be linked then. */
    private static final boolean HAS_OPENTEST4J = hasOpentest4j();

    private ScheduleFailure() {}

    /**
     * Returns a failure that says what happened, and how to repeat {@code failure}; in the loop's own order every run does.
     * Returns {@code failure} itself for an assumption that does not hold, for an error of the JVM, and in the loop's own
     * order if nothing has run. A plain assertion is replaced, because as the cause it would say everything again. Another
     * exception is the cause.
     *
     * @param command what repeats this run
     * @param story what happened last; empty if nothing has
     */
    static Throwable of(Throwable failure, Schedule schedule, String command, String story) {
        if ((schedule.isOwn() && story.isEmpty())
                || failure instanceof VirtualMachineError
                || (HAS_OPENTEST4J && Opentest4j.isAborted(failure))) {
            return failure;
        }
        boolean replaced =
                failure.getClass() == AssertionError.class || (HAS_OPENTEST4J && Opentest4j.isPlainAssertion(failure));
        String what = what(failure, replaced);
        String steps = story.isEmpty() ? "" : "\n" + story;
        String message = schedule.isOwn()
                ? "In the loop's own order: " + what + steps
                : "With " + schedule.describe() + ": " + what + "\nTo repeat only this run: " + command + steps;
        @Nullable Throwable cause = replaced ? failure.getCause() : failure;
        AssertionError explained = HAS_OPENTEST4J
                ? Opentest4j.assertionFailed(message, cause, failure)
                : new AssertionError(message, cause);
        explained.setStackTrace(failure.getStackTrace()); // so that a click on it leads to the test
        if (replaced) {
            Arrays.stream(failure.getSuppressed()).forEach(explained::addSuppressed);
        }
        return explained;
    }

    /**
     * Returns the whole message of a failure that is replaced. Of one that is the cause it returns the first line, because
     * that is all a summary of many tests shows.
     */
    private static String what(Throwable failure, boolean replaced) {
        String message = failure.getMessage();
        String what = failure instanceof AssertionError && message != null ? message : failure.toString();
        return replaced ? what : what.strip().lines().findFirst().orElse("");
    }

    private static boolean hasOpentest4j() {
        try {
            Class.forName("org.opentest4j.AssertionFailedError", false, ScheduleFailure.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException e) {
            return false;
        }
    }
}
