package dev.fermata.processor;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.Trees;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.FileFailure;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import dev.fermata.transformer.folder.WeaveSummary;
import dev.fermata.transformer.folder.WeaveSummary.Bug;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/**
 * Weaves an output folder when the compilation that writes it ends. What stands in the way is an error of that compilation.
 * After an error, javac's or Fermata's, no class file is left of the nests with async methods that the compilation has
 * written, and what is kept between builds is as it was: who drives javac may put the class files of before back.
 *
 * <p>javac calls this on its one thread. Nothing is thrown, because that would end javac with a stack trace and classes that
 * are not woven.
 */
final class JavacWeaving implements TaskListener {
    private static final String DID_NOT_RUN =
            "Fermata's annotation processor did not run, so this code cannot be woven. Put"
                    + " fermata-annotation-processor on javac's --processor-path (in Maven: annotationProcessorPaths, in Gradle:"
                    + " annotationProcessor), and take away -proc:none. Where it is on the class path only, JDK 23 and later want"
                    + " -proc:full. Where -processor lists processors, add dev.fermata.processor.AsyncProcessor, before any that claims all"
                    + " annotations. If something else weaves this code, such as fermata-maven-plugin, say so with -Xplugin:\"Fermata "
                    + FermataPlugin.NO_WEAVING + "\"";
    private static final String USE_D = "Name a folder for class files with -d, or weave them with java -jar"
            + " fermata-annotation-processor.jar weave DIR";

    private final JavacTask task;
    private final Trees trees;
    private final WrittenClasses written = new WrittenClasses();
    /** Those that name something of Fermata's; of the others javac drops the trees as it goes on, and so may we. */
    private final Map<CompilationUnitTree, SourceUnit> sources = new IdentityHashMap<>();
    /** Binary names of the top-level classes of the sources that javac was given, by its user or by a processor. */
    private final Set<String> expected = new HashSet<>();

    private final EarlierFiles earlier = new EarlierFiles();

    private @Nullable CompilationUnitTree anyUnit;
    private boolean allParsed;
    /** While processors run; between their rounds javac parses what they have generated. */
    private boolean processing;
    /** How many steps javac is in that may look for more sources. */
    private int looking;

    private boolean refused;
    /** Once Fermata itself has failed nothing more is done. */
    private boolean broken;

    JavacWeaving(JavacTask task) {
        this.task = task;
        trees = Trees.instance(task);
        forget();
    }

    @Override
    public void started(TaskEvent event) {
        guarded(() -> {
            switch (event.getKind()) {
                // javac parses all that it was given, and then enters it. What it parses later it has found itself, if
                // no
                // processor has generated it.
                case ENTER -> {
                    allParsed = true;
                    looking++;
                }
                case ANNOTATION_PROCESSING -> processing = true;
                case ANNOTATION_PROCESSING_ROUND -> looking++;
                case GENERATE -> checkBeforeItIsWritten(event.getTypeElement(), event.getCompilationUnit());
                default -> {}
            }
        });
    }

    @Override
    public void finished(TaskEvent event) {
        guarded(() -> {
            switch (event.getKind()) {
                case PARSE -> parsed(event.getCompilationUnit());
                case ANNOTATION_PROCESSING -> processing = false;
                case ENTER, ANNOTATION_PROCESSING_ROUND -> looking--;
                case ANALYZE -> analysed(event.getCompilationUnit());
                case GENERATE -> generated(event);
                case COMPILATION -> ended();
                default -> {}
            }
        });
    }

    private void guarded(Runnable step) {
        if (broken) {
            return;
        }
        try {
            step.run();
        } catch (RuntimeException | LinkageError | AssertionError | VirtualMachineError e) {
            fail(e);
        }
    }

    /** In the one way that is left to say it. */
    private void fail(Throwable cause) {
        broken = true;
        StackTraceElement[] trace = cause.getStackTrace();
        String where = trace.length == 0 ? "" : " at " + trace[0];
        CompilationUnitTree unit = anyUnit;
        if (unit == null) {
            throw new IllegalStateException("A bug in Fermata: " + cause, cause); // nothing was compiled
        }
        error("A bug in Fermata: weaving in javac failed with " + cause + where
                + ". Please report it. Until it is fixed," + " weave in another way: -Xplugin:\"Fermata "
                + FermataPlugin.NO_WEAVING + "\" and fermata-maven-plugin");
        Handover handover = handover();
        Path folder = handover == null ? null : handover.output();
        if (folder != null) { // not ended yet
            written.root(folder);
        }
        forget();
        try {
            written.deleteAll(); // which of them concern us may be what cannot be told any more
        } catch (IOException e) {
            error("Fermata: classes that are not woven could not be deleted: " + e + ". Delete the output folder");
        }
    }

    private void forget() {
        Handover.forget(task.getElements(), task.getTypes());
    }

    private @Nullable Handover handover() {
        return Handover.find(task.getElements(), task.getTypes());
    }

    private void parsed(CompilationUnitTree unit) {
        anyUnit = unit;
        if (allParsed && !(processing && looking == 0)) {
            return;
        }
        String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
        for (Tree declared : unit.getTypeDecls()) {
            if (declared instanceof ClassTree type) {
                expected.add(prefix + type.getSimpleName());
            }
        }
    }

    private void analysed(CompilationUnitTree unit) {
        if (!sources.containsKey(unit)) {
            SourceUnit source = SourceUnit.of(unit, trees);
            if (source.mention() != null) {
                sources.put(unit, source);
            }
        }
    }

    /**
     * After an error here no class is written. Not said earlier: where javac itself finds an error in declarations, it calls no
     * processor, and gets as far as analysing but not as far as this.
     */
    private void checkBeforeItIsWritten(TypeElement type, CompilationUnitTree unit) {
        SourceUnit source = sources.get(unit);
        if (refused || source == null || source.mention() == null) {
            return;
        }
        Handover handover = handover();
        if (handover == null) {
            refused = true;
            error(DID_NOT_RUN, source.mention(), unit);
            return;
        }
        Path folder = handover.output();
        Tree weavable = source.weavable();
        if (weavable != null && folder == null) {
            refused = true;
            error(noFolder(handover.problem()), weavable, unit);
        } else if (weavable != null && folder != null) {
            earlier.note(OutputFolder.file(folder, binaryName(type)));
        }
    }

    private static String noFolder(String problem) {
        return "This code has to be woven when its class files are written, and they are not written to one folder of the file"
                + " system: " + problem + ". " + USE_D;
    }

    private void generated(TaskEvent event) {
        TypeElement type = event.getTypeElement();
        CompilationUnitTree unit = event.getCompilationUnit();
        if (type.getSimpleName().contentEquals("module-info")) {
            return;
        }
        TypeElement outermost = type;
        for (Element each = type; each != null && each.getKind() != ElementKind.PACKAGE; ) {
            outermost = each instanceof TypeElement around ? around : outermost;
            each = each.getEnclosingElement();
        }
        written.add(binaryName(outermost), binaryName(type), OutputFolder.source(unit), sources.get(unit));
    }

    private String binaryName(TypeElement type) {
        return task.getElements().getBinaryName(type).toString();
    }

    private void ended() {
        Handover handover = handover();
        forget();
        Path folder = handover == null ? null : handover.output();
        if (handover == null || folder == null || written.isEmpty()) {
            return; // said already, where it matters
        }
        written.root(folder); // until it is found out where they really are, so that they can be deleted if that fails
        try {
            weave(folder, handover.state());
        } catch (IOException e) {
            error("Fermata: " + FileFailure.describe(e));
            deleteWritten();
        }
    }

    private void weave(Path folder, String state) throws IOException {
        Path output = output(folder);
        if (output == null) {
            return;
        }
        written.root(output);
        NestWeaver weaver = NestWeaver.real();
        if (!expected.stream().allMatch(written::has) || !written.areThere()) {
            // javac has found an error and has said so. What it did not get to is not there either.
            deleteWritten();
            return;
        }
        WeavingFolders folders;
        try {
            folders = WeavingFolders.of(output, state);
        } catch (IllegalArgumentException e) {
            error("Fermata: " + e.getMessage());
            deleteWritten();
            return;
        }
        if (!Files.isDirectory(folders.fermata()) && !written.concern(weaver)) {
            return; // as in any project without Fermata: not a trace
        }
        WeaveSummary summary = WeaveRun.run(
                new WeaveRun.Request(
                        folders.output(),
                        folders.fermata(),
                        folders.kind(),
                        List.of(folders.output()),
                        new ElementFacts(task.getElements()),
                        new ClassNameFilter(List.of(), List.of()),
                        true),
                weaver,
                Disk.REAL,
                text -> report(Diagnostic.Kind.NOTE, text));
        report(summary);
    }

    private void report(WeaveSummary summary) {
        summary.warnings().forEach(text -> report(Diagnostic.Kind.WARNING, text));
        summary.violations().forEach(this::report);
        summary.strays().forEach(this::report);
        for (Bug bug : summary.bugs()) {
            error(
                    bug.className(),
                    bug.what()
                            + (bug.cause() instanceof OutOfMemoryError
                                    ? ". Give javac more, for example with -J-Xmx2g"
                                    : bug.cause() instanceof StackOverflowError
                                            ? ". Give javac's threads more, for example with -J-Xss16m"
                                            : ". Please report it with this class"));
        }
        if (!summary.violations().isEmpty()
                || !summary.strays().isEmpty()
                || !summary.bugs().isEmpty()) {
            deleteWritten();
        }
    }

    private void report(Violation violation) {
        SourceUnit source = written.unit(violation.className());
        if (source == null) {
            error(violation.message()); // of a class that was compiled earlier
        } else {
            error(violation.messageWithoutPlace(), source.place(violation.line()), source.tree());
        }
    }

    private void error(String className, String text) {
        SourceUnit source = written.unit(className);
        if (source == null) {
            error(text);
        } else {
            error(text, source.place(0), source.tree());
        }
    }

    private void deleteWritten() {
        try {
            written.deleteThoseThatConcern(NestWeaver.real());
        } catch (IOException e) {
            error("Fermata: classes that are not woven could not be deleted: " + FileFailure.describe(e)
                    + ". Delete the output folder");
        }
    }

    /** Where the classes are that were written; null if there is nothing to weave there, or if that was said to be an error. */
    private @Nullable Path output(Path folder) throws IOException {
        Set<Path> roots = new LinkedHashSet<>();
        List<String> lost = new ArrayList<>();
        for (String host : written.hosts()) {
            Path found = OutputFolder.of(host, folder, written.source(host));
            if (found == null) {
                lost.add(host);
            } else {
                roots.add(found);
            }
        }
        boolean isHeldBack = roots.equals(Set.of(folder)) && earlier.isLeft();
        if (roots.size() == 1 && !isHeldBack) {
            return roots.iterator().next();
        }
        SourceUnit first = sources.values().stream()
                .filter(it -> it.weavable() != null)
                .findFirst()
                .orElse(null);
        if (first == null || first.weavable() == null || refused) {
            return null;
        }
        for (Path root : roots) {
            written.root(root);
            deleteWritten();
        }
        written.deleteBesideTheirSources(lost);
        String where = roots.isEmpty() || isHeldBack ? "they were not found in " + folder : "they are in " + roots;
        error(noFolder(where), first.weavable(), first.tree());
        return null;
    }

    private void error(String text) {
        report(Diagnostic.Kind.ERROR, text);
    }

    private void error(String text, Tree place, CompilationUnitTree unit) {
        trees.printMessage(Diagnostic.Kind.ERROR, text, place, unit);
    }

    /** Where the text says what it is about. javac takes it for a file at least. */
    private void report(Diagnostic.Kind kind, String text) {
        CompilationUnitTree unit = anyUnit;
        if (unit != null) {
            trees.printMessage(kind, text, unit, unit);
        }
    }
}
