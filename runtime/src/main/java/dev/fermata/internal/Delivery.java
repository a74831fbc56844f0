package dev.fermata.internal;

import java.lang.ref.WeakReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an await has thrown into a task or a hot method, which may end by it. It does not keep the exception: a task that
 * has caught it may run for long.
 */
public final class Delivery extends WeakReference<Throwable> {
    /**
     * The trace up to the methods that awaited, without what stands below the loop. Null if they were running: then the
     * exception's own trace says it when they have been left.
     */
    private final StackTraceElement @Nullable [] path;

    Delivery(Throwable failure, StackTraceElement @Nullable [] path) {
        super(failure);
        this.path = path;
    }

    /**
     * The task or hot method ends by {@code failure}: on which way that came, for those who await the end.
     *
     * @param below what its trace ends with that is no part of the way
     * @return null if this is not what came
     */
    public StackTraceElement @Nullable [] path(Throwable failure, Supplier<StackTraceElement[]> below) {
        if (!refersTo(failure)) {
            return null;
        }
        return path == null ? Awaiting.path(failure, below) : path;
    }
}
