package dev.fermata.processor;

import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.UnaryTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import java.util.Arrays;
import javax.lang.model.element.VariableElement;
import org.jspecify.annotations.Nullable;

/** What javac knows of a condition, so that it writes no code for what the condition excludes. */
enum Constants {
    TRUE,
    FALSE,
    /** A constant whose value is not worked out here: either side of it may be the one that javac drops. */
    UNKNOWN,
    NONE;

    static Constants of(TreePath condition, Trees trees) {
        Tree tree = condition.getLeaf();
        if (tree instanceof ParenthesizedTree parenthesized) {
            return of(new TreePath(condition, parenthesized.getExpression()), trees);
        }
        if (tree instanceof UnaryTree unary && tree.getKind() == Tree.Kind.LOGICAL_COMPLEMENT) {
            return of(new TreePath(condition, unary.getExpression()), trees).not();
        }
        if (tree instanceof BinaryTree binary) {
            TreePath left = new TreePath(condition, binary.getLeftOperand());
            TreePath right = new TreePath(condition, binary.getRightOperand());
            if (tree.getKind() == Tree.Kind.CONDITIONAL_AND) {
                return of(left, trees).and(of(right, trees));
            }
            if (tree.getKind() == Tree.Kind.CONDITIONAL_OR) {
                return of(left, trees).not().and(of(right, trees).not()).not();
            }
        }
        Object value = valueOf(condition, trees);
        if (value != null) {
            if (!(value instanceof Boolean isTrue)) {
                return UNKNOWN;
            }
            return isTrue ? TRUE : FALSE;
        }
        return isConstant(condition, trees) ? UNKNOWN : NONE;
    }

    private Constants not() {
        return switch (this) {
            case TRUE -> FALSE;
            case FALSE -> TRUE;
            case UNKNOWN, NONE -> this;
        };
    }

    /** Also one constant on the right decides, although the language calls the whole none. */
    private Constants and(Constants other) {
        if (this == FALSE || other == FALSE) {
            return FALSE;
        }
        if (this == TRUE || other == TRUE) {
            return this == TRUE ? other : this;
        }
        return (this == UNKNOWN || other == UNKNOWN) ? UNKNOWN : NONE;
    }

    /** The value of a constant, as a Boolean, a Long or a String; null also where it takes more to work it out. */
    private static @Nullable Object valueOf(TreePath path, Trees trees) {
        Tree tree = path.getLeaf();
        if (tree instanceof ParenthesizedTree parenthesized) {
            return valueOf(new TreePath(path, parenthesized.getExpression()), trees);
        }
        if (tree instanceof LiteralTree literal) {
            return simple(literal.getValue());
        }
        if (tree instanceof UnaryTree unary) {
            Object value = valueOf(new TreePath(path, unary.getExpression()), trees);
            return tree.getKind() == Tree.Kind.UNARY_MINUS && value instanceof Long number ? -number : null;
        }
        if (tree instanceof BinaryTree binary) {
            Object left = valueOf(new TreePath(path, binary.getLeftOperand()), trees);
            Object right = valueOf(new TreePath(path, binary.getRightOperand()), trees);
            return (left == null || right == null) ? null : compared(tree.getKind(), left, right);
        }
        return trees.getElement(path) instanceof VariableElement variable ? simple(variable.getConstantValue()) : null;
    }

    private static @Nullable Object simple(@Nullable Object value) {
        if (value instanceof Character character) {
            return (long) character;
        }
        if (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        return (value instanceof Boolean || value instanceof String) ? value : null;
    }

    private static @Nullable Boolean compared(Tree.Kind operator, Object left, Object right) {
        if (operator == Tree.Kind.EQUAL_TO) {
            return left.equals(right);
        }
        if (operator == Tree.Kind.NOT_EQUAL_TO) {
            return !left.equals(right);
        }
        if (!(left instanceof Long a && right instanceof Long b)) {
            return null;
        }
        return switch (operator) {
            case LESS_THAN -> a < b;
            case LESS_THAN_EQUAL -> a <= b;
            case GREATER_THAN -> a > b;
            case GREATER_THAN_EQUAL -> a >= b;
            default -> null;
        };
    }

    private static boolean isConstant(TreePath path, Trees trees) {
        Tree tree = path.getLeaf();
        if (tree instanceof ParenthesizedTree parenthesized) {
            return areConstant(path, trees, parenthesized.getExpression());
        }
        if (tree instanceof LiteralTree) {
            return tree.getKind() != Tree.Kind.NULL_LITERAL;
        }
        if (tree instanceof TypeCastTree cast) {
            return areConstant(path, trees, cast.getExpression());
        }
        if (tree instanceof UnaryTree unary) {
            return areConstant(path, trees, unary.getExpression());
        }
        if (tree instanceof BinaryTree binary) {
            return areConstant(path, trees, binary.getLeftOperand(), binary.getRightOperand());
        }
        if (tree instanceof ConditionalExpressionTree choice) {
            return areConstant(
                    path, trees, choice.getCondition(), choice.getTrueExpression(), choice.getFalseExpression());
        }
        return trees.getElement(path) instanceof VariableElement variable && variable.getConstantValue() != null;
    }

    private static boolean areConstant(TreePath parent, Trees trees, Tree... operands) {
        return Arrays.stream(operands).allMatch(it -> isConstant(new TreePath(parent, it), trees));
    }
}
