package dev.fermata.processor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * The class files that were there before javac wrote new ones in their places. Some drivers of javac keep what it writes in
 * memory, and write it later: then those of before are all there is to be woven, and the new ones would never be.
 */
final class EarlierFiles {
    /** Some file systems know a file's age in steps of two seconds. Whatever is as young may be new. */
    private static final Duration STEP = Duration.ofSeconds(3);

    private final Map<Path, FileTime> times = new HashMap<>();

    /** Called before a class is written. */
    void note(Path file) {
        try {
            if (Files.isRegularFile(file)) {
                times.put(file, Files.getLastModifiedTime(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether one of them is as it was, though javac has written a new one. */
    boolean isLeft() throws IOException {
        Instant young = Instant.now().minus(STEP);
        for (Map.Entry<Path, FileTime> each : times.entrySet()) {
            boolean old = each.getValue().toInstant().isBefore(young);
            if (old
                    && Files.isRegularFile(each.getKey())
                    && Files.getLastModifiedTime(each.getKey()).equals(each.getValue())) {
                return true;
            }
        }
        return false;
    }
}
