package dev.fermata.abi;

import dev.fermata.Coroutine;
import org.jspecify.annotations.Nullable;

/**
 * A result in the clothes of a coroutine: what {@code done(v)} returns in code that was not rewritten, or where
 * rewritten code lets it live past the {@code return}. Awaiting it any number of times gives the value.
 *
 * @param <T> the type of the result
 */
public final class Done<T> extends Coroutine<T> {
    private static final Done<?> NOTHING = new Done<>(null);

    final @Nullable Object value;

    private Done(@Nullable Object value) {
        this.value = value;
    }

    /** A coroutine that has ended with {@code value} already. */
    @SuppressWarnings("unchecked")
    public static <T> Coroutine<T> of(@Nullable Object value) {
        return value == null ? (Coroutine<T>) NOTHING : new Done<>(value);
    }

    @Override
    public void close() {}

    @Override
    public String toString() {
        return "done(" + value + ")";
    }
}
