package dev.fermata.testing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A failure under a schedule, in the form that JUnit and IDEs understand best. */
final class ScheduleFailure {
    /** False where tests run without JUnit. The class {@link Opentest4j} must not be linked then. */
    private static final boolean HAS_OPENTEST4J = hasOpentest4j();

    private ScheduleFailure() {}

    /**
     * Returns a failure that says how to repeat {@code failure}. Returns {@code failure} itself if there is nothing to say:
     * in the loop's own order, for an assumption that does not hold, and for an error of the JVM. A plain assertion is
     * replaced, because as the cause it would say everything again. Another exception is the cause.
     *
     * @param command what repeats this run
     * @param story what happened last
     */
    static Throwable of(Throwable failure, Schedule schedule, String command, String story) {
        if (schedule.isOwn()
                || failure instanceof VirtualMachineError
                || (HAS_OPENTEST4J && Opentest4j.isAborted(failure))) {
            return failure;
        }
        boolean replaced =
                failure.getClass() == AssertionError.class || (HAS_OPENTEST4J && Opentest4j.isPlainAssertion(failure));
        String message = "With " + schedule.describe() + ": " + what(failure, replaced) + "\nTo repeat only this run: "
                + command + "\n" + story;
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
