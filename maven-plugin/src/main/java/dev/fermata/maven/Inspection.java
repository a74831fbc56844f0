package dev.fermata.maven;

import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import java.io.IOException;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What there is to show of an output folder, from the reports of earlier weavings.
 *
 * @param classes with async methods, in the order of their names
 * @param unexplained binary names of woven classes whose report is missing
 */
record Inspection(List<Inspected> classes, List<String> unexplained) {
    private static final String WOVEN = "Ldev/fermata/codegen/Woven;";

    /**
     * A class and its source.
     *
     * @param sourcePath where the source was found; null if it was not
     * @param source its text, empty if it was not found
     */
    record Inspected(ClassReport report, @Nullable Path sourcePath, String source) {
        /** Whether the class or one it is nested in is meant. A nested class goes by {@code Shop.Item} and {@code Shop$Item}. */
        boolean isNamedBy(ClassNameFilter filter) {
            String name = report.className();
            boolean named = filter.matches(name.replace('.', '/'));
            for (int end = name.length(); end > 0 && !named; end = name.lastIndexOf('$', end - 1)) {
                named = filter.matches(name.substring(0, end).replace('.', '/').replace('$', '/'));
            }
            return named;
        }
    }

    /**
     * Reads the reports of an output folder.
     *
     * @param sourceRoots where to look for sources
     */
    static Inspection of(ClassFolder output, StateFolder state, List<Path> sourceRoots) throws IOException {
        List<Inspected> classes = new ArrayList<>();
        Set<String> explained = new HashSet<>();
        for (NestRecord record : state.records().values()) {
            explained.addAll(record.members().keySet());
            for (ClassReport report : record.reports().values()) {
                classes.add(inspected(report, sourceRoots));
            }
        }
        List<String> unexplained = new ArrayList<>();
        output.readAll().forEach((name, bytes) -> {
            if (!explained.contains(name) && new String(bytes, StandardCharsets.ISO_8859_1).contains(WOVEN)) {
                unexplained.add(name.replace('/', '.'));
            }
        });
        return new Inspection(List.copyOf(classes), List.copyOf(unexplained));
    }

    void addTo(List<Inspected> allClasses, List<String> allUnexplained) {
        allClasses.addAll(classes);
        allUnexplained.addAll(unexplained);
    }

    private static Inspected inspected(ClassReport report, List<Path> sourceRoots) throws IOException {
        String sourceFile = report.sourceFile();
        if (sourceFile != null) {
            int dot = report.className().lastIndexOf('.');
            String folder =
                    dot < 0 ? "" : report.className().substring(0, dot + 1).replace('.', '/');
            for (Path root : sourceRoots) {
                Path path = root.resolve(folder + sourceFile);
                if (Files.isRegularFile(path)) {
                    return new Inspected(report, path, Files.readString(path));
                }
            }
        }
        return new Inspected(report, null, "");
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
            case COLD -> "cold: runs when it is awaited or made a task";
            case HOT -> "hot: starts when it is called";
            case TEST -> "test: a call runs it to its end, on the event loop of the test";
        };
    }

    /** How large the method was and is. */
    static String size(MethodReport method) {
        String now = "bytecode: " + method.bytesBefore() + " bytes before; now " + method.bytesDirect();
        return method.points().isEmpty()
                ? now + ", it never suspends"
                : now + " in the body that runs until something suspends, " + method.bytesResume()
                        + " in the one that resumes";
    }

    /** A type without its package. */
    static String simpleType(String type) {
        return type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    }
}
