package dev.fermata.processor;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ErroneousTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.fermata.rules.Rule;
import dev.fermata.rules.Severity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import javax.lang.model.type.TypeKind;
import javax.lang.model.type.TypeMirror;
import javax.tools.Diagnostic;
import org.jspecify.annotations.Nullable;

/** Takes what the checks find in a class, and tells javac in the order of the source. */
final class Findings {
    private final SourceModel model;
    private final TreePath host;
    private final Settings settings;
    private final List<Finding> found = new ArrayList<>();

    Findings(SourceModel model, TreePath host, Settings settings) {
        this.model = model;
        this.host = host;
        this.settings = settings;
    }

    void add(Rule rule, Tree at, String where, String detail) {
        if (rule.severity() == Severity.ERROR) {
            found.add(new Finding(rule, at, where, detail));
        } else {
            warn(rule, TreePath.getPath(host, at), where, detail);
        }
    }

    /** Adds a finding unless its rule is off, or switched off around {@code at}. Returns whether it was added. */
    boolean warn(Rule rule, TreePath at, String where, String detail) {
        if (settings.severityOf(rule) == null || Suppressions.isSuppressed(model, rule, at)) {
            return false;
        }
        found.add(new Finding(rule, at.getLeaf(), where, detail));
        return true;
    }

    /** Says nothing of a class that has errors of javac's own: what was found may only follow from them. */
    void report() {
        if (found.isEmpty() || hasErrors()) {
            return;
        }
        found.removeIf(it -> it.rule() == Rule.ASYNC_WITHOUT_AWAIT && hasMistakeIn(it.where()));
        CompilationUnitTree unit = host.getCompilationUnit();
        SourcePositions positions = model.trees().getSourcePositions();
        found.sort(Comparator.comparingLong(it -> positions.getStartPosition(unit, it.at())));
        for (Finding each : found) {
            Diagnostic.Kind kind = settings.severityOf(each.rule()) == Severity.ERROR
                    ? Diagnostic.Kind.ERROR
                    : Diagnostic.Kind.WARNING;
            model.trees().printMessage(kind, each.message(), each.at(), unit);
        }
    }

    /** Whether a method has an error. Mended, it may well have the await that it seems to lack. */
    private boolean hasMistakeIn(String method) {
        return found.stream()
                .anyMatch(it -> it.rule().severity() == Severity.ERROR
                        && (it.where().equals(method) || it.where().equals(method + Body.IN_LAMBDA)));
    }

    /** javac has a type for everything that it understood. */
    private boolean hasErrors() {
        var errors = new TreePathScanner<Void, Void>() {
            private boolean any;

            @Override
            public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
                if (any || tree == null) {
                    return null;
                }
                TypeMirror type = model.typeOf(new TreePath(getCurrentPath(), tree));
                any = tree instanceof ErroneousTree || (type != null && type.getKind() == TypeKind.ERROR);
                return super.scan(tree, null);
            }
        };
        errors.scan(host, null);
        return errors.any;
    }
}
