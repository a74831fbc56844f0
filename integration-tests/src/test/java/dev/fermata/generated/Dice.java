package dev.fermata.generated;

import java.util.List;
import java.util.SplittableRandom;

/** The one source of randomness of a program: the same seed throws the same. */
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(int percent) {
        return below(100) < percent;
    }

    long bits() {
        return random.nextLong();
    }

    @SafeVarargs
    final <T> T pick(T... options) {
        return options[below(options.length)];
    }

    <T> T pick(List<T> options) {
        return options.get(below(options.size()));
    }

    /** An index, each with the probability of its weight. */
    int weighted(int... weights) {
        int sum = 0;
        for (int weight : weights) {
            sum += weight;
        }
        int thrown = below(sum);
        int index = 0;
        while (thrown >= weights[index]) {
            thrown -= weights[index++];
        }
        return index;
    }
}
