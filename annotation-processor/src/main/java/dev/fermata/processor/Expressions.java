package dev.fermata.processor;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.YieldTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What expressions consist of, whatever they mean. */
final class Expressions {
    private Expressions() {}

    /** Without the parentheses and casts around it. */
    static TreePath bare(TreePath path) {
        if (path.getLeaf() instanceof ParenthesizedTree parenthesized) {
            return bare(new TreePath(path, parenthesized.getExpression()));
        }
        if (path.getLeaf() instanceof TypeCastTree cast) {
            return bare(new TreePath(path, cast.getExpression()));
        }
        return path;
    }

    /** The expressions of which one is the value: those of a conditional or of a switch, and otherwise itself. */
    static List<TreePath> values(TreePath path) {
        List<TreePath> values = new ArrayList<>();
        addValues(bare(path), values);
        return values;
    }

    private static void addValues(TreePath path, List<TreePath> values) {
        if (path.getLeaf() instanceof ConditionalExpressionTree conditional) {
            values.addAll(values(new TreePath(path, conditional.getTrueExpression())));
            values.addAll(values(new TreePath(path, conditional.getFalseExpression())));
        } else if (path.getLeaf() instanceof SwitchExpressionTree) {
            new TreePathScanner<Void, Void>() {
                @Override
                public @Nullable Void visitYield(YieldTree tree, @Nullable Void unused) {
                    if (targetOf(getCurrentPath()) == path.getLeaf()) {
                        values.addAll(values(new TreePath(getCurrentPath(), tree.getValue())));
                    }
                    return super.visitYield(tree, null);
                }

                @Override
                public @Nullable Void visitCase(CaseTree tree, @Nullable Void unused) {
                    boolean own = getCurrentPath().getParentPath().getLeaf() == path.getLeaf();
                    if (own && tree.getBody() instanceof ExpressionTree value) {
                        values.addAll(values(new TreePath(getCurrentPath(), value)));
                    }
                    return super.visitCase(tree, null);
                }
            }.scan(path, null);
        } else {
            values.add(path);
        }
    }

    private static Tree targetOf(TreePath yield) {
        TreePath path = yield;
        while (!(path.getLeaf() instanceof SwitchExpressionTree)) {
            path = path.getParentPath();
        }
        return path.getLeaf();
    }

    /** Where to point at: of a call the name, because javac would point at the parenthesis behind it. */
    static Tree named(Tree expression) {
        return expression instanceof MethodInvocationTree call ? call.getMethodSelect() : expression;
    }

    /** What stands before the dot of a call; null if there is none. */
    static @Nullable TreePath receiver(TreePath call) {
        return call.getLeaf() instanceof MethodInvocationTree invocation
                        && invocation.getMethodSelect() instanceof MemberSelectTree select
                ? new TreePath(new TreePath(call, select), select.getExpression())
                : null;
    }
}
