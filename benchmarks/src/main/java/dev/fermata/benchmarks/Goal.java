package dev.fermata.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bound for the ratio of two times of one run, or for the bytes that an operation allocates.
 *
 * @param work whose, as {@link Measured#work} has it
 * @param form the form that is held to it
 * @param peerWork the work of the peer, for a ratio
 * @param peer the form it is compared with; null for bytes
 * @param bound the greatest value that meets the goal; for a ratio the least, if it is negative
 */
record Goal(
        String work, String form, String peerWork, @Nullable String peer, double bound) {
    /** Below this two times are the same: forks of one program differ by as much. */
    static final double TIE = 1.3;

    static final List<Goal> ALL = List.of(
            atMost("AwaitDirect", "plain", 1.2),
            atMost("AwaitDirect", "byHand", TIE),
            bytes("AwaitDirect", 0),
            atMost("AwaitVirtual implementations=1", "byHand", TIE),
            bytes("AwaitVirtual implementations=1", 0),
            atMost("AwaitVirtual implementations=4", "byHand", TIE),
            bytes("AwaitVirtual implementations=4", 40),
            atMost("Switch", "byHand", TIE),
            atLeast("Switch", "virtualThreads", 15),
            atMost("ResumeDepth depth=1", "byHand", TIE),
            atMost("ResumeDepth depth=100", "byHand", TIE),
            new Goal("ResumeDepth depth=100", "emitted", "ResumeDepth depth=1", "emitted", 1.1),
            atMost("Throwing read=false", "plain", 2),
            atMost("Throwing read=true", "plain", 2));

    /** The emitted form takes at most {@code ratio} times the peer's time. */
    private static Goal atMost(String work, String peer, double ratio) {
        return new Goal(work, "emitted", work, peer, ratio);
    }

    /** The peer takes at least {@code ratio} times the emitted form's time. */
    private static Goal atLeast(String work, String peer, double ratio) {
        return new Goal(work, "emitted", work, peer, -ratio);
    }

    private static Goal bytes(String work, int bytes) {
        return new Goal(work, "emitted", work, null, bytes);
    }

    /** A line that says what was reached, or null if it was not measured. */
    @Nullable
    String verdict(List<Measured> all) {
        Measured ours = find(all, work, form);
        Measured theirs = peer == null ? ours : find(all, peerWork, peer);
        if (ours == null || theirs == null) {
            return null;
        }
        boolean few = peer != null && Math.min(ours.forks(), theirs.forks()) < 3;
        return line(ours, theirs) + (few ? " (needs 3 forks to be shown)" : "");
    }

    private String line(Measured ours, Measured theirs) {
        if (peer == null) {
            // What a run of the loop allocates is shared by all the calls in it, so that a byte may be a fraction.
            return text(work + ": bytes allocated", ours.bytes(), "at most", bound, value -> value < bound + 0.5);
        }
        if (bound < 0) {
            double ratio = theirs.nanos() / ours.nanos();
            return text(work + ": " + peer + " / " + form, ratio, "at least", -bound, value -> value >= -bound);
        }
        double ratio = ours.nanos() / theirs.nanos();
        String against = peerWork.equals(work) ? peer : peerWork;
        String line = text(work + ": " + form + " / " + against, ratio, "at most", bound, value -> value <= bound);
        return ratio > bound && ratio < TIE ? line.replace("MISSED", "a tie") : line;
    }

    private static String text(String what, double value, String relation, double bound, Predicate<Double> met) {
        return String.format(
                Locale.ROOT,
                "%-62s %7.2f  %-8s %5.1f  %s",
                what,
                value,
                relation,
                bound,
                met.test(value) ? "met" : "MISSED");
    }

    private static @Nullable Measured find(List<Measured> all, String work, String form) {
        for (Measured measured : all) {
            if (measured.work().equals(work) && measured.form().equals(form)) {
                return measured;
            }
        }
        return null;
    }
}
