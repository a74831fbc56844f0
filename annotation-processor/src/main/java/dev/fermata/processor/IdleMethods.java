package dev.fermata.processor;

import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.ReturnTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.ThrowTree;
import com.sun.source.util.TreePath;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.ElementFilter;
import org.jspecify.annotations.Nullable;

/**
 * {@code @Async} methods without any await though nobody asks them to return a coroutine. A supertype asks for it, a method
 * reference, a framework whose annotation stands there, and whoever will write a subclass. A stub, which is one
 * return or throw, is not finished, and no mistake.
 */
final class IdleMethods {
    private final SourceModel model;

    IdleMethods(SourceModel model) {
        this.model = model;
    }

    /** Whether {@code method}, an async one, is idle. What the rest of the class does with it is not looked at. */
    boolean isIdle(TreePath method) {
        MethodTree tree = (MethodTree) method.getLeaf();
        return tree.getBody() != null
                && model.trees().getElement(method) instanceof ExecutableElement element
                && isFree(element)
                && !isStub(tree.getBody().getStatements())
                && !AsyncCode.awaitsAnywhereIn(model, new TreePath(method, tree.getBody()))
                && returnsOnlyValues(method);
    }

    private boolean isFree(ExecutableElement method) {
        TypeElement host = SourceModel.hostOf(method);
        Set<Modifier> modifiers = method.getModifiers();
        boolean extendable = !modifiers.contains(Modifier.PRIVATE)
                && !modifiers.contains(Modifier.STATIC)
                && !modifiers.contains(Modifier.FINAL)
                && (modifiers.contains(Modifier.PROTECTED)
                        || host.getModifiers().contains(Modifier.ABSTRACT)
                        || host.getKind() == ElementKind.INTERFACE);
        return !extendable
                && method.getAnnotationMirrors().stream()
                        .map(it -> it.getAnnotationType().toString())
                        .allMatch(it -> it.equals(Signatures.ASYNC) || it.startsWith("java.lang."))
                && !overrides(method, host, host.asType());
    }

    private boolean overrides(ExecutableElement method, TypeElement host, TypeMirror type) {
        for (TypeMirror above : model.types().directSupertypes(type)) {
            Element element = ((DeclaredType) above).asElement();
            if (ElementFilter.methodsIn(element.getEnclosedElements()).stream()
                            .anyMatch(it -> model.elements().overrides(method, it, host))
                    || overrides(method, host, above)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isStub(List<? extends StatementTree> statements) {
        return statements.size() <= 1 && statements.stream().noneMatch(it -> !isEnd(it));
    }

    private static boolean isEnd(StatementTree statement) {
        return statement instanceof ReturnTree || statement instanceof ThrowTree;
    }

    private boolean returnsOnlyValues(TreePath method) {
        Returns returns = new Returns(model);
        returns.scanBody(method);
        return !returns.others;
    }

    /** Looks for returns of what may be a coroutine that has to run. It would be awaited. */
    private static final class Returns extends AsyncCode {
        private boolean others;

        Returns(SourceModel model) {
            super(model);
        }

        @Override
        public @Nullable Void visitReturn(ReturnTree tree, @Nullable Void unused) {
            // Without a value it is that of a method whose return type is refused.
            others |= tree.getExpression() == null || !isValue(getCurrentPath(), tree.getExpression());
            return null;
        }

        private boolean isValue(TreePath parent, ExpressionTree expression) {
            TreePath path = new TreePath(parent, expression);
            if (expression instanceof ParenthesizedTree inner) {
                return isValue(path, inner.getExpression());
            }
            if (expression instanceof ConditionalExpressionTree choice) {
                return isValue(path, choice.getTrueExpression()) && isValue(path, choice.getFalseExpression());
            }
            ExecutableElement called = model.methodOf(path);
            return SourceModel.isOf(called, SourceModel.ASYNCIO, Set.of("done"))
                    || SourceModel.isOf(
                            called,
                            "java.util.concurrent.CompletableFuture",
                            Set.of("completedFuture", "completedStage"));
        }
    }
}
