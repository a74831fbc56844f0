package dev.fermata.processor;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/** Coroutines that nobody can await any more, so that they never run. */
final class LostCoroutines extends BodyScanner {
    /** The interfaces of lambdas that are called to see how the call itself ends: by an exception, mostly. */
    private static final Set<String> PROBES = Set.of(
            "org.junit.jupiter.api.function.Executable",
            "org.junit.function.ThrowingRunnable",
            "org.assertj.core.api.ThrowableAssert.ThrowingCallable");

    /** Operators that keep no operand. */
    private static final Set<Tree.Kind> CONSUMING =
            EnumSet.of(Tree.Kind.PLUS, Tree.Kind.EQUAL_TO, Tree.Kind.NOT_EQUAL_TO);

    /** Methods that make a text of an argument, or look whether it is null, and do not keep it. */
    private static final Map<String, Set<String>> CONSUMERS = Map.of(
            "java.io.PrintStream", Set.of("print", "println", "printf", "format"),
            "java.io.PrintWriter", Set.of("print", "println", "printf", "format"),
            "java.lang.String", Set.of("valueOf", "format", "formatted"),
            "java.lang.StringBuilder", Set.of("append"),
            "java.util.Objects", Set.of("isNull", "nonNull", "toString"));

    /**
     * A coroutine that was made for a local variable.
     *
     * @param replaced whether it is gone before the variable is read, though the variable is read elsewhere
     */
    private record Kept(Element variable, Body body, Tree at, boolean replaced) {}

    private final List<Kept> kept = new ArrayList<>();

    /** Variables whose value somebody takes, somewhere. */
    private final Set<Element> read = new HashSet<>();

    private final CoroutineCalls calls;

    LostCoroutines(SourceModel model, Findings findings) {
        super(model, findings);
        this.calls = new CoroutineCalls(model);
    }

    // ---- dropped

    @Override
    public @Nullable Void visitExpressionStatement(ExpressionStatementTree tree, @Nullable Void unused) {
        TreePath value = pathTo(tree.getExpression());
        if (!(tree.getExpression() instanceof AssignmentTree) && !isProbe(body().path())) {
            reportDropped(value);
        }
        return super.visitExpressionStatement(tree, null);
    }

    @Override
    protected void enter(Body entered) {
        if (entered.kind() == Body.Kind.LAMBDA
                && entered.tree() instanceof LambdaExpressionTree lambda
                && lambda.getBody() instanceof ExpressionTree value
                && !(value instanceof AssignmentTree)
                && model.returnsNothing(entered.path())
                && !isProbe(entered.path())) {
            reportDropped(new TreePath(entered.path(), value));
        }
    }

    private void reportDropped(TreePath value) {
        for (TreePath made : calls.madeIn(value)) {
            report(Rule.COROUTINE_DROPPED, Expressions.named(made.getLeaf()), "");
        }
    }

    /** {@code items.forEach(shop::sell)} drops what it gets. */
    @Override
    public @Nullable Void visitMemberReference(MemberReferenceTree tree, @Nullable Void unused) {
        if (model.returnsNothing(getCurrentPath())
                && calls.isMadeThrough(getCurrentPath())
                && !isProbe(getCurrentPath())) {
            report(Rule.COROUTINE_DROPPED, tree, "");
        }
        return super.visitMemberReference(tree, null);
    }

    private boolean isProbe(TreePath function) {
        if (!(function.getLeaf() instanceof LambdaExpressionTree)
                && !(function.getLeaf() instanceof MemberReferenceTree)) {
            return false;
        }
        String type = String.valueOf(model.erasureOf(function));
        return PROBES.contains(type) || type.startsWith(CoroutineCalls.MOCKITO);
    }

    // ---- used as if it were its result

    /** {@code "sold " + sell("tea")} is the text of a coroutine, and {@code sell("tea") == null} is never true. */
    @Override
    public @Nullable Void visitBinary(BinaryTree tree, @Nullable Void unused) {
        if (CONSUMING.contains(tree.getKind())) {
            reportConsumed(tree.getLeftOperand());
            reportConsumed(tree.getRightOperand());
        }
        return super.visitBinary(tree, null);
    }

    @Override
    public @Nullable Void visitCompoundAssignment(CompoundAssignmentTree tree, @Nullable Void unused) {
        reportConsumed(tree.getExpression());
        return super.visitCompoundAssignment(tree, null);
    }

    /** {@code System.out.println(sell("tea"))} */
    @Override
    public @Nullable Void visitMethodInvocation(MethodInvocationTree tree, @Nullable Void unused) {
        ExecutableElement called = model.methodOf(getCurrentPath());
        if (CONSUMERS.entrySet().stream().anyMatch(it -> SourceModel.isOf(called, it.getKey(), it.getValue()))) {
            tree.getArguments().forEach(this::reportConsumed);
        }
        return super.visitMethodInvocation(tree, null);
    }

    /** Only of methods that surely make one. The others may be getters, whose value one compares and prints. */
    private void reportConsumed(ExpressionTree value) {
        if (!isProbe(body().path())) {
            calls.madeIn(pathTo(value)).stream()
                    .filter(calls::isSurelyMade)
                    .forEach(made -> report(Rule.COROUTINE_DROPPED, Expressions.named(made.getLeaf()), ""));
        }
    }

    // ---- assigned and never used

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        if (tree.getInitializer() != null && isLocal()) {
            keep(getCurrentPath(), pathTo(tree.getInitializer()), tree, getCurrentPath());
        }
        return super.visitVariable(tree, null);
    }

    /** Not of fields, resources, patterns and parameters, nor of a loop over what others have. */
    private boolean isLocal() {
        Tree parent = getCurrentPath().getParentPath().getLeaf();
        return inBody() && (parent instanceof BlockTree || parent instanceof CaseTree || parent instanceof ForLoopTree);
    }

    @Override
    public @Nullable Void visitAssignment(AssignmentTree tree, @Nullable Void unused) {
        boolean isStatement = getCurrentPath().getParentPath().getLeaf() instanceof ExpressionStatementTree;
        if (!isStatement || !(tree.getVariable() instanceof IdentifierTree)) {
            return super.visitAssignment(tree, null);
        }
        TreePath variable = pathTo(tree.getVariable());
        if (isLocalVariable(model.trees().getElement(variable))) {
            keep(
                    variable,
                    pathTo(tree.getExpression()),
                    tree.getVariable(),
                    getCurrentPath().getParentPath());
        }
        return scan(tree.getExpression(), null); // not the variable, which is not read here
    }

    private static boolean isLocalVariable(@Nullable Element element) {
        return element != null && element.getKind() == ElementKind.LOCAL_VARIABLE;
    }

    /** What is there already, in a field or another variable, is not lost with this one. */
    private void keep(TreePath variable, TreePath assigned, Tree at, TreePath statement) {
        Element element = model.trees().getElement(variable);
        List<TreePath> made = calls.madeIn(assigned);
        if (element != null && !element.getSimpleName().isEmpty() /* _ */ && !made.isEmpty()) {
            boolean replaced = made.stream().anyMatch(calls::hasCode) && isReplaced(element, statement);
            kept.add(new Kept(element, body(), at, replaced));
        }
    }

    /**
     * Whether the value that {@code statement} gives to the variable is gone before anybody can read it. Only of a variable
     * that the same block declares: however the block is left, nobody behind it sees the variable. In a case that follows, it
     * has no value.
     */
    private boolean isReplaced(Element variable, TreePath statement) {
        TreePath block = statement.getParentPath();
        List<? extends StatementTree> statements = statementsOf(block.getLeaf());
        int index = statements.indexOf(statement.getLeaf());
        if (statements.stream().noneMatch(it -> declares(new TreePath(block, it), variable))) {
            return false;
        }
        for (StatementTree next : statements.subList(index + 1, statements.size())) {
            TreePath path = new TreePath(block, next);
            TreePath assigned = assignedTo(variable, path);
            if (names(variable, assigned == null ? path : assigned)) {
                return false;
            }
            if (assigned != null) {
                return true;
            }
        }
        return true;
    }

    private static List<? extends StatementTree> statementsOf(Tree tree) {
        if (tree instanceof BlockTree block) {
            return block.getStatements();
        }
        List<? extends StatementTree> ofCase = tree instanceof CaseTree group ? group.getStatements() : null;
        return ofCase == null ? List.of() : ofCase; // none behind an arrow
    }

    private boolean declares(TreePath statement, Element variable) {
        return statement.getLeaf() instanceof VariableTree
                && variable.equals(model.trees().getElement(statement));
    }

    /** What {@code statement} assigns to the variable; null if it is no such assignment. */
    private @Nullable TreePath assignedTo(Element variable, TreePath statement) {
        if (statement.getLeaf() instanceof ExpressionStatementTree expression
                && expression.getExpression() instanceof AssignmentTree assignment
                && assignment.getVariable() instanceof IdentifierTree name) {
            TreePath path = new TreePath(statement, assignment);
            return variable.equals(model.trees().getElement(new TreePath(path, name)))
                    ? new TreePath(path, assignment.getExpression())
                    : null;
        }
        return null;
    }

    private boolean names(Element variable, TreePath code) {
        return BlockingCalls.variablesIn(model, code).contains(variable);
    }

    @Override
    public @Nullable Void visitIdentifier(IdentifierTree tree, @Nullable Void unused) {
        Element element = model.trees().getElement(getCurrentPath());
        if (element != null) {
            read.add(element);
        }
        return super.visitIdentifier(tree, null);
    }

    @Override
    protected void end() {
        Set<Element> said = new HashSet<>();
        for (Kept each : kept) {
            if (!read.contains(each.variable())) {
                if (said.add(each.variable())) {
                    report(each.body(), Rule.COROUTINE_UNUSED, each.at(), "");
                }
            } else if (each.replaced()) {
                report(each.body(), Rule.COROUTINE_UNUSED, each.at(), "nobody reads this value of " + each.variable());
            }
        }
    }
}
