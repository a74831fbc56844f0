package dev.fermata.processor;

import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TreePath;
import dev.fermata.rules.Rule;
import java.util.List;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.ExecutableElement;
import org.jspecify.annotations.Nullable;

/** Coroutines that are returned as null, which nobody can await. */
final class NullCoroutines extends BodyScanner {
    NullCoroutines(SourceModel model, Findings findings) {
        super(model, findings);
    }

    @Override
    public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void unused) {
        if (tree.getExpression() != null && returnsCoroutine()) {
            reportNulls(pathTo(tree.getExpression()));
        }
        return super.visitReturn(tree, null);
    }

    @Override
    protected void enter(Body entered) {
        if (isAsyncLambda(entered)
                && entered.tree() instanceof LambdaExpressionTree lambda
                && lambda.getBody() instanceof ExpressionTree value) {
            reportNulls(pathTo(value));
        }
    }

    private void reportNulls(TreePath returned) {
        for (TreePath value : Expressions.values(returned)) {
            if (value.getLeaf().getKind() == Tree.Kind.NULL_LITERAL) {
                report(Rule.COROUTINE_NULL, value.getLeaf(), "");
            }
        }
    }

    private boolean returnsCoroutine() {
        return isAsyncLambda(body())
                || (body().tree() instanceof MethodTree
                        && model.trees().getElement(body().path()) instanceof ExecutableElement method
                        && model.declaresCoroutine(method)
                        && !(body().kind() == Body.Kind.METHOD && mayReturnNull(method)));
    }

    /** What null means to an interface such as that of {@code map.computeIfPresent} is its own affair. */
    private boolean isAsyncLambda(Body body) {
        return body.kind() == Body.Kind.ASYNC_LAMBDA && model.declaresCoroutine(model.typeOf(body.path()));
    }

    /** Of a method that is not async, which may say that its callers have to expect it. */
    private static boolean mayReturnNull(ExecutableElement method) {
        return isNullable(method.getAnnotationMirrors())
                || isNullable(method.getReturnType().getAnnotationMirrors());
    }

    private static boolean isNullable(List<? extends AnnotationMirror> annotations) {
        return annotations.stream()
                .anyMatch(
                        it -> it.getAnnotationType().asElement().getSimpleName().contentEquals("Nullable"));
    }
}
