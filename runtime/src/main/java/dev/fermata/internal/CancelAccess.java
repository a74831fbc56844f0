package dev.fermata.internal;

import dev.fermata.CancelledError;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the implementation may do with a {@link CancelledError} and users may not. The class itself sets the access when it
 * is initialised, so that none of these methods is public there.
 *
 * <p>Used by one thread at a time, as the error is.
 */
public abstract class CancelAccess {
    private static volatile @Nullable CancelAccess access;

    /** For CancelledError only. */
    protected CancelAccess() {}

    /** Sets the access. Called once, by CancelledError. */
    public static void set(CancelAccess ofErrors) {
        access = ofErrors;
    }

    /** Returns the access. */
    public static CancelAccess get() {
        CancelAccess present = access;
        if (present == null) {
            initialise();
            present = Objects.requireNonNull(access, "CancelledError did not call set");
        }
        return present;
    }

    private static void initialise() {
        try {
            MethodHandles.lookup().ensureInitialized(CancelledError.class);
        } catch (IllegalAccessException e) {
            throw new AssertionError(e); // CancelledError is public
        }
    }

    /** Creates a cancel to be delivered at the await where a task is parked. Its trace does not show that await yet. */
    public abstract CancelledError toDeliver(@Nullable String message);

    /**
     * As {@link #toDeliver}, but the cancel has no trace: filling it in takes half of what a cancel costs. Before it is
     * thrown, its trace is set, or {@link #fillIn} is called.
     */
    public abstract CancelledError toPlace(@Nullable String message);

    /** Fills in the trace of the running code, if {@code cancel} is one of {@link #toPlace} and its trace was not set. */
    public abstract void fillIn(CancelledError cancel);

    /** Marks {@code cancel} as one to be delivered, like one of {@link #toDeliver}. */
    public abstract void unplace(CancelledError cancel);

    /** Whether {@code cancel} is to be delivered and has not reached an await. */
    public abstract boolean isUnplaced(CancelledError cancel);

    /**
     * Called when {@code cancel} reaches an await, or is handed on.
     *
     * @return true the first time, if it was to be delivered
     */
    public abstract boolean place(CancelledError cancel);

    /**
     * Whether {@code cancel} was created with this very object as its message. A scope creates a new message object for
     * each cancel.
     */
    public abstract boolean carries(CancelledError cancel, String message);

    /** Makes {@code cancel} represent another cancel, with this message, because a scope has taken its own cancel back. */
    public abstract void standFor(CancelledError cancel, @Nullable String message);

    /** Sets the failure in the scope that sent {@code cancel}. */
    public abstract void setScopeFailure(CancelledError cancel, @Nullable Throwable failure);

    /**
     * Called when {@code failure} carries {@code cancel}. Then {@code failure} is no longer its cause, or the two would
     * refer to each other in a circle.
     */
    public abstract void carriedBy(CancelledError cancel, Throwable failure);

    /**
     * Sets {@code answer} as the cause, unless {@code cancel} has a cause of its own. What was thrown in response to the
     * cancel says more than why the cancel was sent.
     */
    public abstract void answeredBy(CancelledError cancel, Throwable answer);
}
