package dev.fermata.internal.base;

/**
 * Throws checked exceptions from methods that declare none: an await throws the task's own exception, not a wrapper. From
 * any thread.
 */
public final class Rethrow {
    private Rethrow() {}

    /**
     * Throws {@code failure} as it is.
     *
     * @return never; the type allows a caller to write {@code throw unchecked(e)}
     */
    @SuppressWarnings("unchecked")
    public static <E extends Throwable> RuntimeException unchecked(Throwable failure) throws E {
        throw (E) failure;
    }

    /** Whether {@code failure} must also leave the loop, because the JVM itself is in trouble and not just one task. */
    public static boolean isFatal(Throwable failure) {
        return Guarded.isFatal(failure);
    }
}
