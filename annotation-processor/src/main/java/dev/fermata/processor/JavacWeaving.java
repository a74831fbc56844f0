package dev.fermata.processor;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.Trees;
import dev.fermata.rules.Severity;
import dev.fermata.transformer.Violation;
import dev.fermata.transformer.folder.ClassNameFilter;
import dev.fermata.transformer.folder.Disk;
import dev.fermata.transformer.folder.FileFailure;
import dev.fermata.transformer.folder.NestWeaver;
import dev.fermata.transformer.folder.WeaveRun;
import dev.fermata.transformer.folder.WeaveSummary;
import dev.fermata.transformer.folder.WeaveSummary.Bug;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ModuleElement;
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
    /** By the names of their modules; the unnamed module has the empty one. */
    private final Map<String, WrittenClasses> written = new LinkedHashMap<>();
    /** Those that name something of Fermata's; of the others javac drops the trees as it goes on, and so may we. */
    private final Map<CompilationUnitTree, SourceUnit> sources = new IdentityHashMap<>();
    /** The top-level classes of the sources that javac was given, by its user or by a processor. */
    private final Set<Declared> expected = new HashSet<>();

    private final Set<Declared> arrived = new HashSet<>();

    private final EarlierFiles earlier = new EarlierFiles();

    /** Several modules may have classes of one name. */
    private record Declared(URI source, String name) {}

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
        if (handover != null) { // not ended yet
            written.forEach((module, classes) -> classes.root(handover.output(module)));
        }
        forget();
        try {
            for (WrittenClasses classes : written.values()) {
                classes.deleteAll(); // which of them concern us may be what cannot be told any more
            }
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
        URI source = unit.getSourceFile().toUri();
        String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
        for (Tree declared : unit.getTypeDecls()) {
            if (declared instanceof ClassTree type) {
                expected.add(new Declared(source, prefix + type.getSimpleName()));
            }
        }
    }

    private void analysed(CompilationUnitTree unit) {
        if (!sources.containsKey(unit)) {
            SourceUnit source = SourceUnit.of(unit, SourceModel.of(task));
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
        if (isModuleInfo(type)) {
            return;
        }
        Path folder = handover.output(moduleOf(type));
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
        if (isModuleInfo(type)) {
            return;
        }
        TypeElement outermost = type;
        for (Element each = type; each != null && each.getKind() != ElementKind.PACKAGE; ) {
            outermost = each instanceof TypeElement around ? around : outermost;
            each = each.getEnclosingElement();
        }
        arrived.add(new Declared(unit.getSourceFile().toUri(), binaryName(type)));
        written.computeIfAbsent(moduleOf(type), it -> new WrittenClasses())
                .add(binaryName(outermost), binaryName(type), OutputFolder.source(unit), sources.get(unit));
    }

    private static boolean isModuleInfo(TypeElement type) {
        return type.getSimpleName().contentEquals("module-info");
    }

    private String moduleOf(TypeElement type) {
        ModuleElement module = task.getElements().getModuleOf(type);
        return module == null ? "" : module.getQualifiedName().toString(); // before Java 9 there was none
    }

    private String binaryName(TypeElement type) {
        return task.getElements().getBinaryName(type).toString();
    }

    private void ended() {
        Handover handover = handover();
        forget();
        if (handover == null || written.isEmpty()) {
            return;
        }
        // Until it is found out where they really are, so that they can be deleted if that fails.
        written.forEach((module, classes) -> classes.root(handover.output(module)));
        try {
            if (areWritten(handover)) {
                for (Map.Entry<String, WrittenClasses> each : written.entrySet()) {
                    if (!weave(each.getKey(), each.getValue(), handover.state())) {
                        deleteWritten();
                        return;
                    }
                }
            }
        } catch (IOException e) {
            error("Fermata: " + FileFailure.describe(e));
            deleteWritten();
        }
    }

    /** Whether all classes are there, in folders that are known then. If not, none is left that would have to be woven. */
    private boolean areWritten(Handover handover) throws IOException {
        boolean areFound = true;
        for (Map.Entry<String, WrittenClasses> each : written.entrySet()) {
            Path folder = handover.output(each.getKey());
            Path found = folder == null ? null : output(each.getValue(), folder);
            each.getValue().root(found);
            areFound &= found != null;
        }
        if (!areFound) {
            deleteWritten();
            return false; // said already, where it matters
        }
        boolean areThere = arrived.containsAll(expected);
        for (WrittenClasses classes : written.values()) {
            areThere &= classes.areThere();
        }
        if (!areThere) {
            // javac has found an error and has said so. What it did not get to is not there either.
            deleteWritten();
        }
        return areThere;
    }

    /** Returns whether all went well. */
    private boolean weave(String module, WrittenClasses classes, String state) throws IOException {
        NestWeaver weaver = NestWeaver.real();
        Path output = classes.root();
        WeavingFolders folders;
        try {
            folders = WeavingFolders.of(output, state);
        } catch (IllegalArgumentException e) {
            error("Fermata: " + e.getMessage());
            return false;
        }
        if (!Files.isDirectory(folders.fermata()) && !classes.concern(weaver)) {
            return true; // as in any project without Fermata: not a trace
        }
        WeaveSummary summary = WeaveRun.run(
                new WeaveRun.Request(
                        folders.output(),
                        folders.fermata(),
                        folders.kind(),
                        List.of(folders.output()),
                        new ElementFacts(task.getElements(), task.getElements().getModuleElement(module)),
                        new ClassNameFilter(List.of(), List.of()),
                        true),
                weaver,
                Disk.REAL,
                text -> report(Diagnostic.Kind.NOTE, text));
        report(summary, classes);
        return summary.violations().isEmpty()
                && summary.strays().isEmpty()
                && summary.bugs().isEmpty()
                && summary.warnings().stream().noneMatch(it -> severityOf(it, classes) == Severity.ERROR);
    }

    private void report(WeaveSummary summary, WrittenClasses classes) {
        summary.warnings().forEach(it -> warn(it, classes));
        summary.violations().forEach(it -> report(it, classes));
        summary.strays().forEach(it -> report(it, classes));
        for (Bug bug : summary.bugs()) {
            error(
                    classes.unit(bug.className()),
                    bug.what()
                            + (bug.cause() instanceof OutOfMemoryError
                                    ? ". Give javac more, for example with -J-Xmx2g"
                                    : bug.cause() instanceof StackOverflowError
                                            ? ". Give javac's threads more, for example with -J-Xss16m"
                                            : ". Please report it with this class"));
        }
    }

    private void report(Violation violation, WrittenClasses classes) {
        report(Diagnostic.Kind.ERROR, violation, classes);
    }

    private void warn(Violation violation, WrittenClasses classes) {
        Severity severity = severityOf(violation, classes);
        if (severity != null) {
            report(severity == Severity.ERROR ? Diagnostic.Kind.ERROR : Diagnostic.Kind.WARNING, violation, classes);
        }
    }

    /** What a warning of the weaver is to this compilation; null if nobody wants to know. */
    private @Nullable Severity severityOf(Violation warning, WrittenClasses classes) {
        if (warning.rule().severity() == Severity.ERROR) {
            return Severity.WARNING; // a file that seems to be data
        }
        SourceUnit source = classes.unit(warning.className());
        return source != null && source.isSuppressed(warning)
                ? null
                : SourceChecks.settingsOf(task).severityOf(warning.rule());
    }

    private void report(Diagnostic.Kind kind, Violation violation, WrittenClasses classes) {
        SourceUnit source = classes.unit(violation.className());
        if (source == null) {
            report(kind, violation.message()); // of a class that was compiled earlier
        } else {
            trees.printMessage(kind, violation.messageWithoutPlace(), source.place(violation.line()), source.tree());
        }
    }

    private void error(@Nullable SourceUnit source, String text) {
        if (source == null) {
            error(text);
        } else {
            error(text, source.place(0), source.tree());
        }
    }

    private void deleteWritten() {
        try {
            for (WrittenClasses classes : written.values()) {
                classes.deleteThoseThatConcern(NestWeaver.real());
            }
        } catch (IOException e) {
            error("Fermata: classes that are not woven could not be deleted: " + FileFailure.describe(e)
                    + ". Delete the output folder");
        }
    }

    /** Where the classes are that were written; null if there is nothing to weave there, or if that was said to be an error. */
    private @Nullable Path output(WrittenClasses classes, Path folder) throws IOException {
        Set<Path> roots = new LinkedHashSet<>();
        List<String> lost = new ArrayList<>();
        for (String host : classes.hosts()) {
            Path found = OutputFolder.of(host, folder, classes.source(host));
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
            classes.root(root);
            classes.deleteThoseThatConcern(NestWeaver.real());
        }
        classes.deleteBesideTheirSources(lost);
        if (!arrived.containsAll(expected)) {
            return null; // javac has stopped at an error, and has said so
        }
        String where = roots.isEmpty() || isHeldBack
                ? "they were not found in " + folder + " (if javac has found another error, that may be why)"
                : "they are in " + roots;
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
