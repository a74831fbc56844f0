package dev.fermata.transformer.folder;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.WeaveSummary.Bug;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Weaves one tree of classes in place. First it decides what to do with each nest, and writes nothing; then it writes. A
 * nest is woven from its originals; the outcome therefore does not depend on what earlier runs did, nor on where one of them
 * was interrupted.
 */
final class TreeRun {
    private final ClassFolder output;
    private final StateFolder state;
    private final List<ClassFolder> below;
    private final ClassNameFilter filter;
    private final ClassFacts facts;
    private final NestWeaver weaver;

    private final OutputClasses classes;
    private final NestWriter writer;

    /** What is decided, by host. */
    private final SortedMap<String, NestWriter.Woven> woven = new TreeMap<>();

    private final List<List<ClassFile>> restored = new ArrayList<>();
    private final List<NestRecord> forgotten = new ArrayList<>();
    /** What will be recorded when all is done. */
    private final SortedMap<String, NestRecord> records = new TreeMap<>();

    private int upToDate;
    private final Set<Violation> violations = new LinkedHashSet<>();
    private final List<Violation> strays = new ArrayList<>();
    private final List<Violation> misplaced = new ArrayList<>();
    private final List<Bug> bugs = new ArrayList<>();

    /**
     * A run over a tree.
     *
     * @param below where a JDK looks that does not find a class in the tree
     * @param facts about all classes on the class path, the tree's and those below among them
     */
    TreeRun(
            ClassFolder output,
            StateFolder state,
            List<ClassFolder> below,
            ClassNameFilter filter,
            ClassFacts facts,
            NestWeaver weaver)
            throws IOException {
        this.output = output;
        this.state = state;
        this.below = below;
        this.filter = filter;
        this.facts = facts;
        this.weaver = weaver;
        classes = new OutputClasses(output, state, weaver);
        writer = new NestWriter(output, state, classes);
        records.putAll(classes.records());
    }

    int upToDate() {
        return upToDate;
    }

    List<NestWriter.Woven> woven() {
        return List.copyOf(woven.values());
    }

    Set<Violation> violations() {
        return violations;
    }

    List<Violation> strays() {
        return strays;
    }

    List<Violation> misplaced() {
        return misplaced;
    }

    List<Bug> bugs() {
        return bugs;
    }

    void decide() throws IOException {
        classes.misplaced().stream().filter(this::isChosen).forEach(misplaced::add);
        classes.misnamed().stream().filter(this::isChosen).forEach(violations::add);
        for (String host : classes.hosts()) {
            if (classes.isHost(host)) {
                decide(host, classes.records().get(host));
            } else {
                forget(classes.records().get(host));
            }
        }
    }

    private boolean isChosen(Violation found) {
        return filter.matches(found.className().replace('.', '/'));
    }

    private void decide(String host, @Nullable NestRecord record) throws IOException {
        SortedSet<String> nest = classes.nest(host);
        boolean chosen = filter.matches(host);
        List<Violation> unknown = new ArrayList<>();
        List<ClassFile> originals = new ArrayList<>();
        for (String name : nest) {
            Optional<byte[]> original = classes.original(name);
            original.ifPresentOrElse(
                    bytes -> originals.add(new ClassFile(name, bytes)), () -> unknown.add(classes.stray(name)));
        }
        if (!unknown.isEmpty()) {
            // One that is excluded and that no build of this folder wove is as somebody wants it.
            if (chosen || record != null) {
                strays.addAll(unknown);
            }
        } else if (!chosen) {
            restore(originals, record);
        } else if (record != null && isUpToDate(record, originals)) {
            upToDate += record.reports().size();
        } else {
            weave(host, originals, record);
        }
    }

    private boolean isUpToDate(NestRecord record, List<ClassFile> originals) {
        return record.replacing() == null
                && record.weaver().equals(weaver.id())
                && record.members().size() == originals.size()
                && originals.stream().map(ClassFile::name).allMatch(name -> isAsRecorded(record, name))
                && record.frames().entrySet().stream()
                        .allMatch(frame -> classes.isPresent(frame.getKey(), frame.getValue()))
                && record.facts().entrySet().stream()
                        .allMatch(fact ->
                                Optional.ofNullable(facts.find(fact.getKey())).equals(fact.getValue()));
    }

    private boolean isAsRecorded(NestRecord record, String name) {
        NestRecord.Member member = record.members().get(name);
        return member != null && member.woven().equals(classes.digest(name));
    }

    private void weave(String host, List<ClassFile> originals, @Nullable NestRecord record) throws IOException {
        RecordedFacts asked = new RecordedFacts(facts);
        try {
            Result result = weaver.weave(originals, asked);
            if (result instanceof Result.Woven done) {
                keep(NestWriter.Woven.of(host, weaver.id(), originals, done, asked), record);
            } else if (result instanceof Result.Rejected rejected) {
                Violation leftOver = classes.leftOver(host);
                violations.addAll(leftOver == null ? rejected.violations() : List.of(leftOver));
                restore(originals, record);
            } else {
                restore(originals, record);
            }
        } catch (UncheckedIOException e) {
            throw e; // the class path could not be read, which is no failure of the weaver
        } catch (RuntimeException | LinkageError | AssertionError | VirtualMachineError e) {
            fail(host, originals, e);
        }
    }

    /** The weaver failed. If a class file is not what it should be, that is why. */
    private void fail(String host, List<ClassFile> originals, Throwable cause) throws IOException {
        List<Violation> broken = new ArrayList<>();
        for (ClassFile original : originals) {
            if (ClassHeader.read(original.bytes()) == null) {
                String className = original.name().replace('/', '.');
                String problem = ClassHeader.problem(original.bytes());
                broken.add(new Violation(Rule.CLASS_CORRUPT, className, null, null, 0, problem));
            }
        }
        if (broken.isEmpty()) {
            bugs.add(new Bug(host.replace('/', '.'), output.file(host), originals.size(), cause));
        }
        violations.addAll(broken);
    }

    private void keep(NestWriter.Woven nest, @Nullable NestRecord before) throws IOException {
        List<Violation> refused = new ArrayList<>();
        for (ClassFile frame : nest.frames()) {
            String name = frame.name().replace('/', '.');
            if (!output.hasPlaceFor(frame.name())) {
                refused.add(refusal(Rule.FRAME_NAME_UNUSABLE, nest, "no file can be named " + name + " here"));
            } else if (classes.isPresent(frame.name()) && !classes.isFrame(frame.name())) {
                refused.add(refusal(Rule.FRAME_NAME_UNUSABLE, nest, "the class " + name + " is there already"));
            }
        }
        for (String member : classes.missingMembers(nest.record().host())) {
            for (ClassFolder folder : below) {
                if (folder.read(member).isPresent()) {
                    refused.add(refusal(
                            Rule.NEST_SCATTERED,
                            nest,
                            member.replace('/', '.') + " is in " + folder.root() + " and not beside its host"));
                }
            }
        }
        if (refused.isEmpty()) {
            woven.put(nest.record().host(), nest);
            records.put(nest.record().host(), nest.record());
        } else {
            violations.addAll(refused);
            restore(nest.originals(), before);
        }
    }

    private static Violation refusal(Rule rule, NestWriter.Woven nest, String detail) {
        String className = nest.record().host().replace('/', '.');
        return new Violation(rule, className, null, null, 0, detail);
    }

    private void restore(List<ClassFile> originals, @Nullable NestRecord record) {
        restored.add(originals);
        forget(record);
    }

    private void forget(@Nullable NestRecord record) {
        if (record != null) {
            forgotten.add(record);
            records.remove(record.host());
        }
    }

    /**
     * Does what was decided. Records that are to go are the last to change: until then a class that has come to another nest
     * is found in both, and none in neither.
     */
    void change() throws IOException {
        output.deleteHalves();
        Set<String> neededFrames = new HashSet<>();
        records.values().forEach(record -> neededFrames.addAll(record.frames().keySet()));
        for (NestWriter.Woven nest : woven.values()) {
            writer.keep(nest, classes.records().get(nest.record().host()), neededFrames);
        }
        for (List<ClassFile> originals : restored) {
            writer.restore(originals);
        }
        for (NestRecord record : forgotten) {
            writer.deleteFrames(record, neededFrames);
        }
        state.sweep(records.values());
    }
}
