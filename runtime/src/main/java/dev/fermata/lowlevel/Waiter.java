package dev.fermata.lowlevel;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A wait in a {@link WaitingLine}: coroutine, wait and place in the line in one object. When a waiter is granted what it
 * waits for, it leaves the line and is woken, and its task runs later. If the task is cancelled before it runs,
 * {@link #resume} receives the cancel while {@link #wasGranted()} is true, and has to pass on what was granted.
 *
 * <p>A subclass implements {@code start(carrier)}: it returns the result if there is no need to wait, and otherwise what
 * {@link #waitInLine} returns. For the loop's thread.
 *
 * @param <T> the type of the result
 */
public abstract class Waiter<T> extends Frame<T> implements Wait {
    /** The {@link #state} while in the line. Followed by {@link #GRANTED} or {@link #CANCELLED}. */
    private static final int IN_LINE = 1;

    /** Out of the line and woken. Followed by {@link #IN_LINE} if it waits again. */
    private static final int GRANTED = 2;

    /** Out of the line because its task was cancelled; it was granted nothing. Followed as {@link #GRANTED}. */
    private static final int CANCELLED = 3;

    /** The neighbours in the line. Only the {@link WaitingLine} reads and writes them. */
    @Nullable
    Waiter<?> previous;

    @Nullable
    Waiter<?> next;

    private @Nullable ParkableTask task;

    /** Creates a waiter that is not in the line yet. */
    protected Waiter() {}

    /** Returns the line in which this waits, or will wait. */
    protected abstract WaitingLine line();

    /**
     * Parks the running task at the end of the line. {@link #resume} is called when the task was woken.
     *
     * @param waiting the running task
     * @param carrier the carrier that {@code start} or {@code resume} received
     * @return what the caller has to return
     */
    protected final Object waitInLine(ParkableTask waiting, Carrier carrier) {
        carrier.suspended(this);
        return waitInLine(waiting);
    }

    /**
     * As {@link #waitInLine(ParkableTask, Carrier)}, for a wait that has nothing to do afterwards and returns null.
     * {@link #resume} is not called.
     *
     * @param waiting the running task
     * @return what the caller has to return
     */
    protected final Object waitInLine(ParkableTask waiting) {
        task = waiting;
        state = IN_LINE;
        line().add(this);
        return waiting.park(this);
    }

    /** Wakes the task. Called by the line, which this has just left. */
    final void grant() {
        state = GRANTED;
        task().wake();
    }

    /** Whether the line has granted what this waits for; false if a cancel came first. */
    protected final boolean wasGranted() {
        return state == GRANTED;
    }

    /** Returns the task that waits, or has waited. */
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
