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
    private final List<Finding> found = new ArrayList<>();

    Findings(SourceModel model, TreePath host) {
        this.model = model;
        this.host = host;
    }

    void add(Rule rule, Tree at, String where, String detail) {
        found.add(new Finding(rule, at, where, detail));
    }

    /** Says nothing of a class that has errors of javac's own: what was found may only follow from them. */
    void report() {
        if (found.isEmpty() || hasErrors()) {
            return;
        }
        CompilationUnitTree unit = host.getCompilationUnit();
        SourcePositions positions = model.trees().getSourcePositions();
        found.sort(Comparator.comparingLong(it -> positions.getStartPosition(unit, it.at())));
        for (Finding each : found) {
            Diagnostic.Kind kind =
                    each.rule().severity() == Severity.ERROR ? Diagnostic.Kind.ERROR : Diagnostic.Kind.WARNING;
            model.trees().printMessage(kind, each.message(), each.at(), unit);
        }
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
