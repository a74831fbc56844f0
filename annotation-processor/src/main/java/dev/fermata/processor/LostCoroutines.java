package dev.fermata.processor;

import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BlockTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import org.jspecify.annotations.Nullable;

/** Coroutines that nobody can await any more, so that they never run. */
final class LostCoroutines extends BodyScanner {
    /** The interfaces of lambdas that are called to see how the call itself ends: by an exception, mostly. */
    private static final Set<String> PROBES = Set.of(
            "org.junit.jupiter.api.function.Executable",
            "org.junit.function.ThrowingRunnable",
            "org.assertj.core.api.ThrowableAssert.ThrowingCallable");

    private record Kept(Body body, Tree at) {}

    /** By the local variable that holds a coroutine that was made for it. */
    private final Map<Element, Kept> kept = new LinkedHashMap<>();

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
        if (calls.isMade(value)) {
            report(Rule.COROUTINE_DROPPED, Expressions.named(value.getLeaf()), "");
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

    // ---- assigned and never used

    @Override
    public @Nullable Void visitVariable(VariableTree tree, @Nullable Void unused) {
        if (tree.getInitializer() != null && isLocal()) {
            keep(getCurrentPath(), pathTo(tree.getInitializer()), tree);
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
            keep(variable, pathTo(tree.getExpression()), tree.getVariable());
        }
        return scan(tree.getExpression(), null); // not the variable, which is not read here
    }

    private static boolean isLocalVariable(@Nullable Element element) {
        return element != null && element.getKind() == ElementKind.LOCAL_VARIABLE;
    }

    /** What is there already, in a field or another variable, is not lost with this one. */
    private void keep(TreePath variable, TreePath assigned, Tree at) {
        Element element = model.trees().getElement(variable);
        boolean made = Expressions.values(assigned).stream().anyMatch(calls::isMade);
        if (element != null && !element.getSimpleName().isEmpty() /* _ */ && made) {
            kept.putIfAbsent(element, new Kept(body(), at));
        }
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
        kept.forEach((variable, coroutine) -> {
            if (!read.contains(variable)) {
                report(coroutine.body(), Rule.COROUTINE_UNUSED, coroutine.at(), "");
            }
        });
    }
}
