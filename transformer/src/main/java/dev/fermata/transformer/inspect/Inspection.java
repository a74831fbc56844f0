package dev.fermata.transformer.inspect;

import dev.fermata.transformer.ClassFile;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.KeptReports;
import dev.fermata.transformer.folder.KeptReports.Kept;
import dev.fermata.transformer.folder.KeptReports.Problem;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What there is to show of an output folder, from the reports of earlier weavings.
 *
 * @param classes with async methods, in the order of their names
 * @param problems the woven classes that cannot be shown
 */
public record Inspection(List<Inspected> classes, List<Problem> problems) {
    /**
     * A class and its source.
     *
     * @param kind of the folder it is in: {@code classes}, {@code test-classes}, or one below for newer JDKs
     * @param source null if it was not found
     * @param original the class as the compiler wrote it; null if that is gone
     * @param woven the class as it is; null if it is gone
     */
    public record Inspected(
            ClassReport report,
            String kind,
            @Nullable SourceFile source,
            @Nullable ClassFile original,
            @Nullable ClassFile woven) {
        /** The class's name, and the version of Java if there is another class of that name. */
        public String title() {
            int version = kind.lastIndexOf('/') + 1;
            return report.className() + (version == 0 ? "" : " (for Java " + kind.substring(version) + ")");
        }

        /** Whether the class or one it is nested in is meant. A nested class goes by {@code Shop.Item} and {@code Shop$Item}. */
        public boolean isNamedBy(ClassNameFilter filter) {
            String name = report.className();
            boolean named = filter.matches(name.replace('.', '/'));
            for (int end = name.length(); end > 0 && !named; end = name.lastIndexOf('$', end - 1)) {
                named = filter.matches(name.substring(0, end).replace('.', '/').replace('$', '/'));
            }
            return named;
        }
    }

    /**
     * Reads the reports of an output folder and what it has for newer JDKs.
     *
     * @param kind of the output folder
     * @param sources where to look for sources, and their encoding
     * @throws IOException if a file cannot be read
     */
    public static Inspection of(Path output, Path fermata, String kind, Sources sources) throws IOException {
        List<Inspected> classes = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        for (KeptReports tree : KeptReports.of(output, fermata, kind)) {
            // The sources of a class for newer JDKs are not among the project's, though ones of its name are.
            Sources own = tree.release() == 0 ? sources : new Sources(List.of(), sources.encoding());
            for (Kept kept : tree.classes()) {
                classes.add(new Inspected(
                        kept.report(), tree.kind(), own.find(kept.report()), kept.original(), kept.woven()));
            }
            problems.addAll(tree.problems());
        }
        return new Inspection(List.copyOf(classes), List.copyOf(problems));
    }

    /** The folders of a project's sources. */
    public record Sources(List<Path> roots, Charset encoding) {
        private @Nullable SourceFile find(ClassReport report) throws IOException {
            String name = report.sourceFile();
            Optional<Path> path = name == null ? Optional.empty() : SourceFile.find(roots, report.className(), name);
            return path.isEmpty() ? null : SourceFile.read(path.get(), encoding);
        }
    }

    /** Together with that of another output folder. */
    public Inspection and(Inspection other) {
        List<Inspected> allClasses = new ArrayList<>(classes);
        allClasses.addAll(other.classes);
        List<Problem> allProblems = new ArrayList<>(problems);
        allProblems.addAll(other.problems);
        return new Inspection(List.copyOf(allClasses), List.copyOf(allProblems));
    }

    /** {@code total(String, int)}, or {@code lambda at line 12}. */
    static String title(MethodReport method) {
        if (method.lambda()) {
            return "lambda" + (method.line() > 0 ? " at line " + method.line() : " " + method.name());
        }
        return method.name()
                + MethodTypeDesc.ofDescriptor(method.descriptor()).parameterList().stream()
                        .map(ClassDesc::displayName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    static String kind(MethodReport method) {
        return switch (method.kind()) {
            case COLD -> "cold: runs when it is awaited or started as a task";
            case HOT -> "hot: starts when it is called";
            case TEST -> "test: a call runs it to completion on the test's event loop";
        };
    }

    /** How large the method was and is. */
    static String size(MethodReport method) {
        String now = "bytecode: " + method.size().before() + " bytes before; now "
                + method.size().direct();
        return method.points().isEmpty()
                ? now + ", it never suspends"
                : now + " in the body that runs until something suspends, "
                        + method.size().resuming() + " in the one that resumes";
    }

    /** A type without its package. */
    static String simpleType(String type) {
        return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    }
}
