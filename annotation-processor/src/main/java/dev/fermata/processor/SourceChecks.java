package dev.fermata.processor;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.BiFunction;
import javax.tools.Diagnostic;

/** Checks each class when javac has attributed it: the driver of all checks of sources. On javac's thread. */
final class SourceChecks implements TaskListener {
    /** The compilations that are checked, because the plugin and the processor both start them. */
    private static final Set<JavacTask> STARTED = Collections.newSetFromMap(new WeakHashMap<>());

    private final SourceModel model;
    private final BiFunction<SourceModel, Findings, List<BodyScanner>> checks;

    SourceChecks(SourceModel model, BiFunction<SourceModel, Findings, List<BodyScanner>> checks) {
        this.model = model;
        this.checks = checks;
    }

    /** Checks the classes of a compilation, once, however often this is called. */
    static void startIn(JavacTask task) {
        synchronized (STARTED) {
            if (STARTED.add(task)) {
                task.addTaskListener(new SourceChecks(SourceModel.of(task), SourceChecks::all));
            }
        }
    }

    /** Whether that has been called, for any compilation that has not been forgotten yet. */
    static boolean areStarted() {
        synchronized (STARTED) {
            return !STARTED.isEmpty();
        }
    }

    @Override
    public void finished(TaskEvent event) {
        // A module-info has no class.
        if (event.getKind() != TaskEvent.Kind.ANALYZE || event.getTypeElement() == null || !model.knowsFermata()) {
            return;
        }
        CompilationUnitTree unit = event.getCompilationUnit();
        TreePath host = model.trees().getPath(event.getTypeElement());
        if (host == null) {
            return; // a package-info
        }
        guarded(unit, () -> check(host));
    }

    private void guarded(CompilationUnitTree unit, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            // javac would stop with a page of its own internals, and ask for a report to the JDK.
            // A warning: what cannot work is refused by the weaver too.
            String message = "a bug in Fermata: this file could not be checked completely, because of " + e + at(e)
                    + ". Please report it, with the file";
            model.trees().printMessage(Diagnostic.Kind.WARNING, message, unit, unit);
        }
    }

    private static String at(Throwable failure) {
        StackTraceElement[] trace = failure.getStackTrace();
        return trace.length == 0 ? "" : " at " + trace[0];
    }

    private void check(TreePath host) {
        Findings findings = new Findings(model, host);
        for (BodyScanner check : checks.apply(model, findings)) {
            guarded(
                    host.getCompilationUnit(),
                    () -> check.check(host)); // the others have something to say all the same
        }
        findings.report();
    }

    /** All of them, with a scan each, so that none has to know another. */
    private static List<BodyScanner> all(SourceModel model, Findings findings) {
        return List.of(
                new SignatureCheck(model, findings),
                new AwaitPlacement(model, findings),
                new AwaitedCloses(model, findings),
                new LostCoroutines(model, findings),
                new NullCoroutines(model, findings),
                new ObjectWaits(model, findings),
                new UnleftScopes(model, findings),
                new ReplacedReturns(model, findings));
    }
}
