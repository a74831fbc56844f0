package dev.fermata.internal.traces;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an await has thrown into a task or a hot method, and on which way that came there. The exception's own trace does not
 * tell: others who await the same exception replace it. The exception itself is not kept: a task that has caught it may run
 * for long.
 *
 * <p>Of the thread that runs the task or hot method.
 */
public final class Delivery extends WeakReference<Throwable> {
    /** The trace down to the methods that awaited, without what stands below the loop. */
    private StackTraceElement[] way;

    /** Where the methods that awaited begin in {@link #way}. */
    private final int awaiting;

    /** The last method of {@link #way} was resumed while it ran, and has callers that were not known. */
    private boolean open;

    /** They were looked for and not found: what a method has caught was thrown again by another. */
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
     * The task or hot method ends by {@code failure}: on which way that came, for those who await the end.
     *
     * @return null if this is not what came
     */
    public StackTraceElement @Nullable [] path(Throwable failure) {
        return refersTo(failure) ? way : null;
    }

    /** Whether callers are missing that can be found when the exception leaves a method that was resumed. */
    public boolean isOpen() {
        return open && !lost;
    }

    /** The same, if this is {@code failure}. */
    public boolean isOpen(@Nullable Throwable failure) {
        return isOpen() && failure != null && refersTo(failure);
    }

    /** The outermost method that is known to have awaited. */
    public StackTraceElement outermost() {
        return way[way.length - 1];
    }

    /**
     * The exception leaves a method that was resumed: the callers of {@link #outermost} are looked for, once.
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

    /** A trace that shows this way. */
    public StackTraceElement[] shown() {
        List<StackTraceElement> shown = new ArrayList<>(Arrays.asList(way));
        if (open) {
            shown.add(OwnFrames.CALLERS);
        }
        shown.addAll(Arrays.asList(below.get()));
        return OwnFrames.cut(shown);
    }

    /**
     * One of the methods that awaited holds the exception while it suspends. Its callers become frames, which can tell later
     * who they are: they are taken out again.
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
