package dev.fermata.processor;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Checks each class when javac has attributed it: the driver of all checks of sources. On javac's thread. */
final class SourceChecks implements TaskListener {
    /** The compilations that are checked, because the plugin and the processor both start them. */
    private static final Map<JavacTask, Settings> STARTED = new WeakHashMap<>();

    private final SourceModel model;
    private final Settings settings;
    private final Checks checks;
    private final FermataUse use;

    /** Null until the first class, because the options are not complete before. */
    private @Nullable BlockingTable blocking;

    /** The checks of one class. */
    interface Checks {
        List<BodyScanner> of(SourceModel model, Findings findings, BlockingTable blocking);
    }

    SourceChecks(SourceModel model, Settings settings, Checks checks) {
        this.model = model;
        this.settings = settings;
        this.checks = checks;
        this.use = new FermataUse(model);
    }

    /** Checks the classes of a compilation, once, however often this is called. Each call may bring options. */
    static void startIn(JavacTask task, Map<String, @Nullable String> options) {
        synchronized (STARTED) {
            Settings settings = STARTED.get(task);
            if (settings == null) {
                settings = new Settings();
                STARTED.put(task, settings);
                task.addTaskListener(new SourceChecks(SourceModel.of(task), settings, SourceChecks::all));
            }
            settings.add(options);
        }
    }

    /** What a compilation that is checked was told about warnings. */
    static Settings settingsOf(JavacTask task) {
        synchronized (STARTED) {
            Settings settings = STARTED.get(task);
            if (settings == null) {
                throw new IllegalStateException("this compilation is not checked");
            }
            return settings;
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
        BlockingTable blockingTable = blocking(host);
        if (!use.isIn(host)) {
            return;
        }
        Findings findings = new Findings(model, host, settings);
        for (BodyScanner check : checks.of(model, findings, blockingTable)) {
            guarded(
                    host.getCompilationUnit(),
                    () -> check.check(host)); // the others have something to say all the same
        }
        findings.report();
    }

    private BlockingTable blocking(TreePath host) {
        if (blocking == null) {
            // Where the environment of the processor is wrapped, it could not start the checks with its options.
            Handover handover = Handover.find(model.elements(), model.types());
            if (handover != null) {
                settings.add(handover.options());
            }
            blocking = new BlockingTable(settings.blocking());
            List<String> mistakes = new ArrayList<>(settings.mistakes());
            settings.blocking().stream()
                    .filter(it -> it.ownerExists(model) && !it.exists(model))
                    .forEach(it -> mistakes.add("the option fermata.blocking names " + it
                            + ", and there is no such method. Name it as the class that declares it does"));
            // An option has no place in a source. This one is as good as any.
            mistakes.forEach(it -> model.trees()
                    .printMessage(
                            Diagnostic.Kind.ERROR,
                            it + ". [see docs/rules.md#options]",
                            host.getCompilationUnit(),
                            host.getCompilationUnit()));
        }
        return blocking;
    }

    /** All of them, with a scan each, so that none has to know another. */
    private static List<BodyScanner> all(SourceModel model, Findings findings, BlockingTable blocking) {
        return List.of(
                new SignatureCheck(model, findings),
                new AwaitPlacement(model, findings),
                new AwaitedCloses(model, findings),
                new LostCoroutines(model, findings),
                new NullCoroutines(model, findings),
                new ObjectWaits(model, findings),
                new UnleftScopes(model, findings),
                new ScopesLeftBothWays(model, findings),
                new ReplacedReturns(model, findings),
                new AsyncWarnings(model, findings, blocking));
    }
}
