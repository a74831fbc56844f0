package dev.fermata.maven;

import dev.fermata.maven.NestRecord.Member;
import dev.fermata.maven.WeaveSummary.Bug;
import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.Result;
import dev.fermata.transformer.Violation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Weaves an output folder in place, once.
 *
 * <p>Each class in the folder is in one of two conditions, told apart by its digest: <em>woven</em>, exactly as an earlier
 * run left it, so that its original is in {@link StateFolder}; or <em>compiled</em>, as javac wrote it, so that the file
 * itself is the original. A nest is woven from its originals; the outcome therefore does not depend on what earlier runs
 * did, nor on where one of them was interrupted.
 */
final class WeaveRun {
    private final ClassFolder output;
    private final StateFolder state;
    private final ClassNameFilter filter;
    private final ClassFacts facts;
    private final NestWeaver weaver;

    /** The classes of the output folder as this run found them. */
    private final SortedMap<String, byte[]> present;
    /** What earlier runs did, by host. */
    private final SortedMap<String, NestRecord> records;
    /** The same by member: how its class was left. */
    private final Map<String, Member> woven = new HashMap<>();

    private final Map<String, String> digests = new HashMap<>();
    /** Asked for before anything is deleted: a nested class may outlive its host, whose record holds its original. */
    private final Map<String, byte[]> knownOriginals = new HashMap<>();

    /** What this run will do to the folders, decided before any of it is done. */
    private final List<Change> changes = new ArrayList<>();

    private int methods;
    private int classes;
    private int held;
    private int upToDate;
    private final List<String> warnings = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private final List<Bug> bugs = new ArrayList<>();

    /** Writes of one nest. */
    private interface Change {
        void make() throws IOException;
    }

    private WeaveRun(ClassFolder output, StateFolder state, ClassNameFilter filter, ClassFacts facts, NestWeaver weaver)
            throws IOException {
        this.output = output;
        this.state = state;
        this.filter = filter;
        this.facts = facts;
        this.weaver = weaver;
        present = output.readAll();
        records = state.records();
        records.values().forEach(record -> woven.putAll(record.members()));
    }

    /**
     * Weaves what has to be woven.
     *
     * @param facts about all classes on the class path, the output folder's among them
     * @param whole as javac has it: nothing is written if any class is refused. Otherwise the others are woven
     */
    static WeaveSummary run(
            ClassFolder output,
            StateFolder state,
            ClassNameFilter filter,
            ClassFacts facts,
            NestWeaver weaver,
            boolean whole)
            throws IOException {
        WeaveRun run = new WeaveRun(output, state, filter, facts, weaver);
        run.decide();
        boolean refused = !run.violations.isEmpty() || !run.bugs.isEmpty();
        return whole && refused ? run.holdBack() : run.change();
    }

    private WeaveSummary holdBack() {
        held = classes;
        methods = 0;
        classes = 0;
        return summary();
    }

    private WeaveSummary change() throws IOException {
        for (Change change : changes) {
            change.make();
        }
        return summary();
    }

    private WeaveSummary summary() {
        return new WeaveSummary(
                methods, classes, held, upToDate, List.copyOf(warnings), List.copyOf(violations), List.copyOf(bugs));
    }

    private void decide() throws IOException {
        for (String host : hosts()) {
            NestRecord record = records.get(host);
            List<ClassFile> originals = originals(host);
            if (originals.isEmpty()) {
                changes.add(() -> forget(record));
            } else if (!filter.matches(host)) {
                changes.add(() -> restore(originals, record));
            } else if (record != null && isUpToDate(record, originals)) {
                upToDate += record.reports().size();
            } else {
                weave(host, originals, record);
            }
        }
    }

    /** The nests to look at: those that could have async methods, and those that had some. */
    private SortedSet<String> hosts() throws IOException {
        SortedSet<String> hosts = new TreeSet<>(records.keySet());
        Map<String, String> frames = new HashMap<>();
        records.values().forEach(record -> frames.putAll(record.frames()));
        for (Map.Entry<String, byte[]> entry : present.entrySet()) {
            String name = entry.getKey();
            // One that was damaged is no frame any more, but nothing else either: it is made again.
            boolean frame = frames.containsKey(name)
                    && (frames.get(name).equals(digest(name)) || ClassHeader.read(entry.getValue()) == null);
            if (!frame && weaver.concerns(entry.getValue())) {
                hosts.add(hostOf(name));
            }
        }
        return hosts;
    }

    /** A class that names a host which does not name it back is left over from an earlier compilation; to the JVM it is its own host. */
    private String hostOf(String name) throws IOException {
        ClassHeader header = ClassHeader.read(original(name));
        String host = header == null ? null : header.nestHost();
        if (host == null || !present.containsKey(host)) {
            return name;
        }
        ClassHeader hostHeader = ClassHeader.read(original(host));
        return hostHeader != null && hostHeader.nestMembers().contains(name) ? host : name;
    }

    /** The nest's classes as javac wrote them, in the order of their names; none if there is no such host any more. */
    private List<ClassFile> originals(String host) throws IOException {
        List<ClassFile> nest = new ArrayList<>();
        if (!present.containsKey(host)) {
            return nest;
        }
        byte[] hostFile = original(host);
        SortedSet<String> names = new TreeSet<>();
        names.add(host);
        // Not the woven host's members: the frame classes are among those.
        ClassHeader header = ClassHeader.read(hostFile);
        if (header != null) {
            names.addAll(header.nestMembers());
        }
        names.retainAll(present.keySet());
        for (String name : names) {
            nest.add(new ClassFile(name, original(name)));
        }
        return nest;
    }

    private byte[] original(String name) throws IOException {
        byte[] original = knownOriginals.get(name);
        if (original == null) {
            original = readOriginal(name);
            knownOriginals.put(name, original);
        }
        return original;
    }

    private byte[] readOriginal(String name) throws IOException {
        byte[] found = present(name);
        if (!isWoven(name)) {
            return found;
        }
        Member member = member(name);
        if (!member.changed()) {
            return found;
        }
        Optional<byte[]> original = state.original(name);
        if (original.isEmpty() || !Digest.of(original.get()).equals(member.original())) {
            throw new IOException("the original of " + name.replace('/', '.') + " is missing or was changed in "
                    + state.originals() + "; delete the output folder and compile again");
        }
        return original.get();
    }

    private boolean isWoven(String name) {
        return woven.containsKey(name) && member(name).woven().equals(digest(name));
    }

    private boolean isUpToDate(NestRecord record, List<ClassFile> originals) {
        return record.weaver().equals(weaver.id())
                && record.members().size() == originals.size()
                && originals.stream()
                        .map(ClassFile::name)
                        .allMatch(name -> record.members().containsKey(name) && isWoven(name))
                && record.frames().entrySet().stream().allMatch(frame -> isPresent(frame.getKey(), frame.getValue()))
                && record.facts().entrySet().stream()
                        .allMatch(fact ->
                                Optional.ofNullable(facts.find(fact.getKey())).equals(fact.getValue()));
    }

    private void weave(String host, List<ClassFile> originals, @Nullable NestRecord record) throws IOException {
        RecordedFacts asked = new RecordedFacts(facts);
        Result result;
        try {
            result = weaver.weave(originals, asked);
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            bugs.add(new Bug(host.replace('/', '.'), e));
            return;
        }
        if (result instanceof Result.Woven done) {
            count(done);
            changes.add(() -> keep(host, originals, record, done, asked));
        } else if (result instanceof Result.Rejected rejected) {
            violations.addAll(rejected.violations());
            if (originals.stream().noneMatch(original -> isWoven(original.name()))) {
                changes.add(() -> forget(record));
            }
        } else {
            changes.add(() -> restore(originals, record));
        }
    }

    private void count(Result.Woven done) {
        classes += done.reports().size();
        methods += done.reports().stream()
                .mapToInt(report -> report.methods().size())
                .sum();
        for (ClassReport report : done.reports()) {
            report.methods().stream()
                    .filter(MethodReport::isNeverCompiled)
                    .forEach(it -> warnings.add(tooLargeToCompile(report, it)));
        }
    }

    private static String tooLargeToCompile(ClassReport report, MethodReport method) {
        String source = report.sourceFile() == null ? report.className() : report.sourceFile();
        return source + (method.line() > 0 ? ":" + method.line() : "") + ": " + report.className() + "." + method.name()
                + ": rewritten it has " + Math.max(method.bytesDirect(), method.bytesResume())
                + " bytes of bytecode. HotSpot compiles no method of more than 8000, so it will always be interpreted, many"
                + " times slower. Split the method; each part may be @Async itself.";
    }

    /**
     * Writes a woven nest. The classes of the nest come last: until then they are compiled, not woven, and whatever is
     * interrupted here the next run does it over again.
     */
    private void keep(
            String host, List<ClassFile> originals, @Nullable NestRecord before, Result.Woven done, RecordedFacts asked)
            throws IOException {
        SortedMap<String, byte[]> files = new TreeMap<>();
        originals.forEach(original -> files.put(original.name(), original.bytes()));
        done.changed().forEach(changed -> files.put(changed.name(), changed.bytes()));

        SortedMap<String, Member> members = new TreeMap<>();
        for (ClassFile original : originals) {
            String woven = Digest.of(bytes(files, original.name()));
            members.put(original.name(), new Member(Digest.of(original.bytes()), woven));
        }
        SortedMap<String, String> frames = new TreeMap<>();
        done.frames().forEach(frame -> frames.put(frame.name(), Digest.of(frame.bytes())));
        SortedMap<String, ClassReport> reports = new TreeMap<>();
        done.reports().forEach(report -> reports.put(report.className().replace('.', '/'), report));
        NestRecord record = new NestRecord(host, weaver.id(), members, frames, asked.told(), reports);

        for (ClassFile original : originals) {
            Member member = members.get(original.name());
            if (member != null && member.changed()) {
                state.keepOriginal(original);
            }
        }
        deleteFrames(before, record);
        state.write(record, before);
        for (ClassFile frame : done.frames()) {
            output.write(frame.name(), frame.bytes());
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            output.write(file.getKey(), file.getValue());
        }
    }

    /** Undoes an earlier weaving: the nest has no async methods any more, or is excluded. */
    private void restore(List<ClassFile> originals, @Nullable NestRecord record) throws IOException {
        for (ClassFile original : originals) {
            if (!Arrays.equals(original.bytes(), present(original.name()))) {
                output.write(original.name(), original.bytes());
            }
        }
        forget(record);
    }

    private void forget(@Nullable NestRecord record) throws IOException {
        if (record != null) {
            deleteFrames(record, null);
            state.delete(record);
        }
    }

    /** Deletes what an earlier run added, unless something else has taken its place. */
    private void deleteFrames(@Nullable NestRecord before, @Nullable NestRecord now) throws IOException {
        if (before == null) {
            return;
        }
        for (Map.Entry<String, String> frame : before.frames().entrySet()) {
            boolean still = now != null && now.frames().containsKey(frame.getKey());
            if (!still && isPresent(frame.getKey(), frame.getValue())) {
                output.delete(frame.getKey());
            }
        }
    }

    private boolean isPresent(String name, String digest) {
        return present.containsKey(name) && digest(name).equals(digest);
    }

    private String digest(String name) {
        return digests.computeIfAbsent(name, key -> Digest.of(present(key)));
    }

    private byte[] present(String name) {
        return bytes(present, name);
    }

    private static byte[] bytes(Map<String, byte[]> files, String name) {
        byte[] bytes = files.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException(name);
        }
        return bytes;
    }

    private Member member(String name) {
        Member member = woven.get(name);
        if (member == null) {
            throw new IllegalArgumentException(name);
        }
        return member;
    }
}
