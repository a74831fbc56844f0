package dev.fermata.abi;

import dev.fermata.Coroutine;
import org.jspecify.annotations.Nullable;

/**
 * A result in the form of a coroutine: what {@code done(v)} returns in code that was not woven, or where woven code keeps
 * it beyond the {@code return}. It may be awaited any number of times.
 *
 * @param <T> the type of the result
 */
public final class Done<T> extends Coroutine<T> {
    private static final Done<?> NOTHING = new Done<>(null);

    final @Nullable Object value;

    private Done(@Nullable Object value) {
        this.value = value;
    }

    /** Returns a coroutine that has already ended with {@code value}. */
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
