package dev.fermata.processor;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LineMap;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import org.jspecify.annotations.Nullable;

/**
 * Where {@code @SuppressWarnings} switches a warning off: on the variable, method or class around it, as for javac's own.
 *
 * <p>The checks ask at a tree. The weaver asks at a line, when javac's trees are gone.
 */
record Suppressions(List<Lines> lines) {
    static final Suppressions NONE = new Suppressions(List.of());

    private static final String ALL = "fermata:all";

    /**
     * What one annotation covers.
     *
     * @param ids of rules, and other words
     * @param last inclusive
     */
    private record Lines(Set<String> ids, long first, long last) {}

    static boolean isSuppressed(SourceModel model, Rule rule, TreePath at) {
        for (TreePath path = at; path != null; path = path.getParentPath()) {
            if (isDeclaration(path.getLeaf()) && isIn(suppressedBy(path, model), rule)) {
                return true;
            }
        }
        return false;
    }

    /** Those of a source that javac has attributed. Without debug information there are no lines, and there is none. */
    static Suppressions in(CompilationUnitTree unit, SourceModel model) {
        LineMap lines = unit.getLineMap();
        if (lines == null) {
            return NONE;
        }
        SourcePositions positions = model.trees().getSourcePositions();
        List<Lines> found = new ArrayList<>();
        new TreePathScanner<@Nullable Void, @Nullable Void>() {
            @Override
            public @Nullable Void scan(@Nullable Tree tree, @Nullable Void unused) {
                if (tree != null && isDeclaration(tree)) {
                    Set<String> ids = suppressedBy(new TreePath(getCurrentPath(), tree), model);
                    if (!ids.isEmpty()) {
                        found.add(new Lines(
                                ids,
                                lines.getLineNumber(positions.getStartPosition(unit, tree)),
                                lines.getLineNumber(positions.getEndPosition(unit, tree))));
                    }
                }
                return super.scan(tree, null);
            }
        }.scan(new TreePath(unit), null);
        return new Suppressions(List.copyOf(found));
    }

    boolean contain(Rule rule, int line) {
        return lines.stream().anyMatch(it -> it.first() <= line && line <= it.last() && isIn(it.ids(), rule));
    }

    private static boolean isIn(Set<String> ids, Rule rule) {
        return ids.contains(rule.id()) || ids.contains(ALL);
    }

    private static boolean isDeclaration(Tree tree) {
        return tree instanceof VariableTree || tree instanceof MethodTree || tree instanceof ClassTree;
    }

    /** What an annotation of this very declaration names. */
    private static Set<String> suppressedBy(TreePath declaration, SourceModel model) {
        Element declared = model.trees().getElement(declaration);
        SuppressWarnings suppressed = declared == null ? null : declared.getAnnotation(SuppressWarnings.class);
        return suppressed == null ? Set.of() : Set.copyOf(Arrays.asList(suppressed.value()));
    }
}
