package dev.fermata.transformer.folder;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** A disk that works so many times and then no more. A write that it fails in is half done. */
final class FailingDisk implements Disk {
    /** As if the process were killed: nothing that comes after it has any effect. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;

        Killed() {
            super("killed");
        }
    }

    private final boolean full;
    private final int limit;
    private int left;

    private FailingDisk(int changes, boolean full) {
        limit = changes;
        left = changes;
        this.full = full;
    }

    /** For a process that is killed after so many changes. */
    static FailingDisk killedAfter(int changes) {
        return new FailingDisk(changes, false);
    }

    /** For a disk that is full after so many changes: then only deleting is possible. */
    static FailingDisk fullAfter(int changes) {
        return new FailingDisk(changes, true);
    }

    /** Whether it came to that. */
    boolean failed() {
        return left < 0;
    }

    /** How many changes there were. */
    int done() {
        return limit - left;
    }

    private boolean fails() {
        return --left < 0;
    }

    private void fail() throws IOException {
        if (full) {
            throw new IOException("No space left on device");
        }
        throw new Killed();
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        if (fails()) {
            fail();
        }
        Disk.REAL.createFolder(folder);
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
        boolean first = left == 0;
        if (fails()) {
            if (first || full) {
                Disk.REAL.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            }
            fail();
        }
        Disk.REAL.write(file, bytes);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        if (fails() && !full) {
            fail(); // on a full disk a move works
        }
        Disk.REAL.move(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
        if (fails() && !full) {
            fail();
        }
        Disk.REAL.delete(file);
    }
}
