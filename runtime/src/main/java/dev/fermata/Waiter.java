package dev.fermata;

import dev.fermata.abi.Carrier;
import dev.fermata.abi.Frame;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One who waits in a {@link WaitingLine}: coroutine, wait and place in the line in one object. Whoever is granted what it
 * waits for is taken out of the line and woken, and runs later. If it is cancelled before that, its {@link #resume} gets the
 * cancel with {@link #wasGranted()} true and passes on what it was granted.
 *
 * @param <T> the type of the result
 */
abstract class Waiter<T> extends Frame<T> implements Waiting {
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

    private @Nullable Task<?> task;

    /** Where it stands now, or will. */
    abstract WaitingLine line();

    /** Parks {@code waiting}, the running task, at the end of the line; {@link #resume} is called when it was woken. */
    final Object waitInLine(Task<?> waiting, Carrier carrier) {
        carrier.suspended(this);
        return waitInLine(waiting);
    }

    /** As the other, for one who has nothing to do afterwards: it is not resumed, its caller is. */
    final Object waitInLine(Task<?> waiting) {
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

    /** Whether it was woken by {@link #grant}, not by a cancel that came before. */
    final boolean wasGranted() {
        return state == GRANTED;
    }

    /** The task that waits. */
    final Task<?> task() {
        return Objects.requireNonNull(task);
    }

    @Override
    public boolean cancelWait(Task<?> cancelled, @Nullable String message) {
        if (state != IN_LINE) {
            return false;
        }
        line().remove(this);
        state = CANCELLED;
        return true;
    }

    @Override
    public final @Nullable Object outcome() {
        return null;
    }
}
