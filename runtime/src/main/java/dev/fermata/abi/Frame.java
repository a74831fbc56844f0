package dev.fermata.abi;

import dev.fermata.Coroutine;
import dev.fermata.internal.Backend;
import org.jspecify.annotations.Nullable;

/**
 * One activation of an async method, as an object. It exists in two lives, and the weaver makes one subclass a method
 * for both:
 *
 * <ul>
 *   <li>a call that has not started ({@code state == NEW}): the coroutine a cold call returns, holding the arguments;
 *   <li>a suspended activation ({@code state > 0}): the saved locals and operand stack of the suspension point with that
 *       number. It is made when the activation suspends for the first time and used again by the same activation.
 * </ul>
 *
 * A primitive of the runtime extends it by hand and follows the same protocol, which docs/design.md tells.
 *
 * @param <T> the type of the result
 */
public abstract non-sealed class Frame<T> extends Coroutine<T> {
    /** A constant, so that without debug mode nothing is left of this in compiled code. */
    private static final boolean DEBUG = Boolean.getBoolean("fermata.debug");

    /** Not started: {@link #start} may be called, once. Followed by {@link #STARTED} or {@link #CLAIMED}. */
    protected static final int NEW = 0;

    /** Started or given up; a frame that only ever was a coroutine stays here. Nothing follows. */
    protected static final int STARTED = -1;

    /** Made a task that has not made its first step, so nobody else may start it. Followed by {@link #STARTED} only. */
    protected static final int CLAIMED = -2;

    /** {@link #NEW}, {@link #CLAIMED}, {@link #STARTED}, or the number (from 1) of the suspension point this activation is parked at. */
    public int state;

    /**
     * The frame that gets this one's result; null for the outermost of its chain. Written by {@link Carrier#suspended}
     * alone, and only when it changes.
     */
    @Nullable
    Frame<?> caller;

    @SuppressWarnings("this-escape") // what takes it only keeps it, and asks it for constants
    protected Frame() {
        if (DEBUG) {
            Backend.get().created(this);
        }
    }

    /**
     * Runs the method from its beginning, with the arguments this frame holds.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     */
    protected abstract @Nullable Object start(Carrier carrier) throws Throwable;

    /**
     * Goes on behind the suspension point {@link #state}: with {@code value} as what was awaited, or by throwing
     * {@code failure} there if it is not null. Not overridden by what never suspends.
     *
     * @return the result, or {@link Abi#SUSPENDED}
     */
    protected @Nullable Object resume(@Nullable Object value, @Nullable Throwable failure, Carrier carrier)
            throws Throwable {
        throw Abi.notSuspended(this);
    }

    /**
     * Whether a handler of this activation encloses the suspension point {@link #state}. If not, an exception passes it
     * by and {@link #resume} is not called any more.
     */
    protected boolean catches() {
        return true;
    }

    /**
     * Where this frame stands, as text that needs no reflection to read:
     * {@code "binary.ClassName\tmethod\tFile.java\tline of state 1\tline of state 2…"}. Null for a frame that no source
     * shows, such as a primitive's.
     */
    protected @Nullable String lines() {
        return null;
    }

    /** Starts a coroutine. {@code IllegalStateException} if that was done before. */
    public final @Nullable Object begin(Carrier carrier) throws Throwable {
        if (state != NEW) {
            throw startedBefore();
        }
        state = STARTED;
        used();
        return start(carrier);
    }

    /** Keeps a coroutine for the one who will {@link #beginClaimed}. {@code IllegalStateException} if it was started. */
    public final void claim() {
        if (state != NEW) {
            throw startedBefore();
        }
        state = CLAIMED;
        used();
    }

    /** Starts a coroutine that was claimed. */
    public final @Nullable Object beginClaimed(Carrier carrier) throws Throwable {
        state = STARTED;
        return start(carrier);
    }

    /** The place in the source this frame is suspended at, or null if it has none. */
    public final @Nullable StackTraceElement where() {
        String lines = lines();
        return lines == null ? null : Places.of(getClass()).at(lines, Math.max(state, 0));
    }

    /** The next frame outwards in the same task, or null for the outermost. */
    public final @Nullable Frame<?> caller() {
        return caller;
    }

    /** Whether the coroutine may still be started. */
    public final boolean isNew() {
        return state == NEW;
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
        return new IllegalStateException(this + " was awaited, made a task or closed before; a coroutine runs once."
                + " Call the method again for another one, or keep createTask(…), which may be awaited often");
    }

    @Override
    public String toString() {
        StackTraceElement where = where();
        return "coroutine "
                + (where == null ? getClass().getSimpleName() : where.getClassName() + "." + where.getMethodName());
    }
}
