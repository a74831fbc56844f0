package dev.fermata.lowlevel;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A wait in a {@link WaitingLine}: coroutine, wait and place in the line in one object. A waiter that is granted what it waits
 * for is taken out of the line and woken, and its task runs later. If the task is cancelled before that, {@link #resume}
 * receives the cancel while {@link #wasGranted()} is true, and has to pass on what was granted.
 *
 * <p>A subclass implements {@code start(carrier)}: it returns the result if there is no need to wait, and otherwise what
 * {@link #waitInLine} returns. For the loop's thread.
 *
 * @param <T> the type of the result
 */
public abstract class Waiter<T> extends Frame<T> implements Wait {
    /** The {@link #state} of one who stands in line. Followed by {@link #GRANTED} or {@link #CANCELLED}. */
    private static final int IN_LINE = 1;

    /** Out of the line and woken. Followed by {@link #IN_LINE} if it waits again. */
    private static final int GRANTED = 2;

    /** Out of the line because its task was cancelled; it was granted nothing. Followed as {@link #GRANTED}. */
    private static final int CANCELLED = 3;

    /** The neighbours, which the {@link WaitingLine} alone reads and writes. */
    @Nullable
    Waiter<?> previous;

    @Nullable
    Waiter<?> next;

    private @Nullable ParkableTask task;

    /** Not in the line yet. */
    protected Waiter() {}

    /** The line it stands in, or will. */
    protected abstract WaitingLine line();

    /**
     * Parks {@code waiting}, the running task, at the end of the line. {@link #resume} is called when the task was woken.
     *
     * @return what the caller has to return
     */
    protected final Object waitInLine(ParkableTask waiting, Carrier carrier) {
        carrier.suspended(this);
        return waitInLine(waiting);
    }

    /**
     * As {@link #waitInLine(ParkableTask, Carrier)}, for a wait that has nothing to do afterwards and returns null:
     * {@link #resume} is not called.
     */
    protected final Object waitInLine(ParkableTask waiting) {
        task = waiting;
        state = IN_LINE;
        line().add(this);
        return waiting.park(this);
    }

    /** Wakes it. Called by the line, which it has just left. */
    final void grant() {
        state = GRANTED;
        task().wake();
    }

    /** Whether the line has granted it what it waits for; false if a cancel came first. */
    protected final boolean wasGranted() {
        return state == GRANTED;
    }

    /** The task that waits. */
    public final ParkableTask task() {
        return Objects.requireNonNull(task);
    }

    @Override
    public boolean takeBack(@Nullable String message) {
        if (state != IN_LINE) {
            return false;
        }
        line().remove(this);
        state = CANCELLED;
        return true;
    }

    @Override
    public final void abandoned() {
        takeBack(null);
    }
}
