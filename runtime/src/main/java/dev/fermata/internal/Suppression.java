package dev.fermata.internal;

/** Keeps a throwable that another one replaces. */
public final class Suppression {
    private Suppression() {}

    /** Suppresses {@code loser} in {@code winner}, unless it is in there already. */
    public static void add(Throwable winner, Throwable loser) {
        if (winner == loser || Guarded.cause(winner) == loser) {
            return;
        }
        for (Throwable already : winner.getSuppressed()) {
            if (already == loser) {
                return;
            }
        }
        winner.addSuppressed(loser);
    }
}
