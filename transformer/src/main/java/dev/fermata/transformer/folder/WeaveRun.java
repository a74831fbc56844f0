package dev.fermata.transformer.folder;

import dev.fermata.rules.Rule;
import dev.fermata.transformer.ClassFacts;
import dev.fermata.transformer.ClassReport;
import dev.fermata.transformer.ClassReport.MethodReport;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.WeaveSummary.Bug;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Weaves an output folder in place, once. It decides everything before it writes anything, for all its trees; how it writes
 * is in {@link NestWriter}.
 */
public final class WeaveRun {
    /**
     * What to weave.
     *
     * @param output the folder of classes; it need not exist
     * @param fermata {@code target/fermata}, where everything is kept between builds
     * @param kind the part of it that belongs to this output folder
     * @param classPath of the classes, their own folder first
     * @param elsewhere facts about classes that are neither on that class path nor in the running JDK; it may be asked for any
     *     name
     * @param whole as javac has it: nothing is written if any class is refused. Otherwise the others are woven
     */
    public record Request(
            Path output,
            Path fermata,
            String kind,
            List<Path> classPath,
            ClassFacts elsewhere,
            ClassNameFilter filter,
            boolean whole) {
        /** What to weave where the class path is all there is. */
        public Request(
                Path output, Path fermata, String kind, List<Path> classPath, ClassNameFilter filter, boolean whole) {
            this(output, fermata, kind, classPath, name -> null, filter, whole);
        }
    }

    private final Request request;
    private final NestWeaver weaver;
    private final Disk disk;
    private final List<ClassTree> trees;
    private final List<TreeRun> runs = new ArrayList<>();

    private final List<Violation> warnings = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private final List<Violation> strays = new ArrayList<>();
    private final List<Bug> bugs = new ArrayList<>();
    private int methods;
    private int classes;
    private int upToDate;

    private WeaveRun(Request request, NestWeaver weaver, Disk disk) throws IOException {
        this.request = request;
        this.weaver = weaver;
        this.disk = disk;
        trees = ClassTree.of(request.output(), request.fermata(), request.kind());
    }

    /**
     * Weaves what has to be woven, when no other run is at work over the same folder of kept things.
     *
     * @param log for what the user must know while it is not done yet
     * @throws IOException if a file cannot be read or written; {@link FileFailure} says which and why
     */
    public static WeaveSummary run(Request request, NestWeaver weaver, Disk disk, Consumer<String> log)
            throws IOException {
        try (FolderLock lock = FolderLock.acquire(request.fermata(), log)) {
            WeaveRun run = new WeaveRun(request, weaver, disk);
            for (ClassTree tree : run.trees) {
                run.decide(tree);
            }
            boolean refused = !run.violations.isEmpty() || !run.bugs.isEmpty();
            if (!run.strays.isEmpty() || (request.whole() && refused)) {
                return run.summary(0, 0, run.classes);
            }
            for (TreeRun tree : run.runs) {
                tree.change();
            }
            return run.summary(run.methods, run.classes, 0);
        }
    }

    private WeaveSummary summary(int methods, int classes, int held) {
        return new WeaveSummary(
                methods,
                classes,
                held,
                upToDate,
                List.copyOf(warnings),
                List.copyOf(violations),
                List.copyOf(strays),
                List.copyOf(bugs));
    }

    private void decide(ClassTree tree) throws IOException {
        List<ClassTree> below = tree.below(trees);
        List<Path> classPath = new ArrayList<>(List.of(tree.folder()));
        below.forEach(it -> classPath.add(it.folder()));
        classPath.addAll(request.classPath());
        try (ClassPathFacts facts = new ClassPathFacts(classPath)) {
            TreeRun run = new TreeRun(
                    folder(tree),
                    new StateFolder(request.fermata(), tree.kind(), disk),
                    below.stream().map(this::folder).toList(),
                    request.filter(),
                    name -> {
                        ClassFacts.Fact fact = facts.find(name);
                        return fact == null ? request.elsewhere().find(name) : fact;
                    },
                    weaver);
            run.decide();
            runs.add(run);
            run.violations().forEach(it -> violations.add(placed(tree, it)));
            run.strays().forEach(it -> strays.add(placed(tree, it)));
            run.misplaced().forEach(it -> warnings.add(placed(tree, it)));
            bugs.addAll(run.bugs());
            upToDate += run.upToDate();
            run.woven().forEach(nest -> nest.reports().values().forEach(it -> count(tree, it)));
        } catch (UncheckedIOException e) {
            throw new IOException(FileFailure.describe(e), e); // the class path could not be read
        }
    }

    private ClassFolder folder(ClassTree tree) {
        return new ClassFolder(tree.folder(), StateFolder.scratch(request.fermata()), ".class", disk);
    }

    /** The source of a class for newer JDKs is none of the sources of the class of the same name below. */
    private static Violation placed(ClassTree tree, Violation found) {
        if (tree.release() == 0) {
            return found;
        }
        String file = found.sourceFile() == null ? found.className() : found.sourceFile();
        return new Violation(
                found.rule(), found.className(), found.method(), tree.prefix() + file, found.line(), found.detail());
    }

    private void count(ClassTree tree, ClassReport report) {
        classes++;
        methods += report.methods().size();
        for (MethodReport method : report.methods()) {
            if (method.size().isNeverCompiled()) {
                warnings.add(placed(
                        tree,
                        new Violation(
                                Rule.METHOD_NEVER_COMPILED,
                                report.className(),
                                method.name(),
                                report.sourceFile(),
                                method.line(),
                                method.size().text())));
            }
        }
    }
}
