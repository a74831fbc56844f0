package dev.fermata.transformer.folder;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two runs over one folder apart, in two processes or in one. The operating system gives the lock back when its
 * process ends, however it ends, so the file stays and says nothing by being there.
 */
public final class FolderLock implements AutoCloseable {
    private static final int MILLIS_BETWEEN_TRIES = 100;

    private final @Nullable FileChannel channel;

    private FolderLock(@Nullable FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits until nobody else has the folder's lock.
     *
     * @param log is told once that it waits, or why there is no lock here
     */
    public static FolderLock acquire(Path folder, Consumer<String> log) throws IOException {
        FileChannel channel;
        try {
            Disk.REAL.createFolder(folder);
            channel = FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            return without(folder, e, log);
        }
        try {
            waitFor(channel, folder, log);
            return new FolderLock(channel);
        } catch (InterruptedIOException e) {
            channel.close();
            throw e;
        } catch (IOException e) {
            channel.close();
            return without(folder, e, log);
        }
    }

    /** Polls, because a lock that is held in this very JVM is an exception and not a wait. */
    private static void waitFor(FileChannel channel, Path folder, Consumer<String> log) throws IOException {
        boolean told = false;
        while (!isLocked(channel)) {
            if (!told) {
                log.accept("Fermata: another build is using " + folder + "; waiting for it");
                told = true;
            }
            try {
                Thread.sleep(MILLIS_BETWEEN_TRIES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while another build was using " + folder);
            }
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false; // held in this JVM
        }
    }

    /** Some network file systems know no locks, and a folder that cannot be written needs none. */
    private static FolderLock without(Path folder, IOException reason, Consumer<String> log) {
        log.accept("Fermata: " + folder + " cannot be locked (" + FileFailure.describe(reason)
                + "). Do not run two builds that use it at the same time");
        return new FolderLock(null);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close(); // and with it the lock
        }
    }
}
