package dev.fermata.transformer.folder;

import dev.fermata.transformer.ClassReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What earlier runs recorded of a tree of classes.
 *
 * @param kind of the folder it is in: {@code classes}, {@code test-classes}, or one below for newer JDKs
 * @param release the oldest version of Java that looks there; 0 for the output folder itself
 * @param reports of the classes with async methods, in the order of their names
 * @param unexplained binary names of woven classes whose report is missing
 */
public record KeptReports(String kind, int release, List<ClassReport> reports, List<String> unexplained) {
    /**
     * Reads the reports of an output folder and of what it has for newer JDKs.
     *
     * @param fermata where everything is kept between builds
     * @param kind of the output folder
     * @throws IOException if a file cannot be read, or a report is damaged
     */
    public static List<KeptReports> of(Path output, Path fermata, String kind) throws IOException {
        List<KeptReports> trees = new ArrayList<>();
        for (ClassTree tree : ClassTree.of(output, fermata, kind)) {
            Set<String> explained = new HashSet<>();
            List<ClassReport> reports = new ArrayList<>();
            StateFolder state = new StateFolder(fermata, tree.kind(), Disk.REAL);
            for (NestRecord record : state.records().values()) {
                explained.addAll(record.members().keySet());
                reports.addAll(record.reports().values());
            }
            List<String> unexplained = new ArrayList<>();
            ClassFolder classes = new ClassFolder(tree.folder(), StateFolder.scratch(fermata), ".class", Disk.REAL);
            for (Map.Entry<String, byte[]> file : classes.readAll().entrySet()) {
                ClassHeader header = ClassHeader.read(file.getValue());
                if (!explained.contains(file.getKey()) && header != null && header.woven()) {
                    unexplained.add(file.getKey().replace('/', '.'));
                }
            }
            trees.add(new KeptReports(tree.kind(), tree.release(), List.copyOf(reports), List.copyOf(unexplained)));
        }
        return trees;
    }
}
