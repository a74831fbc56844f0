package dev.fermata.generated;

import java.util.List;

/**
 * How a program is compiled.
 *
 * @param release of the language and the class files
 * @param debug whether with {@code -g} or with {@code -g:none}
 */
record Setting(int release, boolean debug) {
    private static final int NEWEST = Runtime.version().feature();

    /** That of a seed, among what this JDK has. */
    static Setting of(long seed) {
        Dice dice = new Dice(~seed);
        List<Integer> releases =
                List.of(11, 17, 17, 21, 25).stream().filter(it -> it <= NEWEST).toList();
        return new Setting(dice.pick(releases), dice.chance(85));
    }

    @Override
    public String toString() {
        return "--release " + release + (debug ? " -g" : " -g:none") + ", JDK " + NEWEST;
    }
}
