package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What earlier runs recorded of a tree of classes.
 *
 * @param kind of the folder it is in: {@code classes}, {@code test-classes}, or one below for newer JDKs
 * @param release the oldest version of Java that looks there; 0 for the output folder itself
 * @param classes with async methods, in the order of their names
 * @param problems the woven classes of which there is no report
 */
public record KeptReports(String kind, int release, List<Kept> classes, List<Problem> problems) {
    /**
     * A class with async methods.
     *
     * @param original as the compiler wrote it; null if that was not kept
     * @param woven as it lies in the output folder; null if it is not there
     */
    public record Kept(
            ClassReport report,
            @Nullable ClassFile original,
            @Nullable ClassFile woven) {}

    /**
     * A class that cannot be shown.
     *
     * @param className binary name
     * @param text why, as a sentence that begins with the class
     */
    public record Problem(String className, String text) {
        static Problem of(String name, String text) {
            String className = name.replace('/', '.');
            return new Problem(className, className + " " + text);
        }
    }

    /**
     * Reads the reports of an output folder and of what it has for newer JDKs.
     *
     * @param fermata where everything is kept between builds
     * @param kind of the output folder
     * @throws IOException if a file cannot be read
     */
    public static List<KeptReports> of(Path output, Path fermata, String kind) throws IOException {
        List<KeptReports> trees = new ArrayList<>();
        for (ClassTree tree : ClassTree.of(output, fermata, kind)) {
            trees.add(of(tree, fermata));
        }
        return trees;
    }

    private static KeptReports of(ClassTree tree, Path fermata) throws IOException {
        StateFolder state = new StateFolder(fermata, tree.kind(), Disk.REAL);
        Map<String, byte[]> present =
                new ClassFolder(tree.folder(), StateFolder.scratch(fermata), ".class", Disk.REAL).readAll();
        StateFolder.Explained explained = state.explained();
        List<Problem> problems = new ArrayList<>();
        explained
                .unreadable()
                .forEach(
                        (name, why) -> problems.add(
                                Problem.of(
                                        name,
                                        "has a report that cannot be read (" + why
                                                + "): another version of Fermata wove it, or the report is damaged. Make a clean build")));
        Set<String> known = new HashSet<>(explained.unreadable().keySet());
        List<Kept> classes = new ArrayList<>();
        for (ReportFile file : explained.files().values()) {
            NestRecord nest = file.nest();
            if (nest == null) {
                continue; // of a class that its host names
            }
            known.addAll(nest.members().keySet());
            for (String name : nest.reports()) {
                ReportFile own = explained.files().get(name);
                ClassReport report = own == null ? null : own.report();
                if (report != null) {
                    classes.add(new Kept(
                            report,
                            state.original(name)
                                    .map(it -> new ClassFile(name, it))
                                    .orElse(null),
                            file(name, present.get(name))));
                }
            }
        }
        for (Map.Entry<String, byte[]> file : present.entrySet()) {
            ClassHeader header = ClassHeader.read(file.getValue());
            if (!known.contains(file.getKey()) && header != null && header.woven()) {
                problems.add(Problem.of(
                        file.getKey(), "is woven, but there is no report of it, because this build did not weave it"));
            }
        }
        return new KeptReports(tree.kind(), tree.release(), List.copyOf(classes), List.copyOf(problems));
    }

    private static @Nullable ClassFile file(String name, byte @Nullable [] bytes) {
        return bytes == null ? null : new ClassFile(name, bytes);
    }
}
