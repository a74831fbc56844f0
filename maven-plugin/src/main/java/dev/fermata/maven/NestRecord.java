package dev.fermata.maven;

import dev.fermata.transformer.ClassFacts.Fact;
import dev.fermata.transformer.ClassReport;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What is remembered of a woven nest between builds: enough to tell whether weaving it again could give anything else.
 *
 * @param host internal name of the top-level class
 * @param weaver digest of the weaver that did it
 * @param members by internal name: all classes of the nest that javac made
 * @param frames by internal name: digests of the classes that were added
 * @param facts by internal name: what the weaver was told about other classes; empty where a class was not found
 * @param reports by internal name: of the members with async methods
 */
record NestRecord(
        String host,
        String weaver,
        SortedMap<String, Member> members,
        SortedMap<String, String> frames,
        SortedMap<String, Optional<Fact>> facts,
        SortedMap<String, ClassReport> reports) {

    /**
     * One class of the nest, by digests.
     *
     * @param original as javac wrote it
     * @param woven as it was left in the output folder; the same where nothing in it had to change
     */
    record Member(String original, String woven) {
        boolean changed() {
            return !original.equals(woven);
        }
    }
}
