package dev.fermata.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Files in a folder by the internal names of classes. Writes nothing that is there already, and each file at once or not at all. */
final class ClassFolder {
    private final Path root;
    private final Path scratch;
    private final String suffix;

    /**
     * A folder that may not exist yet.
     *
     * @param scratch folder for half-written files, on the same file system
     * @param suffix of the files, with its dot
     */
    ClassFolder(Path root, Path scratch, String suffix) {
        this.root = root;
        this.scratch = scratch;
        this.suffix = suffix;
    }

    /** The files in the order of their names, so that nothing depends on the file system's order. */
    SortedMap<String, byte[]> readAll() throws IOException {
        SortedMap<String, byte[]> all = new TreeMap<>();
        if (!Files.isDirectory(root)) {
            return all;
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(root)) {
            files = walk.filter(file -> file.toString().endsWith(suffix) && Files.isRegularFile(file))
                    .toList();
        }
        for (Path file : files) {
            String path = root.relativize(file)
                    .toString()
                    .replace(file.getFileSystem().getSeparator(), "/");
            // Variants for newer JDKs would be a second class of the same name.
            if (!path.startsWith("META-INF/")) {
                all.put(path.substring(0, path.length() - suffix.length()), Files.readAllBytes(file));
            }
        }
        return all;
    }

    /** A file's content, empty if there is no such file. (QDox, which reads the goals' comments, knows no nullable arrays.) */
    Optional<byte[]> read(String name) throws IOException {
        Path file = file(name);
        return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    }

    void write(String name, byte[] bytes) throws IOException {
        Optional<byte[]> there = read(name);
        if (there.isPresent() && Arrays.equals(there.get(), bytes)) {
            return;
        }
        Path file = file(name);
        Files.createDirectories(file.getParent());
        Files.createDirectories(scratch);
        // Not a temporary file of the JDK's: those are readable for their owner alone, and would stay so.
        Path half = scratch.resolve(name.replace('/', '.') + suffix);
        try {
            Files.write(half, bytes);
            Files.move(half, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
    }

    /** Deletes a file and the folders that are empty without it. */
    void delete(String name) throws IOException {
        Path file = file(name);
        Files.deleteIfExists(file);
        Path folder = file.getParent();
        while (folder != null && !folder.equals(root) && isEmpty(folder)) {
            Files.delete(folder);
            folder = folder.getParent();
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.findAny().isEmpty();
        }
    }

    private Path file(String name) {
        return root.resolve(name + suffix);
    }
}
