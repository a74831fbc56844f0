package dev.fermata.internal.engine;

import dev.fermata.CancelledError;
import dev.fermata.internal.CancelAccess;
import dev.fermata.internal.base.Guarded;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The cancel that a {@link CancelScope} has sent to the task that opened it, until it is taken back. A scope that is opened
 * in a try-with-resources takes it back when its block is left. With any other scope, an await that has nothing to do with
 * the scope throws the cancel, and this class then explains why. On the loop's thread.
 */
public final class ScopeCancel {
    final Sender sender;

    /**
     * Which scope sends the cancel, and why. It is a new object for each cancel, by which a {@link CancelledError} is
     * recognised as one of this cancel, whichever tasks and promises it came through.
     */
    final String message;

    /** What failed; null if nothing did. */
    private final @Nullable Throwable failure;

    /** The previous cancel of the task that is not taken back either. */
    private @Nullable ScopeCancel before;

    ScopeCancel(Sender sender, String message, @Nullable Throwable failure) {
        this.sender = sender;
        this.message = message;
        this.failure = failure;
    }

    /**
     * Links this before {@code latest}.
     *
     * @return this
     */
    ScopeCancel after(@Nullable ScopeCancel latest) {
        before = latest;
        return this;
    }

    /** Sets the failure in {@code cancel}, if it is one of these. */
    static void explain(@Nullable ScopeCancel latest, CancelledError cancel) {
        for (ScopeCancel sent = latest; sent != null; sent = sent.before) {
            if (CancelAccess.get().carries(cancel, sent.message)) {
                CancelAccess.get().setScopeFailure(cancel, sent.failure);
            }
        }
    }

    /**
     * Called when {@code failure} suppresses {@code suppressed}. A cancel among those that has this failure as its cause
     * gives it up, so that code that follows causes and suppressed exceptions comes to an end.
     */
    public static void unlink(Throwable failure, Collection<? extends Throwable> suppressed) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        seen.add(failure);
        Deque<Throwable> left = new ArrayDeque<>(suppressed);
        for (Throwable next = left.poll(); next != null; next = left.poll()) {
            if (seen.add(next)) {
                if (next instanceof CancelledError cancel) {
                    CancelAccess.get().carriedBy(cancel, failure);
                }
                Throwable cause = Guarded.cause(next);
                if (cause != null) {
                    left.add(cause);
                }
                left.addAll(Arrays.asList(next.getSuppressed()));
            }
        }
    }

    /** Returns the list without the cancel of {@code sender}. */
    static @Nullable ScopeCancel without(@Nullable ScopeCancel latest, Sender sender) {
        if (latest == null || latest.sender == sender) {
            return latest == null ? null : latest.before;
        }
        ScopeCancel later = latest;
        while (later.before != null && later.before.sender != sender) {
            later = later.before;
        }
        later.before = later.before == null ? null : later.before.before;
        return latest;
    }
}
