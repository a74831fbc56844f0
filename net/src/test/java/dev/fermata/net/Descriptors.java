package dev.fermata.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What this process has open, such as {@code socket:[123]} or {@code pipe:[45]}. Nothing where the system does not say. */
final class Descriptors {
    private static final Path OF_THIS_PROCESS = Path.of("/proc/self/fd");

    private Descriptors() {}

    /** Returns what is open; without the descriptor that the list itself takes. */
    static List<String> open() {
        List<String> found = new ArrayList<>();
        if (!Files.isDirectory(OF_THIS_PROCESS)) {
            return found;
        }
        try (Stream<Path> all = Files.list(OF_THIS_PROCESS)) {
            for (Path each : (Iterable<Path>) all::iterator) {
                try {
                    found.add(Files.readSymbolicLink(each).toString());
                } catch (IOException closedMeanwhile) {
                    continue;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        found.removeIf(Descriptors::isOfTheList);
        return found;
    }

    private static boolean isOfTheList(String name) {
        return name.matches("/proc/\\d+/fd");
    }

    static long count(Predicate<String> which) {
        return open().stream().filter(which).count();
    }

    static boolean isSocket(String name) {
        return name.startsWith("socket:");
    }

    static boolean isPipe(String name) {
        return name.startsWith("pipe:") || name.contains("fifo");
    }
}
