package dev.fermata.transformer.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder of classes that are found by their names: an output folder, or what it has for newer JDKs under
 * {@code META-INF/versions}. To a JDK of such a version the classes there stand in for those of the same names below, so each
 * such folder is woven by itself.
 *
 * @param release the oldest version of Java that looks here; 0 for the output folder itself
 * @param folder where the tree begins
 * @param kind the same in the folder of what is kept between builds
 */
record ClassTree(int release, Path folder, String kind) {
    private static final String VERSIONS = "META-INF/versions";

    /** All trees of an output folder, those that only earlier builds knew among them, the output folder first. */
    static List<ClassTree> of(Path output, Path fermata, String kind) throws IOException {
        SortedSet<Integer> releases = new TreeSet<>();
        addReleases(output.resolve(VERSIONS), releases);
        addReleases(StateFolder.reports(fermata, kind).resolve(VERSIONS), releases);
        List<ClassTree> trees = new ArrayList<>(List.of(new ClassTree(0, output, kind)));
        for (int release : releases) {
            String below = VERSIONS + "/" + release;
            trees.add(new ClassTree(release, output.resolve(below), kind + "/" + below));
        }
        return trees;
    }

    private static void addReleases(Path versions, SortedSet<Integer> releases) throws IOException {
        if (!Files.isDirectory(versions)) {
            return;
        }
        try (Stream<Path> folders = Files.list(versions)) {
            folders.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("[1-9]\\d{0,4}"))
                    .forEach(name -> releases.add(Integer.valueOf(name)));
        }
    }

    /** The folder of that kind from the output folder on; empty for that itself. */
    String prefix() {
        return release == 0 ? "" : VERSIONS + "/" + release + "/";
    }

    /** The trees that a JDK of this one's version looks into after this one, in their order. */
    List<ClassTree> below(List<ClassTree> trees) {
        List<ClassTree> below = new ArrayList<>();
        trees.stream().filter(tree -> tree.release < release).forEach(tree -> below.add(0, tree));
        return below;
    }
}
