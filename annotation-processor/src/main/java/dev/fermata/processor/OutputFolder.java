package dev.fermata.processor;

import com.sun.source.tree.CompilationUnitTree;
import java.io.IOException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Finds out where javac has written classes: in a folder that was named with {@code -d}, or each beside its source. */
final class OutputFolder {
    private OutputFolder() {}

    /**
     * The folder in which a class that was just written is found by its name.
     *
     * @param className binary name of a top-level class
     * @param folder the one that was named, if one was
     * @param source the class's source; null if it is no file
     * @return null if the class is in no such folder, or if it cannot be told which of two files was written
     */
    static @Nullable Path of(String className, Path folder, @Nullable Path source) throws IOException {
        Path named = file(folder, className);
        Path beside = source == null ? null : beside(source, className);
        boolean isNamed = Files.isRegularFile(named);
        if (beside == null || !Files.isRegularFile(beside) || (isNamed && Files.isSameFile(named, beside))) {
            return isNamed ? folder : null;
        }
        if (isNamed) {
            // One of them is of an earlier compilation, with or without -d.
            int age = Files.getLastModifiedTime(named).compareTo(Files.getLastModifiedTime(beside));
            if (age >= 0) {
                return age > 0 ? folder : null;
            }
        }
        return root(beside, className);
    }

    /** The folder from which on a file's folders are a class's packages. */
    private static @Nullable Path root(Path file, String className) {
        Path root = file.toAbsolutePath().normalize().getParent();
        Path packages = Path.of(className.replace('.', '/')).getParent();
        for (; packages != null; packages = packages.getParent()) {
            if (root == null || !packages.getFileName().equals(root.getFileName())) {
                return null;
            }
            root = root.getParent();
        }
        return root;
    }

    /** The file of a class where javac knows no folder for classes. */
    static Path beside(Path source, String className) {
        return source.resolveSibling(className.substring(className.lastIndexOf('.') + 1) + ".class");
    }

    /** The file of a class. */
    static Path file(Path root, String className) {
        return root.resolve(className.replace('.', '/') + ".class");
    }

    /** The file of a source; null if it is in none. */
    static @Nullable Path source(CompilationUnitTree unit) {
        try {
            return Path.of(unit.getSourceFile().toUri()).toAbsolutePath();
        } catch (IllegalArgumentException | FileSystemNotFoundException e) {
            return null;
        }
    }
}
