package dev.fermata.internal.base;

/** Throws checked exceptions where the signature has none: an await throws the task's own exception, not a wrapper. */
public final class Rethrow {
    private Rethrow() {}

    /**
     * Throws {@code failure} as it is.
     *
     * @return never; the type lets a caller write {@code throw unchecked(e)}
     */
    @SuppressWarnings("unchecked")
    public static <E extends Throwable> RuntimeException unchecked(Throwable failure) throws E {
        throw (E) failure;
    }

    /** Whether {@code failure} must also leave the loop: the machine itself is in trouble, not one task. */
    public static boolean isFatal(Throwable failure) {
        return Guarded.isFatal(failure);
    }
}
