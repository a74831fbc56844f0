package dev.fermata.processor;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/**
 * Conditions whose value javac knows, so that it writes no code for what they exclude. What is not found here is taken for
 * code that runs.
 */
final class Constants {
    private Constants() {}

    /** Whether a condition is always of this value. */
    static boolean isAlways(boolean value, TreePath condition, Trees trees) {
        return Boolean.valueOf(value).equals(valueOf(condition, trees));
    }

    private static @Nullable Object valueOf(TreePath path, Trees trees) {
        Tree tree = path.getLeaf();
        if (tree instanceof ParenthesizedTree parenthesized) {
            return valueOf(new TreePath(path, parenthesized.getExpression()), trees);
        }
        if (tree instanceof LiteralTree literal) {
            return literal.getValue();
        }
        if (tree instanceof UnaryTree unary && tree.getKind() == Tree.Kind.LOGICAL_COMPLEMENT) {
            return valueOf(new TreePath(path, unary.getExpression()), trees) instanceof Boolean value ? !value : null;
        }
        if (tree instanceof BinaryTree binary) {
            return binary(binary, path, trees);
        }
        return trees.getElement(path) instanceof VariableElement variable ? variable.getConstantValue() : null;
    }

    private static @Nullable Object binary(BinaryTree tree, TreePath path, Trees trees) {
        Object left = valueOf(new TreePath(path, tree.getLeftOperand()), trees);
        if (left == null) {
            return null;
        }
        return switch (tree.getKind()) {
            case CONDITIONAL_AND ->
                left.equals(false) ? left : valueOf(new TreePath(path, tree.getRightOperand()), trees);
            case CONDITIONAL_OR ->
                left.equals(true) ? left : valueOf(new TreePath(path, tree.getRightOperand()), trees);
            default -> null;
        };
    }
}
