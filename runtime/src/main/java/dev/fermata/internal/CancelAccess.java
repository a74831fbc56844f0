package dev.fermata.internal;

import dev.fermata.CancelledError;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the implementation may do with a {@link CancelledError} and users may not. The class itself hands this out when it is
 * initialised, so that nothing of it is public there.
 *
 * <p>Used by one thread at a time, as the error is.
 */
public abstract class CancelAccess {
    private static volatile @Nullable CancelAccess access;

    /** For CancelledError alone. */
    protected CancelAccess() {}

    /** Called once, by CancelledError. */
    public static void set(CancelAccess ofErrors) {
        access = ofErrors;
    }

    /** The one there is. */
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
            throw new AssertionError(e); // it is public
        }
    }

    /** A cancel that is delivered to the await where a task is parked, which its trace does not show yet. */
    public abstract CancelledError toDeliver(@Nullable String message);

    /** {@code cancel} is to be delivered like one of {@link #toDeliver}. */
    public abstract void unplace(CancelledError cancel);

    /** Whether it is to be delivered and has not reached an await. */
    public abstract boolean isUnplaced(CancelledError cancel);

    /** It reaches an await, or is handed on. @return true the first time, for one that is to be delivered */
    public abstract boolean place(CancelledError cancel);

    /** Whether it was created with this very object as its message: a scope creates a new one for each cancel. */
    public abstract boolean carries(CancelledError cancel, String message);

    /** A scope has taken its cancel back, and {@code cancel} stands for another one, with this message. */
    public abstract void standFor(CancelledError cancel, @Nullable String message);

    /** What failed in the scope that sent it. */
    public abstract void setScopeFailure(CancelledError cancel, @Nullable Throwable failure);

    /** {@code failure} carries this cancel now: it is no longer the cause, or the two would lead to one another for ever. */
    public abstract void carriedBy(CancelledError cancel, Throwable failure);

    /** Sets a cause of its own unless it has one: what answered the cancel says more than why it was sent. */
    public abstract void answeredBy(CancelledError cancel, Throwable answer);
}
