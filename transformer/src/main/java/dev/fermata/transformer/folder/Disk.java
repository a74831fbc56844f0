package dev.fermata.transformer.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The changes that a run makes to files. A process may be killed between any two of them, and a disk may be full at any, so
 * every state in between has to be one that the next run can go on from; tests stop after each one to see that.
 */
public interface Disk {
    /** The real one. */
    Disk REAL = new Disk() {
        @Override
        public void createFolder(Path folder) throws IOException {
            // On JDK 17 createDirectories fails where the folder is a link to one.
            if (!Files.isDirectory(folder)) {
                Files.createDirectories(folder);
            }
        }

        @Override
        public void write(Path file, byte[] bytes) throws IOException {
            Files.write(file, bytes);
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void delete(Path file) throws IOException {
            Files.deleteIfExists(file);
        }
    };

    /** With the folders around it, if it is not there yet. */
    void createFolder(Path folder) throws IOException;

    /** Not at once: whoever is killed meanwhile leaves a half-written file. */
    void write(Path file, byte[] bytes) throws IOException;

    /**
     * Puts a file in another's place, at once.
     *
     * @throws java.nio.file.AtomicMoveNotSupportedException where the two are on different file systems
     */
    void move(Path from, Path to) throws IOException;

    /** A file or an empty folder, if it is there. */
    void delete(Path file) throws IOException;
}
