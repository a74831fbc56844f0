package dev.fermata.processor;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.Arrays;
import javax.lang.model.element.Element;

/** Where {@code @SuppressWarnings} switches a warning off: on the variable, method or class around it, as for javac's own. */
final class Suppressions {
    private static final String ALL = "fermata:all";

    private Suppressions() {}

    static boolean isSuppressed(SourceModel model, Rule rule, TreePath at) {
        for (TreePath path = at; path != null; path = path.getParentPath()) {
            Tree tree = path.getLeaf();
            if (tree instanceof VariableTree || tree instanceof MethodTree || tree instanceof ClassTree) {
                Element declared = model.trees().getElement(path);
                SuppressWarnings suppressed = declared == null ? null : declared.getAnnotation(SuppressWarnings.class);
                if (suppressed != null
                        && Arrays.stream(suppressed.value()).anyMatch(it -> it.equals(rule.id()) || it.equals(ALL))) {
                    return true;
                }
            }
        }
        return false;
    }
}
