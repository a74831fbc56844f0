package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.folder.NestRecord.Member;
import dev.fermata.transformer.folder.NestRecord.Replacing;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes nests, in an order in which each run may be the last. After any of the steps it holds that a class in the output
 * folder either is what the compiler wrote, or has its digest in a record and its original beside that. So the next run
 * finds the same originals and does the same again. What is deleted is deleted last, when nothing needs it any more.
 */
final class NestWriter {
    private final ClassFolder output;
    private final StateFolder state;
    private final OutputClasses classes;

    NestWriter(ClassFolder output, StateFolder state, OutputClasses classes) {
        this.output = output;
        this.state = state;
        this.classes = classes;
    }

    /**
     * A nest that was woven: its classes as the compiler wrote them and as they shall be.
     *
     * @param reports by internal name of the class
     */
    record Woven(
            List<ClassFile> originals,
            SortedMap<String, byte[]> files,
            List<ClassFile> frames,
            NestRecord record,
            SortedMap<String, ClassReport> reports) {
        static Woven of(String host, String weaver, List<ClassFile> originals, Result.Woven done, RecordedFacts asked) {
            SortedMap<String, byte[]> files = new TreeMap<>();
            originals.forEach(original -> files.put(original.name(), original.bytes()));
            for (ClassFile changed : done.changed()) {
                if (files.put(changed.name(), changed.bytes()) == null) {
                    throw new IllegalStateException(changed.name() + " was not given to the weaver");
                }
            }
            SortedMap<String, Member> members = new TreeMap<>();
            for (ClassFile original : originals) {
                String woven = Digest.of(files.getOrDefault(original.name(), original.bytes()));
                members.put(original.name(), new Member(Digest.of(original.bytes()), woven));
            }
            SortedMap<String, String> frames = new TreeMap<>();
            done.frames().forEach(frame -> frames.put(frame.name(), Digest.of(frame.bytes())));
            SortedMap<String, ClassReport> reports = new TreeMap<>();
            done.reports().forEach(report -> reports.put(report.className().replace('.', '/'), report));
            NestRecord record =
                    new NestRecord(host, weaver, members, frames, asked.told(), new TreeSet<>(reports.keySet()), null);
            return new Woven(originals, files, done.frames(), record, reports);
        }
    }

    /**
     * Writes a woven nest.
     *
     * @param before what is recorded of it; null if nothing is
     * @param needed the frame classes of all nests there will be
     */
    void keep(Woven woven, @Nullable NestRecord before, Set<String> needed) throws IOException {
        for (ClassFile original : woven.originals()) {
            Member member = woven.record().members().get(original.name());
            if (member != null && member.changed()) {
                // Where this replaces an older one, the class in the output folder is what the compiler wrote.
                state.keepOriginal(original);
            }
        }
        Replacing replaced = replaced(woven, before);
        boolean replaces = before != null || !replaced.woven().isEmpty();
        if (replaces) {
            state.writeHost(woven.record().replacing(replaced), woven.reports());
        } else {
            state.write(woven.record(), woven.reports());
        }
        for (ClassFile frame : woven.frames()) {
            output.write(frame.name(), frame.bytes());
        }
        for (Map.Entry<String, byte[]> file : woven.files().entrySet()) {
            output.write(file.getKey(), file.getValue());
        }
        if (before != null) {
            deleteFrames(before, needed);
        }
        if (replaces) {
            state.write(woven.record(), woven.reports());
        }
    }

    /** What a killed run may leave in the output folder besides what the new record names. */
    private Replacing replaced(Woven woven, @Nullable NestRecord before) {
        SortedMap<String, String> earlier = new TreeMap<>();
        for (ClassFile original : woven.originals()) {
            String name = original.name();
            Member member = woven.record().members().get(name);
            if (member == null || Arrays.equals(classes.present(name), original.bytes())) {
                continue; // the compiler has just written it, as in most builds
            }
            String digest = classes.digest(name);
            if (!digest.equals(member.woven())) {
                earlier.put(name, digest);
            }
        }
        SortedMap<String, String> stale = before == null ? new TreeMap<>() : before.allFrames();
        stale.keySet().removeAll(woven.record().frames().keySet());
        return new Replacing(earlier, stale);
    }

    /** Undoes an earlier weaving: the nest has no async methods any more, or is excluded. */
    void restore(List<ClassFile> originals) throws IOException {
        for (ClassFile original : originals) {
            if (!Arrays.equals(original.bytes(), classes.present(original.name()))) {
                output.write(original.name(), original.bytes());
            }
        }
    }

    /** Deletes what an earlier run added, unless something else has taken its place. */
    void deleteFrames(NestRecord before, Set<String> needed) throws IOException {
        for (Map.Entry<String, String> frame : before.allFrames().entrySet()) {
            String name = frame.getKey();
            boolean ours =
                    classes.isPresent(name, frame.getValue()) || (classes.isPresent(name) && classes.isFrame(name));
            if (ours && !needed.contains(name)) {
                output.delete(name);
            }
        }
    }
}
