package dev.fermata.abi;

import dev.fermata.Coroutine;
import dev.fermata.internal.Backend;
import org.jspecify.annotations.Nullable;

/**
 * One activation of an async method, as an object. The weaver generates one subclass for each method, and an object of it
 * has two lives:
 *
 * <ul>
 *   <li>a call that has not started ({@code state == NEW}): the coroutine that a cold call returns, which holds the
 *       arguments;
 *   <li>a suspended activation ({@code state > 0}): the saved locals and operand stack of the suspension point with that
 *       number. The object is made when the activation suspends for the first time, and the same activation uses it again.
 * </ul>
 *
 * A primitive extends it by hand and follows the same protocol, which docs/design.md describes. Used by one thread at a
 * time.
 *
 * @param <T> the type of the result
 */
public abstract non-sealed class Frame<T> extends Coroutine<T> {
    /** A constant, so that without debug mode compiled code contains nothing of it. */
    private static final boolean DEBUG = Boolean.getBoolean("fermata.debug");

    /** Not started: {@link #start} may be called, once. Followed by {@link #STARTED} or {@link #CLAIMED}. */
    protected static final int NEW = 0;

    /** Started or given up. A frame that only ever was a coroutine stays in this state. Nothing follows. */
    protected static final int STARTED = -1;

    /** Made a task that has not made its first step, so nothing else may start it. Followed by {@link #STARTED} only. */
    protected static final int CLAIMED = -2;

    /**
     * {@link #NEW}, {@link #CLAIMED}, {@link #STARTED}, or the number (from 1) of the suspension point at which this
     * activation is parked. Written by woven code and by this class.
     */
    public int state;

    /**
     * The frame that receives this one's result; null for the outermost of its chain. Only {@link Carrier#suspended} writes
     * it, and only when it changes; and {@link #renew}.
     */
    @Nullable
    Frame<?> caller;

    @SuppressWarnings("this-escape") // the receiver only keeps it, and calls nothing but methods that return constants
    protected Frame() {
        if (DEBUG) {
            Backend.get().created(this);
        }
    }

    /**
     * Runs the method from its beginning, with the arguments this frame holds.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     * @throws Throwable what the method throws
     */
    protected abstract @Nullable Object start(Carrier carrier) throws Throwable;

    /**
     * Continues behind the suspension point {@link #state}. What was awaited there returns {@code value}, or throws
     * {@code failure} if that is not null. Not overridden in a frame that never suspends.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     * @throws Throwable what the method throws
     */
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        throw Abi.notSuspended(this);
    }

    /**
     * Whether a handler of this activation encloses the suspension point {@link #state}. If none does, an exception skips
     * this frame, and {@link #resume} is not called any more.
     */
    protected boolean catches() {
        return true;
    }

    /**
     * Returns the source places of this frame class, as text that can be read without reflection: {@code
     * "binary.ClassName\tmethod\tFile.java\tline of state 1\tline of state 2…"}. Null for a frame that no source shows,
     * such as a primitive's.
     */
    protected @Nullable String lines() {
        return null;
    }

    /**
     * Starts a coroutine.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     * @throws IllegalStateException if it was started, made a task or closed before
     * @throws Throwable what the method throws
     */
    public final @Nullable Object begin(Carrier carrier) throws Throwable {
        if (state != NEW) {
            throw startedBefore();
        }
        state = STARTED;
        used();
        return start(carrier);
    }

    /**
     * Reserves a coroutine for the task that will call {@link #beginClaimed}.
     *
     * @throws IllegalStateException if it was started, made a task or closed before
     */
    public final void claim() {
        if (state != NEW) {
            throw startedBefore();
        }
        state = CLAIMED;
        used();
    }

    /**
     * Starts a coroutine that was claimed.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     * @throws Throwable what the method throws
     */
    public final @Nullable Object beginClaimed(Carrier carrier) throws Throwable {
        state = STARTED;
        return start(carrier);
    }

    /** Returns the place in the source at which this frame is suspended, or null if it has none. */
    public final @Nullable StackTraceElement where() {
        String lines = lines();
        return lines == null ? null : Places.of(getClass()).at(lines, Math.max(state, 0));
    }

    /** Returns the next frame outwards in the same task, or null for the outermost. */
    public final @Nullable Frame<?> caller() {
        return caller;
    }

    /** Whether the coroutine may still be started. */
    public final boolean isNew() {
        return state == NEW;
    }

    /**
     * Makes a frame that has ended a coroutine that was not started. For a primitive that uses its frame again. Its next
     * activation may be the outermost of a task, and would otherwise hand its result to the caller of the last one.
     */
    protected final void renew() {
        state = NEW;
        caller = null;
    }

    @Override
    public final void close() {
        if (state == NEW) {
            state = STARTED;
            used();
        }
    }

    final void used() {
        if (DEBUG) {
            Backend.get().used(this);
        }
    }

    private IllegalStateException startedBefore() {
        return new IllegalStateException(
                this + " was already awaited, started as a task or closed. A coroutine runs once."
                        + " Call the method again for a new one, or keep the task that createTask(…) returns, which may be awaited many times");
    }

    @Override
    public String toString() {
        StackTraceElement where = where();
        return "coroutine "
                + (where == null ? getClass().getSimpleName() : where.getClassName() + "." + where.getMethodName());
    }
}
