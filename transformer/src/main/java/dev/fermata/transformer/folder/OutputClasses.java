package dev.fermata.transformer.folder;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.NestRecord.Member;
import java.io.IOException;
import java.util.ArrayList;
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
 * The classes of an output folder as a run found them, and what earlier runs recorded of them. Each is in one of three
 * conditions:
 *
 * <ul>
 *   <li><em>woven</em>: a record has its digest, so its original is in {@link StateFolder};
 *   <li><em>compiled</em>: it carries no mark of weaving, so it is itself the original;
 *   <li><em>stray</em>: it carries the mark, and no record has its digest, or the original is lost. What the compiler wrote
 *       is not known. It is never woven, and nothing that it may need is deleted.
 * </ul>
 */
final class OutputClasses {
    private static final String FRAME = "dev/fermata/abi/Frame";

    private final ClassFolder folder;
    private final StateFolder state;
    private final NestWeaver weaver;

    /** By name of the class, which is the name of its file too. */
    private final SortedMap<String, byte[]> present = new TreeMap<>();
    /** Those of them that could have to do with async methods. */
    private final List<String> concerned = new ArrayList<>();
    /** What earlier runs did, by host. */
    private final SortedMap<String, NestRecord> records;

    private final SortedMap<String, String> recordedFrames = new TreeMap<>();
    private final Map<String, String> digests = new HashMap<>();
    private final Map<String, Optional<ClassHeader>> headers = new HashMap<>();
    private final Map<String, Optional<byte[]>> originals = new HashMap<>();
    private final List<Violation> misplaced = new ArrayList<>();
    private final List<Violation> misnamed = new ArrayList<>();

    OutputClasses(ClassFolder folder, StateFolder state, NestWeaver weaver) throws IOException {
        this.folder = folder;
        this.state = state;
        this.weaver = weaver;
        records = state.records();
        records.values().forEach(record -> recordedFrames.putAll(record.allFrames()));
        for (Map.Entry<String, byte[]> file : folder.readAll().entrySet()) {
            take(file.getKey(), file.getValue());
        }
    }

    /** Takes a file for the class of its name, unless it holds another one. Files that concern nobody are looked into later. */
    private void take(String path, byte[] bytes) throws IOException {
        boolean concerns = weaver.concerns(bytes);
        ClassHeader header = concerns ? ClassHeader.read(bytes) : null;
        if (header == null || header.name().equals(path)) {
            take(path, bytes, concerns);
        } else if (folder.areSame(path, header.name())) {
            take(header.name(), bytes, concerns);
        } else if (!ClassHeader.isClassName(header.name())) {
            misnamed.add(
                    found(Rule.CLASS_CORRUPT, path, "no class can have the name that it contains, " + header.name()));
        } else if (!folder.hasPlaceFor(header.name())) {
            misnamed.add(found(
                    Rule.CLASS_MISPLACED,
                    path,
                    "the class in this file is " + header.name()
                            + ", and no file can have that name in this locale or file system"));
        } else {
            misplaced.add(found(Rule.CLASS_MISPLACED, path, "the class in this file is " + header.name()));
        }
    }

    private void take(String name, byte[] bytes, boolean concerns) {
        present.put(name, bytes);
        if (concerns) {
            concerned.add(name);
        }
    }

    private static Violation found(Rule rule, String name, String detail) {
        return new Violation(rule, name.replace('/', '.'), null, null, 0, detail);
    }

    /** Files that hold a class of another name: data to the program. */
    List<Violation> misplaced() {
        return misplaced;
    }

    /** Files that hold a class of a name that it could have nowhere, or not here. Whether it is data nobody knows. */
    List<Violation> misnamed() {
        return misnamed;
    }

    SortedMap<String, NestRecord> records() {
        return records;
    }

    /** The nests to look at: those that could have async methods, and those that had some. */
    SortedSet<String> hosts() throws IOException {
        SortedSet<String> hosts = new TreeSet<>(records.keySet());
        for (String name : concerned) {
            if (!isFrame(name)) {
                hosts.add(hostOf(name));
            }
        }
        return hosts;
    }

    /** Whether a class is there of which others may be nest members; one that is a member of another's nest is none. */
    boolean isHost(String name) throws IOException {
        return present.containsKey(name) && hostOf(name).equals(name);
    }

    /** A class that names a host which does not name it back is left over from an earlier compilation; to the JVM it is its own host. */
    private String hostOf(String name) throws IOException {
        ClassHeader header = header(name);
        String host = header == null ? null : header.nestHost();
        if (host == null || !present.containsKey(host)) {
            return name;
        }
        ClassHeader hostHeader = header(host);
        return hostHeader != null && hostHeader.nestMembers().contains(name) ? host : name;
    }

    /** Says of a class that its host, which is there, does not list it; null if that is not so. */
    @Nullable
    Violation leftOver(String name) throws IOException {
        ClassHeader header = header(name);
        String host = header == null ? null : header.nestHost();
        if (host == null || !present.containsKey(host) || hostOf(name).equals(host)) {
            return null;
        }
        return found(
                Rule.CLASS_LEFT_OVER,
                name,
                "it says that " + host.replace('/', '.')
                        + " is the class it is nested in, and that one does not list it");
    }

    /** The classes of a nest that are there, the frame classes not among them, in the order of their names. */
    SortedSet<String> nest(String host) throws IOException {
        SortedSet<String> names = new TreeSet<>();
        names.add(host);
        // The original's members: a woven host lists the frame classes too.
        ClassHeader header = header(host);
        for (String member : header == null ? List.<String>of() : header.nestMembers()) {
            ClassHeader memberHeader = present.containsKey(member) ? header(member) : null;
            boolean other = memberHeader != null && !memberHeader.name().equals(member);
            if (present.containsKey(member) && !other && !(isStray(host) && isFrame(member))) {
                names.add(member);
            }
        }
        return names;
    }

    /** The classes that a nest's host lists and that are not there. */
    List<String> missingMembers(String host) throws IOException {
        ClassHeader header = header(host);
        return header == null
                ? List.of()
                : header.nestMembers().stream()
                        .filter(member -> !present.containsKey(member))
                        .toList();
    }

    /** Of a class as the compiler wrote it or, where that is not known, as it is. */
    private @Nullable ClassHeader header(String name) throws IOException {
        Optional<ClassHeader> header = headers.get(name);
        if (header == null) {
            byte[] bytes = original(name).orElse(present(name));
            header = Optional.ofNullable(ClassHeader.read(bytes));
            headers.put(name, header);
        }
        return header.orElse(null);
    }

    boolean isStray(String name) throws IOException {
        return original(name).isEmpty();
    }

    /** Says of a stray what is known. */
    Violation stray(String name) {
        Member member = wovenMember(name);
        String detail = member == null
                ? "it is woven, but no build has kept what the compiler wrote in " + state.originals()
                : "its original, " + state.originals().resolve(name + ".class") + ", is missing or was changed";
        return found(Rule.WOVEN_ELSEWHERE, name, detail);
    }

    /** What the compiler wrote; empty for a stray. */
    Optional<byte[]> original(String name) throws IOException {
        Optional<byte[]> original = originals.get(name);
        if (original == null) {
            original = findOriginal(name);
            originals.put(name, original);
        }
        return original;
    }

    private Optional<byte[]> findOriginal(String name) throws IOException {
        byte[] found = present(name);
        Member member = wovenMember(name);
        if (member == null || !member.changed()) {
            return weaver.isWoven(found) ? Optional.empty() : Optional.of(found);
        }
        return state.original(name).filter(it -> Digest.of(it).equals(member.original()));
    }

    /** What a record says of a class that is as some run left it. Two records have a class that has changed its nest meanwhile. */
    private @Nullable Member wovenMember(String name) {
        for (NestRecord record : records.values()) {
            Member member = record.members().containsKey(name) ? record.wovenMember(name, digest(name)) : null;
            if (member != null) {
                return member;
            }
        }
        return null;
    }

    /** Whether a class is a frame class. One that was damaged is none any more, but nothing else either: it is made again. */
    boolean isFrame(String name) {
        ClassHeader header = ClassHeader.read(present(name));
        return header == null ? recordedFrames.containsKey(name) : FRAME.equals(header.superName());
    }

    boolean isPresent(String name) {
        return present.containsKey(name);
    }

    boolean isPresent(String name, String digest) {
        return present.containsKey(name) && digest(name).equals(digest);
    }

    String digest(String name) {
        return digests.computeIfAbsent(name, key -> Digest.of(present(key)));
    }

    byte[] present(String name) {
        byte[] bytes = present.get(name);
        if (bytes == null) {
            throw new IllegalArgumentException(name);
        }
        return bytes;
    }
}
