package dev.fermata.testing;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The order and the cancel of one run.
 *
 * @param seed the seed of the order of what is ready; null for the loop's own order
 * @param cancel the number, from 1, of the await at which there is a cancel; 0 for none
 */
record Schedule(@Nullable Long seed, int cancel) {
    static final String SEED = "fermata.seed";
    static final String CANCEL = "fermata.cancel";

    /** The loop's own order, and no cancel. */
    static final Schedule OWN = new Schedule(null, 0);

    /** Returns the schedule that system properties ask for; null if they ask for none. */
    static @Nullable Schedule askedFor(Function<String, @Nullable String> properties) {
        String seed = properties.apply(SEED);
        String cancel = properties.apply(CANCEL);
        if (seed == null && cancel == null) {
            return null;
        }
        return new Schedule(
                seed == null ? null : number(SEED, seed, Long.MIN_VALUE),
                cancel == null ? 0 : Math.toIntExact(number(CANCEL, cancel, 1)));
    }

    static long number(String property, String text, long least) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + property + "=" + text + " is not a number", e);
        }
        throw new IllegalArgumentException("-D" + property + "=" + text + " is less than " + least);
    }

    boolean isOwn() {
        return equals(OWN);
    }

    /** Returns text for people, such as "seed 17". */
    String describe() {
        String order = seed == null ? "the loop's own order" : "seed " + seed;
        return cancel == 0 ? order : (seed == null ? "" : order + ", ") + "cancel at await " + cancel;
    }

    /** Returns the options of the tests' JVM that repeat this schedule. */
    String properties() {
        String order = seed == null ? "" : "-D" + SEED + "=" + seed;
        return cancel == 0 ? order : order + (order.isEmpty() ? "" : " ") + "-D" + CANCEL + "=" + cancel;
    }
}
