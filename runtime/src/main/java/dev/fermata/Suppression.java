package dev.fermata;

/** Keeps a throwable that another one replaces. */
final class Suppression {
    private Suppression() {}

    /** Suppresses {@code loser} in {@code winner}, unless it is in there already. */
    static void add(Throwable winner, Throwable loser) {
        if (winner == loser || winner.getCause() == loser) {
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
