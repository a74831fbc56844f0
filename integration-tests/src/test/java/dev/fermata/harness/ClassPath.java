package dev.fermata.harness;

import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where classes come from. The class path of the tests' own JVM may be hidden in the jar that Surefire starts it by. */
public final class ClassPath {
    private ClassPath() {}

    /** The jar or folder that a class comes from. */
    public static Path entry(Class<?> of) {
        try {
            return Path.of(
                    of.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A class path with the entries of some classes. */
    public static String of(Class<?>... types) {
        return Stream.of(types)
                .map(it -> entry(it).toString())
                .distinct()
                .collect(Collectors.joining(File.pathSeparator));
    }
}
