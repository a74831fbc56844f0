package dev.fermata.lowlevel;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A wait in a {@link WaitingLine}: coroutine, wait and place in the line in one object. When a waiter is granted what it
 * waits for, it leaves the line and is woken, and its task runs later. Then {@link #granted} takes what was granted, and the
 * await returns that. If the task is cancelled before it runs, {@link #lost} is called instead, and has to pass on what was
 * granted.
 *
 * <p>A subclass implements {@code start(carrier)}: it returns the result if there is no need to wait, and otherwise what
 * {@link #waitInLine(ParkableTask)} returns. For the loop's thread.
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
     * Parks the running task at the end of the line.
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

    /**
     * As {@link #waitInLine(ParkableTask)}, for a wait that may have to wait again. {@code resume} is called when the task
     * was woken: with the result of {@link #granted}, or with the cancel.
     *
     * @param waiting the running task
     * @param carrier the carrier that {@code start} or {@code resume} received
     * @return what the caller has to return
     */
    protected final Object waitInLine(ParkableTask waiting, Carrier carrier) {
        Object suspended = waitInLine(waiting);
        carrier.suspended(this); // after parking, which forgets what an Error has left of an earlier park
        return suspended;
    }

    /**
     * Takes what was granted. Called once, in the step of the woken task.
     *
     * @return the result of the await
     * @throws Throwable the failure of the await. It must be new, because its trace becomes that of the await
     */
    protected @Nullable Object granted() throws Throwable {
        return null;
    }

    /** Passes on what was granted. Called instead of {@link #granted} if the task was cancelled after that. */
    protected void lost() {}

    @Override
    public final @Nullable Object outcome() throws Throwable {
        return granted();
    }

    @Override
    public final void passOn() {
        lost();
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
        if (!takeBack(null) && wasGranted()) {
            lost();
        }
    }
}
