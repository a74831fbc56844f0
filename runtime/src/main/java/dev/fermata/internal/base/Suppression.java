package dev.fermata.internal.base;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Keeps a throwable that another one replaces, as suppressed in the other. From any thread. */
public final class Suppression {
    private Suppression() {}

    /** Suppresses {@code loser} in {@code winner}, unless one of them carries the other already. */
    public static void add(Throwable winner, Throwable loser) {
        if (winner != loser
                && Guarded.cause(winner) != loser
                && !isSuppressedIn(winner, loser)
                && !isSuppressedIn(loser, winner)) {
            winner.addSuppressed(loser);
        }
    }

    private static boolean isSuppressedIn(Throwable carrier, Throwable suppressed) {
        for (Throwable each : carrier.getSuppressed()) {
            if (each == suppressed) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the cause of {@code loser} is {@code winner}, or suppressed in that. As suppressed in {@code winner}, it would be
     * printed as a circular reference, and would say nothing that {@code winner} does not.
     */
    public static boolean isCausedBy(Throwable loser, Throwable winner) {
        Throwable cause = Guarded.cause(loser);
        return cause != null
                && (cause == winner || Arrays.asList(winner.getSuppressed()).contains(cause));
    }

    /**
     * As {@link #add}, for each of {@code losers}. It reads what {@code winner} carries only once, however many losers
     * there are.
     */
    public static void addAll(Throwable winner, Collection<? extends Throwable> losers) {
        Set<@Nullable Throwable> known = Collections.newSetFromMap(new IdentityHashMap<>());
        known.add(winner);
        known.add(Guarded.cause(winner));
        known.addAll(Arrays.asList(winner.getSuppressed()));
        for (Throwable loser : losers) {
            if (known.add(loser)) {
                winner.addSuppressed(loser);
            }
        }
    }
}
