package dev.fermata.transformer.folder;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Files in a folder by the internal names of classes. Writes nothing that is there already, and each file at once or not at all. */
final class ClassFolder {
    /** What a multi-release jar has for newer JDKs is a folder of its own, of classes of the same names. */
    private static final Pattern VERSIONED = Pattern.compile("META-INF/versions/[1-9]\\d{0,4}/.*");

    private static final String VERSIONS = "META-INF/versions/";

    /** Beside the file it becomes, where {@link #scratch} is on another file system. */
    private static final String HALF = ".fermata-half";

    private final Path root;
    /** What the paths of all files in it begin with. */
    private final String prefix;

    private final String separator;
    private final Path scratch;
    private final String suffix;
    private final Disk disk;
    /** Found by the latest walk. */
    private final List<Path> halves = new ArrayList<>();

    /**
     * A folder that may not exist yet.
     *
     * @param scratch folder for half-written files, on the same file system if possible
     * @param suffix of the files, with its dot
     */
    ClassFolder(Path root, Path scratch, String suffix, Disk disk) {
        this.root = root.toAbsolutePath();
        separator = root.getFileSystem().getSeparator();
        String path = this.root.toString();
        prefix = path.endsWith(separator) ? path : path + separator;
        this.scratch = scratch.toAbsolutePath();
        this.suffix = suffix;
        this.disk = disk;
    }

    Path root() {
        return root;
    }

    /** The files in the order of their names, so that nothing depends on the file system's order. */
    SortedMap<String, byte[]> readAll() throws IOException {
        SortedMap<String, byte[]> all = new TreeMap<>();
        for (Map.Entry<String, Path> found : files().entrySet()) {
            try {
                all.put(found.getKey(), Files.readAllBytes(found.getValue()));
            } catch (IOException e) {
                throw FileFailure.of(found.getValue(), e);
            }
        }
        return all;
    }

    /** The names of all files, in their order. */
    SortedSet<String> names() throws IOException {
        return new TreeSet<>(files().keySet());
    }

    /** Deletes what a run that was killed while it wrote left, also beside the files that were read. */
    void deleteHalves() throws IOException {
        Path left = scratch.resolve("half");
        if (Files.exists(left)) {
            disk.delete(left);
        }
        for (Path half : halves) {
            disk.delete(half);
        }
    }

    /** By name. Links are followed, as the JVM follows them, but not in circles. */
    private SortedMap<String, Path> files() throws IOException {
        SortedMap<String, Path> files = new TreeMap<>();
        halves.clear();
        if (!Files.isDirectory(root)) {
            return files;
        }
        Files.walkFileTree(
                root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<Path>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                        if (attributes.isRegularFile() && file.toString().endsWith(suffix)) {
                            String name = requireName(file);
                            if (!name.startsWith(VERSIONS)
                                    || !VERSIONED.matcher(name).matches()) {
                                files.put(name, file);
                            }
                        } else if (file.endsWith(HALF)) {
                            halves.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                        if (e instanceof FileSystemLoopException) {
                            return FileVisitResult.CONTINUE;
                        }
                        throw FileFailure.of(file, e);
                    }
                });
        return files;
    }

    /** The bytes of a name that are not text here are lost in its text, and so is the way back to the file. */
    private String requireName(Path file) throws IOException {
        String name = nameOf(file);
        if (!isPlain(name)
                && (!hasPlaceFor(name) || !root.resolve(name + suffix).equals(file))) {
            throw new IOException(file + ": the name of this file cannot be read in the build's locale (encoding "
                    + System.getProperty("sun.jnu.encoding")
                    + "), so the file cannot be opened. Delete or rename it,"
                    + " or build in another locale, such as LC_ALL=C.UTF-8");
        }
        return name;
    }

    private String nameOf(Path file) {
        String path = file.toString();
        // A path that is taken apart and put together again takes more time than reading the file.
        String below = path.startsWith(prefix)
                ? path.substring(prefix.length())
                : root.relativize(file).toString();
        String name = below.substring(0, below.length() - suffix.length());
        return separator.equals("/") ? name : name.replace(separator, "/");
    }

    /** Whether a name looks like those of most classes: each of its parts is the same text in any locale and on any disk. */
    private static boolean isPlain(String name) {
        boolean partBegins = true;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/') {
                if (partBegins) {
                    return false;
                }
                partBegins = true;
            } else if ((c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '$'
                    || c == '_'
                    || c == '-') {
                partBegins = false;
            } else {
                return false;
            }
        }
        return !partBegins;
    }

    /** A file's content, empty if there is no such file. (QDox, which reads the goals' comments, knows no nullable arrays.) */
    Optional<byte[]> read(String name) throws IOException {
        Path file = file(name);
        try {
            return Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
        } catch (IOException e) {
            throw FileFailure.of(file, e);
        }
    }

    /** Whether two names lead to one file: by a link, or because the file system ignores case. */
    boolean areSame(String name, String other) throws IOException {
        if (!hasPlaceFor(other)) {
            return false;
        }
        Path otherFile = file(other);
        return Files.isRegularFile(otherFile) && Files.isSameFile(file(name), otherFile);
    }

    void write(String name, byte[] bytes) throws IOException {
        Optional<byte[]> there = read(name);
        if (there.isPresent() && Arrays.equals(there.get(), bytes)) {
            return;
        }
        Path file = file(name);
        try {
            disk.createFolder(parent(file));
            disk.createFolder(scratch);
            // Not a temporary file of the JDK's: those are readable for their owner alone, and would stay so.
            // A short name: one made of the class's could be longer than a file system allows.
            Path half = scratch.resolve("half");
            try {
                writeBy(half, file, bytes);
            } catch (AtomicMoveNotSupportedException e) {
                writeBy(file.resolveSibling(HALF), file, bytes);
            }
        } catch (IOException e) {
            throw FileFailure.of(file, e);
        }
    }

    private void writeBy(Path half, Path file, byte[] bytes) throws IOException {
        boolean moved = false;
        try {
            disk.write(half, bytes);
            disk.move(half, file);
            moved = true;
        } finally {
            if (!moved && Files.exists(half)) {
                disk.delete(half);
            }
        }
    }

    /** Deletes a file and the folders that are empty without it. */
    void delete(String name) throws IOException {
        Path file = file(name);
        disk.delete(file);
        Path folder = parent(file);
        while (!folder.equals(root) && isEmpty(folder)) {
            disk.delete(folder);
            folder = parent(folder);
        }
    }

    /** A link is somebody's, even if nothing is in the folder it leads to. */
    private static boolean isEmpty(Path folder) throws IOException {
        if (!Files.isDirectory(folder) || Files.isSymbolicLink(folder)) {
            return false;
        }
        try (Stream<Path> content = Files.list(folder)) {
            return content.findAny().isEmpty();
        }
    }

    private Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? root : parent;
    }

    /**
     * Where a class's file is or would be.
     *
     * @throws IOException where that would not be a file of that name in this folder: class files may claim any name
     */
    Path file(String name) throws IOException {
        if (!hasPlaceFor(name)) {
            throw new IOException("a class of the name " + name + " has no place in " + root);
        }
        return root.resolve(name + suffix);
    }

    /** Whether there can be a file of that name in this folder, and nowhere else. */
    boolean hasPlaceFor(String name) {
        if (isPlain(name)) {
            return true;
        }
        try {
            Path file = root.resolve(name + suffix);
            boolean upwards = Arrays.stream(name.split("/", -1))
                    .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
            // Compared as a name, because on Windows a backslash would lead to another folder.
            return !upwards && file.startsWith(root) && nameOf(file).equals(name);
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
