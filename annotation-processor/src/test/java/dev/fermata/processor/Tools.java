package dev.fermata.processor;

import dev.fermata.Async;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What builds put on their paths, and the JDKs at hand. */
final class Tools {
    private Tools() {}

    /** The jar or folder a class comes from; of the processor, its resources are in the same. */
    static String jar(Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    static String runtime() {
        return jar(Async.class);
    }

    /** The processor with all that it depends on. */
    static String processorPath() {
        return classPath(
                "/annotation-processor/|fermata-annotation-processor|/transformer/|fermata-transformer|/runtime/|"
                        + "fermata-runtime|/asm|javaparser|gson");
    }

    /** The entries of the tests' class path that match. */
    static String classPath(String regex) {
        Pattern pattern = Pattern.compile(regex);
        String whole = System.getProperty("java.class.path");
        return Arrays.stream(whole.split(Pattern.quote(File.pathSeparator)))
                .filter(entry -> pattern.matcher(entry.replace('\\', '/')).find())
                .filter(entry -> !entry.contains("test-classes"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    /** A JDK that is installed, and its version. */
    record Jdk(Path home, int feature) {
        @Override
        public String toString() {
            return "JDK " + feature;
        }

        String tool(String name) {
            return home.resolve("bin").resolve(name).toString();
        }
    }

    /** The JDK that runs the tests, and the newest of each other version beside it that can read our classes. */
    static Stream<Jdk> jdks() throws IOException {
        Path running = Path.of(System.getProperty("java.home")).toRealPath();
        List<Jdk> found =
                new ArrayList<>(List.of(new Jdk(running, Runtime.version().feature())));
        try (Stream<Path> beside = Files.list(running.getParent())) {
            for (Path home : beside.sorted().toList()) {
                Path release = home.resolve("release");
                if (!Files.isRegularFile(release) || !Files.isExecutable(home.resolve("bin/javac"))) {
                    continue;
                }
                Properties properties = new Properties();
                try (var in = Files.newInputStream(release)) {
                    properties.load(in);
                }
                String version = properties.getProperty("JAVA_VERSION", "\"0\"").replace("\"", "");
                int feature = Integer.parseInt(version.replaceFirst("[^0-9].*", ""));
                if (feature >= 17 && found.stream().noneMatch(jdk -> jdk.feature() == feature)) {
                    found.add(new Jdk(home.toRealPath(), feature));
                }
            }
        }
        return found.stream();
    }
}
