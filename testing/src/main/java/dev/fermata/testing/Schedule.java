package dev.fermata.testing;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is special about one run.
 *
 * @param seed of the order of what is ready; null for the loop's own order
 * @param cancel the number, from 1, of the await at which there is a cancel; 0 for none
 */
record Schedule(@Nullable Long seed, int cancel) {
    static final String SEED = "fermata.seed";
    static final String CANCEL = "fermata.cancel";

    /** The loop's own order, and no cancel. */
    static final Schedule OWN = new Schedule(null, 0);

    /** The one that is asked for by name; null if none is. */
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

    /** For people, as in "seed 17". */
    String describe() {
        String order = seed == null ? "the loop's own order" : "seed " + seed;
        return cancel == 0 ? order : (seed == null ? "" : order + ", ") + "cancel at await " + cancel;
    }

    /** The message of a failure that came with this one. */
    String explain(Throwable failure, String howToRepeat) {
        String what = failure instanceof AssertionError && failure.getMessage() != null
                ? failure.getMessage()
                : failure.toString();
        return "With " + describe() + ": " + what + "\n" + howToRepeat;
    }

    /** What to give the JVM of the tests to get this one. */
    String properties() {
        String order = seed == null ? "" : "-D" + SEED + "=" + seed;
        return cancel == 0 ? order : order + (order.isEmpty() ? "" : " ") + "-D" + CANCEL + "=" + cancel;
    }
}
