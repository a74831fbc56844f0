package dev.fermata.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs a main class of this module in a JVM of its own, with this one's JDK and class path. */
final class OwnJvm {
    /**
     * A virtual thread's stack holds the frames as they were compiled, and C1's are larger than C2's: 2,029 bytes a sleeping
     * thread instead of 744. Without this option a busy compiler leaves larger ones behind, more of them on a busy machine.
     */
    private static final String COMPILE_AT_ONCE = "-Xbatch";

    private OwnJvm() {}

    /** Returns what it printed. Its warnings go where this JVM's go. */
    static String run(Class<?> main, List<String> options, String... args) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms512m", "-Xmx512m", "-XX:+UseSerialGC", COMPILE_AT_ONCE));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        Process jvm = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jvm.waitFor() != 0) {
            throw new IllegalStateException(main.getSimpleName() + " " + List.of(args) + " could not be measured");
        }
        return printed;
    }
}
