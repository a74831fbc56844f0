package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFacts.Fact;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a woven nest between builds: enough to tell whether weaving it again could give anything else.
 *
 * @param host internal name of the top-level class
 * @param weaver digest of the weaver that did it
 * @param members by internal name: all classes of the nest that javac made
 * @param frames by internal name: digests of the classes that were added
 * @param facts by internal name: what the weaver was told about other classes; empty where a class was not found
 * @param reports internal names of the members with async methods: each has a report
 * @param replacing what is being replaced, until all of it is; null in a record that is true to the last file
 */
record NestRecord(
        String host,
        String weaver,
        SortedMap<String, Member> members,
        SortedMap<String, String> frames,
        SortedMap<String, Optional<Fact>> facts,
        SortedSet<String> reports,
        @Nullable Replacing replacing) {

    /**
     * One class of the nest, by digests.
     *
     * @param original as javac wrote it
     * @param woven as it is left in the output folder; the same where nothing in it had to change
     */
    record Member(String original, String woven) {
        boolean changed() {
            return !original.equals(woven);
        }
    }

    /**
     * What an earlier weaving of the nest left, and a run that is killed may leave still.
     *
     * @param woven by internal name: digests of members as they were woven before, from the same original
     * @param frames by internal name: digests of frame classes that are not needed any more
     */
    record Replacing(SortedMap<String, String> woven, SortedMap<String, String> frames) {}

    NestRecord finished() {
        return new NestRecord(host, weaver, members, frames, facts, reports, null);
    }

    NestRecord replacing(Replacing earlier) {
        return new NestRecord(host, weaver, members, frames, facts, reports, earlier);
    }

    /** The member that a class file of this digest is, woven now or before; null if it is none. */
    @Nullable
    Member wovenMember(String name, String digest) {
        Member member = members.get(name);
        if (member == null || member.woven().equals(digest)) {
            return member;
        }
        return replacing != null && digest.equals(replacing.woven.get(name)) ? member : null;
    }

    /** All frame classes that were added to the output folder and not yet taken away. */
    SortedMap<String, String> allFrames() {
        SortedMap<String, String> all = new TreeMap<>();
        all.putAll(frames);
        if (replacing != null) {
            replacing.frames.forEach((name, digest) -> all.putIfAbsent(name, digest));
        }
        return all;
    }
}
