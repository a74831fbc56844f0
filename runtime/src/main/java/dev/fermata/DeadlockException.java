package dev.fermata;

import dev.fermata.codegen.Frame;

/**
 * In virtual time: all tasks wait, and nothing is left that could wake one. The message lists each task, what it waits
 * for and where.
 */
public final class DeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private DeadlockException(String message) {
        super(message);
    }

    /** Reports the tasks of {@code loop} under a headline. */
    static DeadlockException of(EventLoop loop, String headline) {
        StringBuilder report = new StringBuilder(headline);
        for (Task<?> task : loop.tasks.toList()) {
            report.append("\n  task ")
                    .append(task.getName())
                    .append(" waits for ")
                    .append(task.describeWait());
            for (Frame<?> frame = task.leaf(); frame != null; frame = frame.caller()) {
                StackTraceElement where = frame.where();
                if (where != null) {
                    report.append("\n      at ").append(where);
                }
            }
        }
        return new DeadlockException(report.toString());
    }
}
