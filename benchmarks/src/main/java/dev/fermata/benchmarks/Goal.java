package dev.fermata.benchmarks;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A bound for the ratio of two times of one run, or for the bytes that an operation allocates.
 *
 * @param ours whose bytes or time is held to it
 * @param theirs whose time it is compared with; null for bytes
 * @param relation whether the bound is the least or the greatest value that meets the goal
 * @param bound that value. At most: our time in theirs. At least: their time in ours
 */
record Goal(Side ours, @Nullable Side theirs, Relation relation, double bound) {
    /** Below this two times are the same: forks of one program differ by as much. */
    static final double TIE = 1.3;

    /** A form and its work, as {@link Measured} names them. */
    record Side(String work, String form) {
        @Override
        public String toString() {
            return work + " " + form;
        }
    }

    enum Relation {
        AT_MOST("≤"),
        AT_LEAST("≥");

        final String sign;

        Relation(String sign) {
            this.sign = sign;
        }
    }

    enum Verdict {
        MET("met"),
        TIE("a tie"),
        MISSED("MISSED"),
        NOT_MEASURED("not measured");

        final String words;

        Verdict(String words) {
            this.words = words;
        }
    }

    /**
     * What became of a goal in a run.
     *
     * @param value NaN if it was not measured
     * @param few whether there were fewer than three forks, too few to show a ratio
     */
    record Outcome(Goal goal, double value, Verdict verdict, boolean few) {
        String line() {
            String value = Double.isNaN(this.value) ? "–" : String.format(Locale.ROOT, "%.2f", this.value);
            return String.format(
                    Locale.ROOT,
                    "%-76s %8s  %s %5.2f  %s%s",
                    goal.what(),
                    value,
                    goal.relation.sign,
                    goal.bound,
                    verdict.words,
                    few ? " (needs 3 forks to be shown)" : "");
        }
    }

    static final List<Goal> ALL = List.of(
            atMost("AwaitDirect", "plain", 1.2),
            atMost("AwaitDirect", "byHand", TIE),
            atLeast("AwaitDirect", "kotlinBare", 3.5),
            bytes("AwaitDirect", 0),
            atMost("AwaitVirtual implementations=1", "byHand", TIE),
            atMost("AwaitVirtual implementations=1", "kotlinBare", 1),
            bytes("AwaitVirtual implementations=1", 0),
            atMost("AwaitVirtual implementations=4", "byHand", TIE),
            atMost("AwaitVirtual implementations=4", "kotlinBare", 1),
            bytes("AwaitVirtual implementations=4", 40),
            atMost("Switch", "kotlinBare", 1),
            atLeast("Switch", "kotlinRunBlocking", 4),
            atLeast("Switch", "virtualThreads", 15),
            atMost("Switch", "byHand", TIE),
            atMost("SwitchAlone", "kotlinBare", 1),
            atMost("SwitchAlone", "kotlinRunBlocking", 1),
            atLeast("QueuePingPong", "kotlinRunBlocking", 5),
            atLeast("QueuePingPong", "virtualThreads", 15),
            atMost("ResumeDepth depth=1", "byHand", TIE),
            atMost("ResumeDepth depth=100", "byHand", TIE),
            new Goal(
                    new Side("ResumeDepth depth=100", "emitted"),
                    new Side("ResumeDepth depth=1", "emitted"),
                    Relation.AT_MOST,
                    1.1),
            atMost("DeepSuspension", "kotlinBare", 0.5),
            atMost("DeepSuspension", "virtualThreads", 1),
            atMost("SeldomSuspends", "plain", 1.15),
            atMost("Throwing read=false", "plain", 2),
            atMost("Throwing read=true", "plain", 2),
            atMost("Throwing read=false", "kotlinBare", 1),
            atMost("Throwing read=true", "kotlinBare", 1),
            atLeast("SpawnAndJoin", "kotlinRunBlocking", 8),
            atLeast("SpawnAndJoin", "virtualThreads", 8),
            atLeast("Skynet", "kotlinRunBlocking", 15),
            atLeast("Skynet", "virtualThreads", 15),
            new Goal(new Side("GatherMillion", "emitted"), new Side("SpawnAndJoin", "emitted"), Relation.AT_MOST, 2),
            atLeast("GatherMillion", "kotlinRunBlocking", 15),
            new Goal(new Side("SkynetGroup", "emitted"), new Side("Skynet", "emitted"), Relation.AT_MOST, 2),
            atLeast("SkynetGroup", "kotlinRunBlocking", 15),
            atLeast("TimersFire", "stpe", 4),
            atLeast("TimersCancel", "stpe", 4),
            bytes("LockFree", 0),
            bytes("SemaphoreFree", 0),
            bytes("EventSet", 0));

    private static Goal atMost(String work, String peer, double ratio) {
        return new Goal(new Side(work, "emitted"), new Side(work, peer), Relation.AT_MOST, ratio);
    }

    private static Goal atLeast(String work, String peer, double ratio) {
        return new Goal(new Side(work, "emitted"), new Side(work, peer), Relation.AT_LEAST, ratio);
    }

    private static Goal bytes(String work, int bytes) {
        return new Goal(new Side(work, "emitted"), null, Relation.AT_MOST, bytes);
    }

    String what() {
        if (theirs == null) {
            return ours.work + ": bytes allocated";
        }
        if (!ours.work.equals(theirs.work)) {
            return ours + " / " + theirs;
        }
        return ours.work + ": "
                + (relation == Relation.AT_MOST ? ours.form + " / " + theirs.form : theirs.form + " / " + ours.form);
    }

    Outcome outcome(Measurements run) {
        Measured mine = run.find(ours.work, ours.form);
        Measured peer = theirs == null ? mine : run.find(theirs.work, theirs.form);
        if (mine == null || peer == null) {
            return new Outcome(this, Double.NaN, Verdict.NOT_MEASURED, false);
        }
        if (theirs == null) {
            // What a run of the loop allocates is shared by all the calls in it, so that a byte may be a fraction.
            return new Outcome(this, mine.bytes(), mine.bytes() < bound + 0.5 ? Verdict.MET : Verdict.MISSED, false);
        }
        double ratio = relation == Relation.AT_MOST ? mine.nanos() / peer.nanos() : peer.nanos() / mine.nanos();
        return new Outcome(this, ratio, verdict(ratio), Math.min(mine.forks(), peer.forks()) < 3);
    }

    /** A ratio that is over its bound but under 1.3 says that the two are equal, not that the goal is met. */
    private Verdict verdict(double ratio) {
        if (relation == Relation.AT_LEAST) {
            return ratio >= bound ? Verdict.MET : Verdict.MISSED;
        }
        if (ratio <= bound) {
            return Verdict.MET;
        }
        return bound >= 1 && ratio < TIE ? Verdict.TIE : Verdict.MISSED;
    }
}
