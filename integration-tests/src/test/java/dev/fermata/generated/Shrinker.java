package dev.fermata.generated;

import java.time.Duration;

/** Makes a program that shows a bug small, by leaving out whatever the bug does not need. */
final class Shrinker {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final Node program;
    private final Setting setting;
    private final long seed;
    private final Trial.Verdict bug;
    private final long end = System.nanoTime() + LIMIT.toNanos();

    private Shrinker(Node program, Setting setting, long seed, Trial.Verdict bug) {
        this.program = program;
        this.setting = setting;
        this.seed = seed;
        this.bug = bug;
    }

    /** Shrinks in place. */
    static void shrink(Node program, Setting setting, long seed, Trial.Verdict bug) {
        Shrinker shrinker = new Shrinker(program, setting, seed, bug);
        while (shrinker.cutOnce() && System.nanoTime() < shrinker.end) {
            // again, until nothing can go
        }
    }

    private boolean cutOnce() {
        boolean cut = false;
        for (Node node : program.visible()) {
            for (Object alternative : node.alternatives()) {
                if (System.nanoTime() > end || node.shown() != node) {
                    break;
                }
                node.show(alternative);
                if (Trial.of(program, setting, seed).verdict() == bug) {
                    cut = true;
                } else {
                    node.show(node);
                }
            }
        }
        return cut;
    }
}
