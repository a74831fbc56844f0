package dev.fermata.internal.traces;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an await has thrown into a task or a hot method, and the path by which it came there. The exception's own trace does
 * not show that path reliably, because others that await the same exception replace it. The exception itself is referred to
 * weakly: a task that has caught it may run for long.
 *
 * <p>For the thread that runs the task or hot method.
 */
public final class Delivery extends WeakReference<Throwable> {
    /** The trace down to the methods that awaited, without what is below the loop. */
    private StackTraceElement[] way;

    /** Where the methods that awaited begin in {@link #way}. */
    private final int awaiting;

    /** Whether the last method of {@link #way} was resumed while it ran, and has callers that were not known. */
    private boolean open;

    /** Whether those callers were looked for and not found, because another method threw again what a method has caught. */
    private boolean lost;

    private final Supplier<StackTraceElement[]> below;

    Delivery(
            Throwable failure,
            StackTraceElement[] way,
            int awaiting,
            boolean open,
            Supplier<StackTraceElement[]> below) {
        super(failure);
        this.way = way;
        this.awaiting = awaiting;
        this.open = open;
        this.below = below;
    }

    /**
     * Returns the path of {@code failure}, which ends the task or hot method, for those that await the end.
     *
     * @return null if this delivery is not of {@code failure}
     */
    public StackTraceElement @Nullable [] path(Throwable failure) {
        return refersTo(failure) ? way : null;
    }

    /** Whether callers are missing that can be found when the exception leaves a method that was resumed. */
    public boolean isOpen() {
        return open && !lost;
    }

    /** As {@link #isOpen()}, and this delivery is of {@code failure}. */
    public boolean isOpen(@Nullable Throwable failure) {
        return isOpen() && failure != null && refersTo(failure);
    }

    /** Returns the outermost method that is known to have awaited. */
    public StackTraceElement outermost() {
        return way[way.length - 1];
    }

    /**
     * Adds the callers of {@link #outermost}, or marks them as not found. Called once, when the exception leaves a method
     * that was resumed.
     *
     * @param callers null if they were not found
     */
    public void close(@Nullable List<StackTraceElement> callers) {
        if (callers == null) {
            lost = true;
            return;
        }
        List<StackTraceElement> whole = new ArrayList<>(Arrays.asList(way));
        whole.addAll(callers);
        way = OwnFrames.cut(whole);
        open = false;
    }

    /** Returns a trace that shows this path. */
    public StackTraceElement[] shown() {
        List<StackTraceElement> shown = new ArrayList<>(Arrays.asList(way));
        if (open) {
            shown.add(OwnFrames.CALLERS);
        }
        shown.addAll(Arrays.asList(below.get()));
        return OwnFrames.cut(shown);
    }

    /**
     * Called when one of the methods that awaited suspends while it holds the exception. Its callers become frames, from
     * which they can be found later, so they are removed from the path.
     *
     * @param now the trace of the running thread from that method on
     */
    public void suspends(StackTraceElement[] now) {
        List<StackTraceElement> running = OwnFrames.running(now);
        int last = running.size() - 1;
        int at = way.length - last;
        if (last < 2 || at < awaiting || !running.get(last).equals(OwnFrames.CALLERS)) {
            return;
        }
        if (!OwnFrames.isSameMethod(way[at], running.get(0))) {
            return;
        }
        for (int i = 1; i < last; i++) {
            if (!way[at + i].equals(running.get(i))) {
                return;
            }
        }
        way = Arrays.copyOf(way, at + 1);
    }
}
