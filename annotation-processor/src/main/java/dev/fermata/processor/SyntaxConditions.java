package dev.fermata.processor;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.BodyDeclaration;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.FieldDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.CastExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.LambdaExpr;
import com.github.javaparser.ast.expr.LiteralExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.NullLiteralExpr;
import com.github.javaparser.ast.expr.PatternExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.nodeTypes.NodeWithStatements;
import com.github.javaparser.ast.nodeTypes.NodeWithVariables;
import com.github.javaparser.ast.nodeTypes.modifiers.NodeWithFinalModifier;
import com.github.javaparser.ast.stmt.BreakStmt;
import com.github.javaparser.ast.stmt.ContinueStmt;
import com.github.javaparser.ast.stmt.DoStmt;
import com.github.javaparser.ast.stmt.ForStmt;
import com.github.javaparser.ast.stmt.IfStmt;
import com.github.javaparser.ast.stmt.ReturnStmt;
import com.github.javaparser.ast.stmt.Statement;
import com.github.javaparser.ast.stmt.ThrowStmt;
import com.github.javaparser.ast.stmt.WhileStmt;
import com.github.javaparser.ast.stmt.YieldStmt;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Code that the compiler may drop because of a constant, as far as syntax tells. It does not tell which names are constants,
 * nor what their values are, so all of it is left to the weaver.
 */
final class SyntaxConditions {
    private SyntaxConditions() {}

    /** Whether {@code node} may be code that nothing is written of. */
    static boolean mayExclude(Node node) {
        Node inner = node;
        Node outer = node.getParentNode().orElse(null);
        while (outer != null && !(outer instanceof BodyDeclaration<?>)) {
            if (mayExclude(outer, inner)
                    || (outer instanceof NodeWithStatements<?> block && mayEndBefore(inner, block.getStatements()))) {
                return true;
            }
            inner = outer;
            outer = outer.getParentNode().orElse(null);
        }
        return false;
    }

    private static boolean mayExclude(Node outer, Node inner) {
        if (outer instanceof IfStmt branch) {
            return isBefore(branch.getCondition(), inner)
                    && mayBe(isBefore(branch.getThenStmt(), inner), branch.getCondition());
        }
        if (outer instanceof ConditionalExpr choice) {
            return isBefore(choice.getCondition(), inner)
                    && mayBe(isBefore(choice.getThenExpr(), inner), choice.getCondition());
        }
        if (outer instanceof BinaryExpr binary) {
            return isBefore(binary.getLeft(), inner)
                    && (binary.getOperator() == BinaryExpr.Operator.AND
                            ? mayBe(false, binary.getLeft())
                            : binary.getOperator() == BinaryExpr.Operator.OR && mayBe(true, binary.getLeft()));
        }
        Expression condition = loopCondition(outer);
        return !(outer instanceof DoStmt) && condition != null && isBefore(condition, inner) && mayBe(false, condition);
    }

    private static @Nullable Expression loopCondition(Node node) {
        if (node instanceof WhileStmt loop) {
            return loop.getCondition();
        }
        if (node instanceof DoStmt loop) {
            return loop.getCondition();
        }
        return node instanceof ForStmt loop ? loop.getCompare().orElse(null) : null;
    }

    /** Whether a constant in one of the statements before {@code node} may keep everything behind it from being reached. */
    private static boolean mayEndBefore(Node node, List<Statement> statements) {
        for (Statement statement : statements) {
            if (isBefore(statement, node)
                    && statement
                            .findFirst(Statement.class, SyntaxConditions::mayEnd)
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBefore(Node first, Node second) {
        return first.getEnd()
                .flatMap(end -> second.getBegin().map(end::isBefore))
                .orElse(false);
    }

    private static boolean mayEnd(Statement statement) {
        if (statement instanceof IfStmt branch) {
            return (mayBe(true, branch.getCondition()) && hasJump(branch.getThenStmt()))
                    || (mayBe(false, branch.getCondition())
                            && branch.getElseStmt()
                                    .filter(SyntaxConditions::hasJump)
                                    .isPresent());
        }
        Expression condition = loopCondition(statement);
        return condition != null && mayBe(true, condition);
    }

    private static boolean hasJump(Statement statement) {
        return statement.findFirst(Statement.class, SyntaxConditions::isJump).isPresent();
    }

    private static boolean isJump(Statement statement) {
        return statement instanceof ReturnStmt
                || statement instanceof ThrowStmt
                || statement instanceof BreakStmt
                || statement instanceof ContinueStmt
                || statement instanceof YieldStmt;
    }

    /** Whether the condition may always have this value, alone or because of one of its parts. */
    private static boolean mayBe(boolean value, Expression condition) {
        if (condition instanceof EnclosedExpr enclosed) {
            return mayBe(value, enclosed.getInner());
        }
        if (condition instanceof BooleanLiteralExpr literal) {
            return literal.getValue() == value;
        }
        if (condition instanceof UnaryExpr unary && unary.getOperator() == UnaryExpr.Operator.LOGICAL_COMPLEMENT) {
            return mayBe(!value, unary.getExpression());
        }
        if (condition instanceof BinaryExpr binary
                && (binary.getOperator() == BinaryExpr.Operator.AND
                        || binary.getOperator() == BinaryExpr.Operator.OR)) {
            boolean both = value == (binary.getOperator() == BinaryExpr.Operator.AND);
            boolean left = mayBe(value, binary.getLeft());
            boolean right = mayBe(value, binary.getRight());
            return both ? left && right : left || right;
        }
        return mayBeConstant(condition);
    }

    private static boolean mayBeConstant(Expression expression) {
        if (expression instanceof LiteralExpr) {
            return !(expression instanceof NullLiteralExpr);
        }
        if (expression instanceof EnclosedExpr enclosed) {
            return mayBeConstant(enclosed.getInner());
        }
        if (expression instanceof CastExpr cast) {
            return mayBeConstant(cast.getExpression());
        }
        if (expression instanceof UnaryExpr unary) {
            return mayBeConstant(unary.getExpression());
        }
        if (expression instanceof BinaryExpr binary) {
            return mayBeConstant(binary.getLeft()) && mayBeConstant(binary.getRight());
        }
        if (expression instanceof ConditionalExpr choice) {
            return mayBeConstant(choice.getThenExpr()) && mayBeConstant(choice.getElseExpr());
        }
        return expression instanceof FieldAccessExpr
                || (expression instanceof NameExpr name && !isVariable(name.getNameAsString(), name));
    }

    /** Whether the innermost declaration of a name around its use is none of a constant. */
    private static boolean isVariable(String name, Node use) {
        for (Node scope = use; scope != null; scope = scope.getParentNode().orElse(null)) {
            if (scope instanceof LambdaExpr || scope instanceof BodyDeclaration<?>) {
                List<Node> declared = scope.findAll(Node.class, it -> declares(it, name));
                if (!declared.isEmpty()) {
                    return declared.stream().noneMatch(SyntaxConditions::isFinal);
                }
            }
        }
        return false;
    }

    private static boolean declares(Node node, String name) {
        return (node instanceof Parameter parameter
                        && parameter.getNameAsString().equals(name))
                || (node instanceof PatternExpr && node.toString().endsWith(" " + name))
                || (node instanceof VariableDeclarator variable
                        && variable.getNameAsString().equals(name));
    }

    /** Only a variable that says that it is final is a constant; in an interface each does. */
    private static boolean isFinal(Node declared) {
        Node parent = declared.getParentNode().orElse(null);
        return declared instanceof VariableDeclarator variable
                && variable.getInitializer().isPresent()
                && parent instanceof NodeWithVariables<?>
                && (!(parent instanceof NodeWithFinalModifier<?> modified)
                        || modified.isFinal()
                        || (parent instanceof FieldDeclaration field
                                && field.getParentNode().orElse(null) instanceof ClassOrInterfaceDeclaration type
                                && type.isInterface()));
    }
}
