package dev.fermata.processor;

import dev.fermata.transformer.folder.FrameFiles;
import dev.fermata.transformer.folder.NestWeaver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The class files that a compilation has written, by the top-level class that they are in. All names are binary names. */
final class WrittenClasses {
    private record Origin(@Nullable Path source, @Nullable SourceUnit unit) {}

    private final Map<String, Set<String>> members = new LinkedHashMap<>();
    private final Map<String, Origin> origins = new HashMap<>();
    private @Nullable Path root;

    /**
     * Adds a class.
     *
     * @param source its source; null if that is no file
     * @param unit its source; null if that names nothing of Fermata's
     */
    void add(String host, String name, @Nullable Path source, @Nullable SourceUnit unit) {
        members.computeIfAbsent(host, it -> new HashSet<>()).add(name);
        origins.put(name, new Origin(source, unit));
    }

    /** Says where the files are; null if that is not known. */
    void root(@Nullable Path folder) {
        root = folder;
    }

    Path root() {
        if (root == null) {
            throw new IllegalStateException("where " + members.keySet() + " were written is not known");
        }
        return root;
    }

    Set<String> hosts() {
        return members.keySet();
    }

    @Nullable
    Path source(String name) {
        Origin origin = origins.get(name);
        return origin == null ? null : origin.source();
    }

    /** Null also for a class that was not written by this compilation. */
    @Nullable
    SourceUnit unit(String name) {
        Origin origin = origins.get(name);
        return origin == null ? null : origin.unit();
    }

    boolean areThere() {
        return origins.keySet().stream().allMatch(name -> Files.isRegularFile(file(name)));
    }

    /** Whether one of them could have to be woven. */
    boolean concern(NestWeaver weaver) throws IOException {
        for (Set<String> nest : members.values()) {
            if (concerns(nest, weaver)) {
                return true;
            }
        }
        return false;
    }

    /** Where it was not found out where they are, none of them is found. */
    void deleteThoseThatConcern(NestWeaver weaver) throws IOException {
        if (root == null) {
            return;
        }
        for (Set<String> nest : members.values()) {
            if (concerns(nest, weaver)) {
                for (String name : nest) {
                    Files.deleteIfExists(file(name));
                    FrameFiles.deleteThoseOf(file(name));
                }
            }
        }
    }

    /** Where it was not found out where they are, none of them is found. */
    void deleteAll() throws IOException {
        if (root != null) {
            for (String name : origins.keySet()) {
                Files.deleteIfExists(file(name));
            }
        }
    }

    /** Those that no folder finds by their names. What else is there was not written by this compilation. */
    void deleteBesideTheirSources(List<String> hosts) throws IOException {
        for (String host : hosts) {
            Path source = source(host);
            if (source != null) {
                for (String name : members.getOrDefault(host, Set.of())) {
                    Files.deleteIfExists(OutputFolder.beside(source, name));
                }
            }
        }
    }

    private boolean concerns(Set<String> nest, NestWeaver weaver) throws IOException {
        for (String name : nest) {
            Path file = file(name);
            if (Files.isRegularFile(file) && weaver.concerns(Files.readAllBytes(file))) {
                return true;
            }
        }
        return false;
    }

    private Path file(String name) {
        return OutputFolder.file(root(), name);
    }
}
