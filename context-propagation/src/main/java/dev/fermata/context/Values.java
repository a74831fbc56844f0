package dev.fermata.context;

import dev.fermata.lowlevel.ThreadContext;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/** What accessors have returned on a thread. Immutable, as far as the values are. From any thread. */
final class Values implements ThreadContext.Snapshot {
    private final RegisteredContext context;
    final ThreadLocalAccessor<?>[] accessors;

    /** For each accessor its value; null if there was none. */
    final @Nullable Object[] values;

    Values(RegisteredContext context, ThreadLocalAccessor<?>[] accessors, @Nullable Object[] values) {
        this.context = context;
        this.accessors = accessors;
        this.values = values;
    }

    @Override
    public ThreadContext.Scope install() {
        return InPlace.of(forThese(context.accessors()));
    }

    /** Returns the same values for the accessors that are registered by now. One that is new has none. */
    private Values forThese(ThreadLocalAccessor<?>[] registered) {
        if (registered == accessors) {
            return this;
        }
        @Nullable Object[] moved = new Object[registered.length];
        for (int i = 0; i < registered.length; i++) {
            for (int k = 0; k < accessors.length; k++) {
                if (accessors[k].key().equals(registered[i].key())) {
                    moved[i] = values[k];
                }
            }
        }
        return new Values(context, registered, moved);
    }

    /** Returns these values with those in {@code changed}, an array that nobody writes into any more. */
    Values changed(@Nullable Object[] changed) {
        return new Values(context, accessors, changed);
    }
}
