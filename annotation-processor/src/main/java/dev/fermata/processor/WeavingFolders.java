package dev.fermata.processor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folders of a weaving: the classes, and what is kept of them between builds. Where that is follows from the output
 * folder alone, so that javac, the command line and the Maven plugin find the same.
 *
 * @param output the root of the classes; what it has for newer JDKs is woven with it
 * @param fermata where everything is kept
 * @param kind the part of it that belongs to this output folder
 */
record WeavingFolders(Path output, Path fermata, String kind) {
    private static final String GRADLE_MAIN = "classes-java-main";

    /**
     * The folders for an output folder.
     *
     * @param output as javac's {@code -d} has it; it may be below {@code META-INF/versions}
     * @param state where to keep everything, or empty for the usual place
     * @throws IllegalArgumentException if there is no usual place
     */
    static WeavingFolders of(Path output, String state) {
        Path root = withoutVersion(output.toAbsolutePath().normalize());
        Path name = root.getFileName();
        Path parent = root.getParent();
        if (name == null || parent == null) {
            throw new IllegalArgumentException(
                    "there is no place beside the root folder to keep the originals in. Say where" + " with -A"
                            + Handover.STATE_OPTION + "=DIR");
        }
        if (!state.isEmpty()) {
            return new WeavingFolders(root, Path.of(state).toAbsolutePath().normalize(), name.toString());
        }
        List<String> kind = new ArrayList<>();
        for (Path at = root; at != null && at.getFileName() != null; at = at.getParent()) {
            String here = at.getFileName().toString();
            if (isBuildFolder(here, kind)) {
                return new WeavingFolders(root, at.resolve("fermata"), String.join("-", kind));
            }
            kind.add(0, here);
        }
        return new WeavingFolders(root, parent.resolve(name + ".fermata"), "classes");
    }

    /**
     * The folders for a jar of woven classes, to be read only: its content, and what a build keeps of the classes that it was
     * made of.
     *
     * @param root of the content
     * @param state where everything is kept, or empty for the place beside the jar ({@code target/shop.jar}) or above it
     *     ({@code build/libs/shop.jar})
     */
    static WeavingFolders ofJar(Path jar, Path root, String state) {
        Path fermata = Path.of(state);
        if (state.isEmpty()) {
            fermata = jar.toAbsolutePath().normalize().resolveSibling("fermata");
            Path above = fermata.resolve("../../fermata").normalize();
            fermata = Files.isDirectory(fermata) || !Files.isDirectory(above) ? fermata : above;
        }
        Path gradle = fermata.resolve("reports").resolve(GRADLE_MAIN);
        return new WeavingFolders(
                root, fermata.toAbsolutePath().normalize(), Files.isDirectory(gradle) ? GRADLE_MAIN : "classes");
    }

    /** Maven's {@code target/classes}, Gradle's {@code build/classes/java/main}; any other folder of such a name is something else. */
    private static boolean isBuildFolder(String name, List<String> below) {
        return switch (name) {
            case "target" -> below.size() == 1;
            case "build" ->
                below.size() > 1
                        && (below.get(0).equals("classes") || below.get(0).equals("intermediates"));
            default -> false;
        };
    }

    private static Path withoutVersion(Path output) {
        int names = output.getNameCount();
        if (names > 3
                && output.getName(names - 3).toString().equals("META-INF")
                && output.getName(names - 2).toString().equals("versions")
                && output.getName(names - 1).toString().matches("[1-9]\\d{0,4}")) {
            return output.resolve("../../..").normalize();
        }
        return output;
    }
}
